import type { Analyzer } from '../analysis/analyzer.js';
import type { ScorePart } from '../hit.js';
import { binaryLogarithm } from '../logarithm.js';
import type { PackedIndex } from '../packed/packed-index.js';
import type { Clause } from '../packed/query-terms.js';
import { inverseDocumentFrequency, type Bm25F, type FieldNorm } from '../packed/score.js';
import { TermGroups, TokenGroups } from '../packed/term-groups.js';
import type { RankingWeights } from '../settings.js';
import { ANSWER_REACH, CANDIDATES, TITLE_REACH, type Candidate } from './candidate.js';
import { Feedback, FEEDBACK_TERMS, type FeedbackTerm } from './feedback.js';
import { proximity } from './proximity.js';
import { QueryWords } from './query-words.js';
import { lettersOf } from './title.js';
import { TitleLikeness, type Asked } from './title-likeness.js';

/** A document as a stage ranks it. */
export interface Scored {
  readonly document: number;
  readonly score: number;
  /** What the second stage added; left out where it did not look. */
  readonly parts?: SecondParts;
}

function byScore(a: Scored, b: Scored): number {
  return b.score - a.score || a.document - b.document;
}

/** What the second stage adds to a score, and for what. */
export interface SecondParts {
  readonly title: number;
  readonly feedback: number;
  readonly proximity: number;
  readonly date: number;
  readonly boost: number;
}

/** The parts as an explanation shows them. */
export function explainParts({ title, feedback, proximity: close, date, boost }: SecondParts): ScorePart[] {
  const all = [
    { part: 'title: the same question', score: title },
    { part: 'feedback: words of the best answers', score: feedback },
    { part: 'proximity: words close together', score: close },
    { part: 'date', score: date },
    { part: 'boost', score: boost },
  ];
  return all.filter(({ score }) => score !== 0);
}

export interface SecondStageOptions {
  readonly analyzer: Analyzer;
  readonly norms: readonly FieldNorm[];
  readonly weights: readonly number[];
  readonly bm25: Bm25F;
  readonly ranking: RankingWeights;
}

/** One word alone may mean many things: what its best answers have besides says little about what was meant. */
const FEWEST_CLAUSES = 2;
/** A word of fewer documents says nothing about others. */
const FEWEST_DOCUMENTS = 3;
/** A boost counts up to this, and down to one divided by it. */
const STRONGEST_BOOST = 4;

const TITLE_WORDS = { reach: TITLE_REACH, stopWords: true };
const ANSWER_WORDS = { reach: ANSWER_REACH, stopWords: false };

/**
 * The second ranking stage: puts the first stage's best hits in order by reading their titles and the beginnings of their
 * answers. It adds to scores and never takes away, so what it did not look at stays behind.
 */
export class SecondStage {
  readonly #terms: TermGroups;
  readonly #titles: TokenGroups;
  readonly #answers: TokenGroups;
  readonly #feedback: Feedback;
  readonly #likeness: TitleLikeness;
  readonly #words: QueryWords;
  /** By group: the feedback term that it is, plus one; 0 between two queries. */
  readonly #slots: Uint8Array;
  readonly #groups = new Int32Array(CANDIDATES * (TITLE_REACH + ANSWER_REACH));
  readonly #counts = new Float64Array(2 * FEEDBACK_TERMS);

  constructor(
    private readonly index: PackedIndex,
    private readonly options: SecondStageOptions,
  ) {
    const { documents, meta, words, size } = index;
    this.#terms = new TermGroups(index);
    this.#titles = new TokenGroups(documents.names, this.#terms, options.analyzer);
    this.#answers = new TokenGroups(documents.answers.vocabulary, this.#terms, options.analyzer);
    this.#feedback = new Feedback({
      idf: this.#terms.idf,
      rarest: inverseDocumentFrequency(FEWEST_DOCUMENTS - 0.5, size),
      average: Math.max(1, ((meta.totals[0] ?? 0) + (meta.totals[1] ?? 0)) / size),
    });
    this.#likeness = new TitleLikeness(index, this.#terms, options.ranking);
    this.#words = new QueryWords(this.#terms, options.analyzer);
    this.#slots = new Uint8Array(words.size);
  }

  /** The same documents in the order of their full scores. `found`: the first stage's best hits, best first, all of them. */
  rank(found: readonly Scored[], text: string, clauses: readonly Clause[]): Scored[] {
    const candidates = this.#read(found.slice(0, CANDIDATES), clauses.length >= FEWEST_CLAUSES);
    const asked = this.#asked(text, clauses);
    const several = clauses.length >= FEWEST_CLAUSES;
    const { ranking: weights } = this.options;
    const feedbackParts = several ? this.#feedbackParts(candidates, clauses) : [];
    const ranked = candidates.map((candidate, at): Scored => {
      const { document, score } = candidate;
      const parts = {
        title: asked.weight * this.#likeness.of(candidate, asked),
        feedback: feedbackParts[at] ?? 0,
        proximity: several
          ? weights.proximity * asked.weight * proximity(candidate, asked.words, asked.weights)
          : 0,
        date: score * weights.date * this.#recency(document),
        boost: score * weights.boost * this.#boost(document),
      };
      const { title, feedback, proximity: close, date, boost } = parts;
      return { document, score: score + title + feedback + close + date + boost, parts };
    });
    // A candidate for its title's sake may stay behind what was not looked at.
    return [...ranked, ...found.slice(CANDIDATES)].sort(byScore);
  }

  #asked(text: string, clauses: readonly Clause[]): Asked {
    this.#words.take(text, clauses);
    const weights = clauses.map(({ documents }) => inverseDocumentFrequency(documents, this.index.size));
    const weight = weights.reduce((sum, one) => sum + one, 0);
    return { letters: lettersOf(text), words: this.#words, weights, weight };
  }

  #read(found: readonly Scored[], answers: boolean): Candidate[] {
    const { documents } = this.index;
    const all = this.#groups;
    let at = 0;
    return found.map(({ document, score }) => {
      const start = at;
      const answerStart = this.#titles.read(documents.titleTokens(document), all, start, TITLE_WORDS);
      at = answers
        ? this.#answers.read(documents.answers.tokens(document), all, answerStart, ANSWER_WORDS)
        : answerStart;
      const groups = all.subarray(start, at);
      return { document, score, groups, answerStart: answerStart - start, end: at - start };
    });
  }

  #feedbackParts(candidates: readonly Candidate[], clauses: readonly Clause[]): number[] {
    const terms = this.#feedback.terms(candidates);
    const asked = clauses.reduce((sum, { weight }) => sum + weight, 0);
    for (const [number, { group }] of terms.entries()) this.#slots[group] = number + 1;
    const parts = candidates.map(
      (candidate) => this.options.ranking.feedback * asked * this.#feedbackScore(candidate, terms),
    );
    for (const { group } of terms) this.#slots[group] = 0;
    return parts;
  }

  #feedbackScore({ document, groups, answerStart, end }: Candidate, terms: readonly FeedbackTerm[]): number {
    const counts = this.#counts.fill(0);
    for (let at = 0; at < end; at += 1) {
      const group = groups[at] ?? 0;
      const slot = group < 0 ? 0 : (this.#slots[group] ?? 0);
      if (slot === 0) continue;
      const place = (slot - 1) * 2 + (at < answerStart ? 0 : 1);
      counts[place] = (counts[place] ?? 0) + 1;
    }
    const { k1 } = this.options.bm25;
    const [title, answer] = [this.#perCount(0, document), this.#perCount(1, document)];
    let score = 0;
    for (const [number, { group, weight }] of terms.entries()) {
      const frequency = (counts[number * 2] ?? 0) * title + (counts[number * 2 + 1] ?? 0) * answer;
      if (frequency > 0)
        score += (weight * (this.#terms.idf[group] ?? 0) * (k1 + 1) * frequency) / (frequency + k1);
    }
    return score;
  }

  /** What one occurrence in a field of a document counts. */
  #perCount(field: number, document: number): number {
    const norm = this.options.norms[field];
    if (norm === undefined) return 0;
    return (this.options.weights[field] ?? 0) * (norm.perLength[norm.lengths[document] ?? 0] ?? 0);
  }

  /** 1 for the newest date, less for older ones by their rank, 0 without a date. */
  #recency(document: number): number {
    const { dates, dateNames } = this.index.documents;
    return dateNames.size === 0 ? 0 : (dates[document] ?? 0) / dateNames.size;
  }

  /** How often the author's boost doubles, within limits. */
  #boost(document: number): number {
    const boost = this.index.documents.boost(document);
    return boost === 1 ? 0 : binaryLogarithm(Math.min(STRONGEST_BOOST, Math.max(1 / STRONGEST_BOOST, boost)));
  }
}
