import type { Analyzer } from '../../analysis/analyzer.js';
import type { ScorePart } from '../../model/search-response.js';
import { binaryLogarithm } from '../../deterministic-math.js';
import type { PackedIndex } from '../../index/index-reader.js';
import type { Clause } from '../query/query-expansion.js';
import { inverseDocumentFrequency, type Bm25F, type FieldNorm } from '../scoring/bm25.js';
import { TermGroups, TokenGroups } from './stem-group-stats.js';
import type { RankingWeights } from '../../model/settings.js';
import { CandidateWords } from './candidate-vocabulary.js';
import { ANSWER_REACH, CANDIDATES, MOST_READ_WORDS, TITLE_REACH, type Candidate } from './candidate.js';
import { Feedback, FEEDBACK_TERMS } from './relevance-feedback.js';
import { proximity } from './proximity.js';
import { AskedWords } from './query-term-slots.js';
import { lettersOf } from '../../analysis/title-key.js';
import { TitleLikeness, type Asked } from './similarity.js';

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
  readonly #words: AskedWords;
  readonly #known: CandidateWords;
  readonly #read = new Int32Array(MOST_READ_WORDS);
  /** By number in `CandidateWords`: the feedback term that it is, from 1; 0 for none, and between two queries. */
  readonly #slots = new Uint8Array(MOST_READ_WORDS);
  /** By feedback term: how often the candidate at hand has it; all 0 between two candidates. */
  readonly #inTitle = new Uint16Array(FEEDBACK_TERMS + 1);
  readonly #inAnswer = new Uint16Array(FEEDBACK_TERMS + 1);

  constructor(
    private readonly index: PackedIndex,
    private readonly options: SecondStageOptions,
  ) {
    const { documents, meta, size } = index;
    this.#terms = new TermGroups(index);
    this.#titles = new TokenGroups(documents.names, this.#terms, options.analyzer);
    this.#answers = new TokenGroups(documents.answers.vocabulary, this.#terms, options.analyzer);
    this.#feedback = new Feedback({
      rarest: inverseDocumentFrequency(FEWEST_DOCUMENTS - 0.5, size),
      average: Math.max(1, ((meta.totals[0] ?? 0) + (meta.totals[1] ?? 0)) / size),
    });
    this.#known = new CandidateWords(this.#terms);
    this.#likeness = new TitleLikeness(index, this.#known, options.ranking);
    this.#words = new AskedWords(this.#terms, options.analyzer);
  }

  /** The same documents in the order of their full scores. `found`: the first stage's best hits, best first, all of them. */
  rank(found: readonly Scored[], text: string, clauses: readonly Clause[]): Scored[] {
    const several = clauses.length >= FEWEST_CLAUSES;
    const asked = this.#asked(text, clauses);
    const candidates = this.#candidates(found.slice(0, CANDIDATES), several);
    const { ranking: weights } = this.options;
    const feedbackParts = several ? this.#feedbackParts(candidates, clauses) : [];
    const ranked = candidates.map((candidate, at): Scored => {
      const { document, score } = candidate;
      const parts = {
        title: asked.weight * this.#likeness.of(candidate, asked),
        feedback: feedbackParts[at] ?? 0,
        proximity: several
          ? weights.proximity * asked.weight * proximity(candidate, this.#known, asked.weights)
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

  /** Reads titles, and `answers` where they are wanted. */
  #candidates(found: readonly Scored[], answers: boolean): Candidate[] {
    const { documents } = this.index;
    const words = this.#read;
    this.#known.clear();
    let end = 0;
    return found.map(({ document, score }) => {
      const start = end;
      const answerStart = this.#titles.read(documents.titleTokens(document), words, start, TITLE_WORDS);
      end = answers
        ? this.#answers.read(documents.answers.tokens(document), words, answerStart, ANSWER_WORDS)
        : answerStart;
      this.#known.enter(words, start, end, this.#words);
      return { document, score, words, start, answerStart, end };
    });
  }

  #feedbackParts(candidates: readonly Candidate[], clauses: readonly Clause[]): number[] {
    const terms = this.#feedback.terms(candidates, this.#known);
    const { k1 } = this.options.bm25;
    const gains = terms.map(({ word, weight }) => weight * this.#known.idfOf(word) * (k1 + 1));
    const asked = clauses.reduce((sum, { weight }) => sum + weight, 0);
    for (let at = 0; at < terms.length; at += 1) this.#slots[terms[at]?.word ?? 0] = at + 1;
    const parts = candidates.map(
      (candidate) => this.options.ranking.feedback * asked * this.#feedbackScore(candidate, gains),
    );
    for (const { word } of terms) this.#slots[word] = 0;
    return parts;
  }

  /** `gains`: what each feedback term adds at most. */
  #feedbackScore(candidate: Candidate, gains: readonly number[]): number {
    const { document, start, answerStart, end } = candidate;
    const titles = this.#inTitle;
    const answers = this.#inAnswer;
    this.#count(candidate, titles, start, answerStart);
    this.#count(candidate, answers, answerStart, end);
    const { k1 } = this.options.bm25;
    const [title, answer] = [this.#perCount(0, document), this.#perCount(1, document)];
    let score = 0;
    for (let slot = 1; slot <= gains.length; slot += 1) {
      const frequency = (titles[slot] ?? 0) * title + (answers[slot] ?? 0) * answer;
      if (frequency > 0) score += ((gains[slot - 1] ?? 0) * frequency) / (frequency + k1);
      titles[slot] = 0;
      answers[slot] = 0;
    }
    return score;
  }

  /** Counts the feedback terms among a candidate's words. */
  #count({ words }: Candidate, counts: Uint16Array, start: number, end: number): void {
    const slots = this.#slots;
    for (let at = start; at < end; at += 1) {
      const word = words[at] ?? 0;
      const slot = word < 0 ? 0 : (slots[word] ?? 0);
      if (slot > 0) counts[slot] = (counts[slot] ?? 0) + 1;
    }
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
