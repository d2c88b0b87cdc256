import { titleKey } from '../../analysis/character-classes.js';
import type { Clause } from '../scoring/clause.js';
import type { Analyzer } from '../../analysis/analyzer.js';
import type { ScorePart } from '../../model/search-response.js';
import { binaryLogarithm } from '../../deterministic-math.js';
import type { PackedIndex } from '../../index/index-reader.js';
import { inverseDocumentFrequency, type Bm25F, type FieldNorm } from '../scoring/bm25.js';
import { StemGroupStats, TokenStemGroups } from './stem-group-stats.js';
import type { RankingWeights } from '../../model/settings.js';
import {
  CandidateVocabulary,
  QueryTermSlots,
  MAX_ANSWER_TOKENS,
  MAX_CANDIDATES,
  MAX_WORDS_READ,
  MAX_TITLE_TOKENS,
  type Candidate,
} from './candidate-vocabulary.js';
import { Feedback, FEEDBACK_TERMS } from './relevance-feedback.js';
import { TitleSimilarity, type RerankQuery, proximity } from './similarity.js';

/** A document with its score after the first or the second stage. */
export interface RerankCandidate {
  readonly document: number;
  readonly score: number;
  /** What the second stage added; absent if it did not rerank the document. */
  readonly parts?: RerankScores;
}

function byScore(a: RerankCandidate, b: RerankCandidate): number {
  return b.score - a.score || a.document - b.document;
}

/** What the second stage adds to a score. */
export interface RerankScores {
  readonly title: number;
  readonly feedback: number;
  readonly proximity: number;
  readonly date: number;
  readonly boost: number;
}

/** Returns the second stage's parts, named as in `?explain=true`. */
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

/** Clauses from which feedback and proximity are used: a single word is too ambiguous for feedback. */
const MIN_CLAUSES = 2;
/** A feedback term must be in this number of documents. */
const MIN_DOCUMENTS = 3;
/** A boost counts up to this value, and down to its reciprocal. */
const MAX_BOOST_EFFECT = 4;

const TITLE_WORDS = { maxTokens: MAX_TITLE_TOKENS, stopWords: true };
const ANSWER_WORDS = { maxTokens: MAX_ANSWER_TOKENS, stopWords: false };

/**
 * The second ranking stage: reranks the first stage's best hits by reading their titles and the beginnings of their
 * answers. It only adds to scores, so that other hits do not overtake the reranked ones.
 */
export class Reranker {
  readonly #terms: StemGroupStats;
  readonly #titles: TokenStemGroups;
  readonly #answers: TokenStemGroups;
  readonly #feedback: Feedback;
  readonly #titleSimilarity: TitleSimilarity;
  readonly #queryWords: QueryTermSlots;
  readonly #candidateTerms: CandidateVocabulary;
  readonly #candidateWords = new Int32Array(MAX_WORDS_READ);
  /** By number in `CandidateVocabulary`: the feedback term, from 1, or 0. All 0 between two queries. */
  readonly #slots = new Uint8Array(MAX_WORDS_READ);
  /** By feedback term: occurrences in the current candidate. All 0 between two candidates. */
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
    this.#queryWords = new QueryTermSlots(this.#terms, options.analyzer);
  }

  /**
   * Returns the documents in the order of their full scores. `found`: all of the first stage's best hits, best first.
   */
  rerank(found: readonly RerankCandidate[], text: string, clauses: readonly Clause[]): RerankCandidate[] {
    const hasSeveralClauses = clauses.length >= MIN_CLAUSES;
    const query = this.#queryTerms(text, clauses);
    const candidates = this.#candidates(found.slice(0, MAX_CANDIDATES), hasSeveralClauses);
    const { ranking: weights } = this.options;
    const feedbackParts = hasSeveralClauses ? this.#feedbackParts(candidates, clauses) : [];
    const ranked = candidates.map((candidate, at): RerankCandidate => {
      const { document, score } = candidate;
      const parts = {
        title: query.weight * this.#titleSimilarity.score(candidate, query),
        feedback: feedbackParts[at] ?? 0,
        proximity: hasSeveralClauses
          ? weights.proximity * query.weight * proximity(candidate, this.#candidateTerms, query.weights)
          : 0,
        date: score * weights.date * this.#recency(document),
        boost: score * weights.boost * this.#boost(document),
      };
      const { title, feedback, proximity: close, date, boost } = parts;
      return { document, score: score + title + feedback + close + date + boost, parts };
    });
    // A candidate that was added for its title may still score less than a hit that was not reranked.
    return [...ranked, ...found.slice(MAX_CANDIDATES)].sort(byScore);
  }

  #queryTerms(text: string, clauses: readonly Clause[]): RerankQuery {
    this.#queryWords.mapGroups(text, clauses);
    const weights = clauses.map(({ documents }) => inverseDocumentFrequency(documents, this.index.size));
    const weight = weights.reduce((sum, idf) => sum + idf, 0);
    return { titleKey: titleKey(text), words: this.#queryWords, weights, weight };
  }

  /** Reads the candidates' titles, and the beginnings of their answers if `answers` is set. */
  #candidates(found: readonly RerankCandidate[], answers: boolean): Candidate[] {
    const { documents } = this.index;
    const words = this.#candidateWords;
    this.#candidateTerms.clear();
    let end = 0;
    return found.map(({ document, score }) => {
      const start = end;
      const answerStart = this.#titles.read(documents.titleTokens(document), words, start, TITLE_WORDS);
      end = answers
        ? this.#answers.read(documents.answers.tokens(document), words, answerStart, ANSWER_WORDS)
        : answerStart;
      this.#candidateTerms.setQuery(words, start, end, this.#queryWords);
      return { document, score, words, start, answerStart, end };
    });
  }

  #feedbackParts(candidates: readonly Candidate[], clauses: readonly Clause[]): number[] {
    const terms = this.#feedback.terms(candidates, this.#candidateTerms);
    const { k1 } = this.options.bm25;
    const gains = terms.map(({ word, weight }) => weight * this.#candidateTerms.idf(word) * (k1 + 1));
    const query = clauses.reduce((sum, { weight }) => sum + weight, 0);
    for (let at = 0; at < terms.length; at += 1) this.#slots[terms[at]?.word ?? 0] = at + 1;
    const parts = candidates.map(
      (candidate) => this.options.ranking.feedback * query * this.#feedbackScore(candidate, gains),
    );
    for (const { word } of terms) this.#slots[word] = 0;
    return parts;
  }

  /** `gains`: the maximum score of each feedback term. */
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

  /** Counts the feedback terms among a candidate's words from `start` to `end`. */
  #count({ words }: Candidate, counts: Uint16Array, start: number, end: number): void {
    const slots = this.#slots;
    for (let at = start; at < end; at += 1) {
      const word = words[at] ?? 0;
      const slot = word < 0 ? 0 : (slots[word] ?? 0);
      if (slot > 0) counts[slot] = (counts[slot] ?? 0) + 1;
    }
  }

  /** Returns the weight of one occurrence in a field of a document. */
  #perCount(field: number, document: number): number {
    const norm = this.options.norms[field];
    if (norm === undefined) return 0;
    return (this.options.weights[field] ?? 0) * (norm.perLength[norm.lengths[document] ?? 0] ?? 0);
  }

  /** Returns 1 for the newest date, less for an older one by its rank, 0 without a date. */
  #recency(document: number): number {
    const { dates, dateNames } = this.index.documents;
    return dateNames.size === 0 ? 0 : (dates[document] ?? 0) / dateNames.size;
  }

  /** Returns the binary logarithm of the author's boost, within limits. */
  #boost(document: number): number {
    const boost = this.index.documents.boost(document);
    return boost === 1 ? 0 : binaryLogarithm(Math.min(MAX_BOOST_EFFECT, Math.max(1 / MAX_BOOST_EFFECT, boost)));
  }
}
