import { TopK } from '../scoring/top-k.js';
import { type CandidateVocabulary, MAX_WORDS_READ, type Candidate } from './candidate-vocabulary.js';

/** Candidates that are assumed to be relevant. */
const DOCUMENTS = 10;
/** Words that are taken from them. */
export const FEEDBACK_TERMS = 20;
/** Candidates are weighted by this power of their score. */
const SCORE_EXPONENT = 4;

export interface FeedbackTerm {
  /** Its number in `CandidateVocabulary`. */
  readonly word: number;
  /** The weights of all terms add up to 1. */
  readonly weight: number;
}

export interface FeedbackOptions {
  /** A word with a higher idf is in too few documents to help find others. */
  readonly maxIdf: number;
  /** Average number of words in title and answer. */
  readonly average: number;
}

/**
 * Finds the words that distinguish the best candidates from other documents: pseudo-relevance feedback (RM3:
 * Abdul-Jaleel et al., UMass at TREC 2004), with frequencies that saturate as in BM25 and words weighted by idf.
 */
export class Feedback {
  /** By number of the word. All 0 between two queries, like the counts. */
  readonly #relevance = new Float64Array(MAX_WORDS_READ);
  /** Occurrences in the current candidate. */
  readonly #counts = new Uint16Array(MAX_WORDS_READ);
  readonly #top = new TopK(FEEDBACK_TERMS);

  constructor(private readonly options: FeedbackOptions) {}

  /** Returns the feedback terms of candidates (best first), the heaviest first. */
  terms(candidates: readonly Candidate[], words: CandidateVocabulary): FeedbackTerm[] {
    const best = candidates.slice(0, DOCUMENTS);
    const total = best.reduce((sum, { score }) => sum + power(score), 0);
    for (const candidate of best) this.#add(candidate, power(candidate.score) / total);
    const relevance = this.#relevance;
    const top = this.#top;
    const { maxIdf } = this.options;
    for (let word = 0; word < words.count; word += 1) {
      const relevant = relevance[word] ?? 0;
      relevance[word] = 0;
      // Computing the idf takes longer than ruling out most words by the maximum idf.
      const idf = relevant > 0 && relevant * maxIdf >= top.threshold ? words.idf(word) : Infinity;
      // By group, so that the order of equal words does not depend on the candidates.
      if (idf <= maxIdf) top.offer(words.groups[word] ?? 0, relevant * idf);
    }
    const found = top.drain();
    const sum = found.reduce((all, { score }) => all + score, 0);
    return found.map(({ document: group, score }) => ({ word: words.numberOf(group), weight: score / sum }));
  }

  #add({ words, start, end }: Candidate, share: number): void {
    const counts = this.#counts;
    const relevance = this.#relevance;
    const { average } = this.options;
    for (let at = start; at < end; at += 1) {
      const word = words[at] ?? 0;
      if (word >= 0) counts[word] = (counts[word] ?? 0) + 1;
    }
    const norm = 0.25 + (0.75 * (end - start)) / average;
    for (let at = start; at < end; at += 1) {
      const word = words[at] ?? 0;
      const count = word < 0 ? 0 : (counts[word] ?? 0);
      if (count === 0) continue;
      counts[word] = 0;
      relevance[word] = (relevance[word] ?? 0) + (share * count) / (count + norm);
    }
  }
}

/** Only multiplies, because `Math.pow` is not the same on every machine. */
function power(score: number): number {
  let result = score;
  for (let times = 1; times < SCORE_EXPONENT; times += 1) result *= score;
  return result;
}
