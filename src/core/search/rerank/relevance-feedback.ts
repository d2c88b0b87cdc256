import { TopK } from '../scoring/top-k.js';
import { MAX_WORDS_READ, type Candidate } from './candidate.js';
import type { CandidateVocabulary } from './candidate-vocabulary.js';

/** Candidates whose words are taken as an answer's. */
const DOCUMENTS = 10;
/** Words that are taken. */
export const FEEDBACK_TERMS = 20;
/** How much more the first candidates count than the later ones. */
const SCORE_EXPONENT = 4;

/** A word that the best candidates have. */
export interface FeedbackTerm {
  /** Its number in `CandidateWords`. */
  readonly word: number;
  /** Its share of what they say: of all terms together 1. */
  readonly weight: number;
}

export interface FeedbackOptions {
  /** A word with a higher idf is in too few documents to say anything about others. */
  readonly maxIdf: number;
  /** Words of title and answer of a document, on the average. */
  readonly average: number;
}

/**
 * The words that tell the best candidates from other documents: pseudo-relevance feedback (RM3: Abdul-Jaleel et al., UMass
 * at TREC 2004), with frequencies that saturate as in BM25, candidates weighed by a power of their score, words by idf.
 */
export class Feedback {
  /** By number of the word; all 0 between two queries, as are the counts. */
  readonly #relevance = new Float64Array(MAX_WORDS_READ);
  /** Occurrences in the candidate at hand. */
  readonly #counts = new Uint16Array(MAX_WORDS_READ);
  readonly #top = new TopK(FEEDBACK_TERMS);

  constructor(private readonly options: FeedbackOptions) {}

  /** The words of the best candidates (best first), the best first. */
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
      // Most cannot be among the best however rare they are: how rare takes longer to find out.
      const idf = relevant > 0 && relevant * maxIdf >= top.threshold ? words.idf(word) : Infinity;
      // Equal ones are put in order by their groups, whichever was met first.
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

/** Multiplication alone: the same number on every machine. */
function power(score: number): number {
  let result = score;
  for (let times = 1; times < SCORE_EXPONENT; times += 1) result *= score;
  return result;
}
