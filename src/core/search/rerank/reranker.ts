import type { Clause } from '../scoring/clause.js';
import type { Analyzer } from '../../analysis/analyzer.js';
import type { ScorePart } from '../../model/search-response.js';
import { binaryLogarithm } from '../../deterministic-math.js';
import type { PackedIndex } from '../../index/index-reader.js';
import { inverseDocumentFrequency, type Bm25F, type FieldNorm } from '../scoring/bm25.js';
import { StemGroupStats, TokenStemGroups } from './stem-group-stats.js';
import type { RankingWeights } from '../../model/settings.js';
import { CandidateVocabulary, QueryTermSlots } from './candidate-vocabulary.js';
import { MAX_ANSWER_BYTES, MAX_CANDIDATES, MAX_WORDS_READ, MAX_TITLE_BYTES, type Candidate } from './candidate.js';
import { Feedback, FEEDBACK_TERMS } from './relevance-feedback.js';
import { titleKey } from '../../analysis/title-key.js';
import { TitleSimilarity, type RerankQuery, proximity } from './similarity.js';

/** A document as a stage ranks it. */
export interface RerankCandidate {
  readonly document: number;
  readonly score: number;
  /** What the second stage added; left out where it did not look. */
  readonly parts?: RerankScores;
}

function byScore(a: RerankCandidate, b: RerankCandidate): number {
  return b.score - a.score || a.document - b.document;
}

/** What the second stage adds to a score, and for what. */
export interface RerankScores {
  readonly title: number;
  readonly feedback: number;
  readonly proximity: number;
  readonly date: number;
  readonly boost: number;
}

/** The parts as an explanation shows them. */
export function explainRerank({ title, feedback, proximity: close, date, boost }: RerankScores): ScorePart[] {
  const all = [
    { part: 'title: the same question', score: title },
    { part: 'feedback: words of the best answers', score: feedback },
    { part: 'proximity: words close together', score: close },
    { part: 'date', score: date },
    { part: 'boost', score: boost },
  ];
  return all.filter(({ score }) => score !== 0);
}

export interface RerankerOptions {
  readonly analyzer: Analyzer;
  readonly norms: readonly FieldNorm[];
  readonly weights: readonly number[];
  readonly bm25: Bm25F;
  readonly ranking: RankingWeights;
}

/** One word alone may mean many things: what its best answers have besides says little about what was meant. */
const MIN_CLAUSES = 2;
/** A word of fewer documents says nothing about others. */
const MIN_DOCUMENTS = 3;
/** A boost counts up to this, and down to one divided by it. */
const MAX_BOOST_EFFECT = 4;

const TITLE_WORDS = { maxBytes: MAX_TITLE_BYTES, stopWords: true };
const ANSWER_WORDS = { maxBytes: MAX_ANSWER_BYTES, stopWords: false };

/**
 * The second ranking stage: puts the first stage's best hits in order by reading their titles and the beginnings of their
 * answers. It adds to scores and never takes away, so what it did not look at stays behind.
 */
export class Reranker {
  readonly #terms: StemGroupStats;
  readonly #titles: TokenStemGroups;
  readonly #answers: TokenStemGroups;
  readonly #feedback: Feedback;
  readonly #titleSimilarity: TitleSimilarity;
  readonly #words: QueryTermSlots;
  readonly #candidateTerms: CandidateVocabulary;
  readonly #read = new Int32Array(MAX_WORDS_READ);
  /** By number in `CandidateWords`: the feedback term that it is, from 1; 0 for none, and between two queries. */
  readonly #slots = new Uint8Array(MAX_WORDS_READ);
  /** By feedback term: how often the candidate at hand has it; all 0 between two candidates. */
  readonly #inTitle = new Uint16Array(FEEDBACK_TERMS + 1);
  readonly #inAnswer = new Uint16Array(FEEDBACK_TERMS + 1);

  constructor(
    private readonly index: PackedIndex,
    private readonly options: RerankerOptions,
  ) {
    const { documents, meta, size } = index;
    this.#terms = new StemGroupStats(index);
    this.#titles = new TokenStemGroups(documents.names, this.#terms, options.analyzer);
    this.#answers = new TokenStemGroups(documents.answers.vocabulary, this.#terms, options.analyzer);
    this.#feedback = new Feedback({
      maxIdf: inverseDocumentFrequency(MIN_DOCUMENTS - 0.5, size),
      average: Math.max(1, ((meta.totals[0] ?? 0) + (meta.totals[1] ?? 0)) / size),
    });
    this.#candidateTerms = new CandidateVocabulary(this.#terms);
    this.#titleSimilarity = new TitleSimilarity(index, this.#candidateTerms, options.ranking);
    this.#words = new QueryTermSlots(this.#terms, options.analyzer);
  }

  /** The same documents in the order of their full scores. `found`: the first stage's best hits, best first, all of them. */
  rerank(found: readonly RerankCandidate[], text: string, clauses: readonly Clause[]): RerankCandidate[] {
    const several = clauses.length >= MIN_CLAUSES;
    const asked = this.#queryTerms(text, clauses);
    const candidates = this.#candidates(found.slice(0, MAX_CANDIDATES), several);
    const { ranking: weights } = this.options;
    const feedbackParts = several ? this.#feedbackParts(candidates, clauses) : [];
    const ranked = candidates.map((candidate, at): RerankCandidate => {
      const { document, score } = candidate;
      const parts = {
        title: asked.weight * this.#titleSimilarity.score(candidate, asked),
        feedback: feedbackParts[at] ?? 0,
        proximity: several
          ? weights.proximity * asked.weight * proximity(candidate, this.#candidateTerms, asked.weights)
          : 0,
        date: score * weights.date * this.#recency(document),
        boost: score * weights.boost * this.#boost(document),
      };
      const { title, feedback, proximity: close, date, boost } = parts;
      return { document, score: score + title + feedback + close + date + boost, parts };
    });
    // A candidate for its title's sake may stay behind what was not looked at.
    return [...ranked, ...found.slice(MAX_CANDIDATES)].sort(byScore);
  }

  #queryTerms(text: string, clauses: readonly Clause[]): RerankQuery {
    this.#words.mapGroups(text, clauses);
    const weights = clauses.map(({ documents }) => inverseDocumentFrequency(documents, this.index.size));
    const weight = weights.reduce((sum, one) => sum + one, 0);
    return { titleKey: titleKey(text), words: this.#words, weights, weight };
  }

  /** Reads titles, and `answers` where they are wanted. */
  #candidates(found: readonly RerankCandidate[], answers: boolean): Candidate[] {
    const { documents } = this.index;
    const words = this.#read;
    this.#candidateTerms.clear();
    let end = 0;
    return found.map(({ document, score }) => {
      const start = end;
      const answerStart = this.#titles.read(documents.titleTokens(document), words, start, TITLE_WORDS);
      end = answers
        ? this.#answers.read(documents.answers.tokens(document), words, answerStart, ANSWER_WORDS)
        : answerStart;
      this.#candidateTerms.setQuery(words, start, end, this.#words);
      return { document, score, words, start, answerStart, end };
    });
  }

  #feedbackParts(candidates: readonly Candidate[], clauses: readonly Clause[]): number[] {
    const terms = this.#feedback.terms(candidates, this.#candidateTerms);
    const { k1 } = this.options.bm25;
    const gains = terms.map(({ word, weight }) => weight * this.#candidateTerms.idf(word) * (k1 + 1));
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
    return boost === 1 ? 0 : binaryLogarithm(Math.min(MAX_BOOST_EFFECT, Math.max(1 / MAX_BOOST_EFFECT, boost)));
  }
}
