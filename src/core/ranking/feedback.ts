import { TopK } from '../packed/accumulator.js';
import { ANSWER_REACH, TITLE_REACH, type Candidate } from './candidate.js';

/** Candidates whose words are taken as an answer's. */
const DOCUMENTS = 10;
/** Words that are taken. */
export const FEEDBACK_TERMS = 20;
/** How much more the first candidates count than the later ones. */
const SHARPNESS = 4;
const MOST_SEEN = DOCUMENTS * (TITLE_REACH + ANSWER_REACH);

/** A word that the best candidates have. */
export interface FeedbackTerm {
  readonly group: number;
  /** Its share of what they say: of all terms together 1. */
  readonly weight: number;
}

export interface FeedbackOptions {
  /** By group: how rare it is. */
  readonly idf: Float32Array;
  /** A word with a higher idf is in too few documents to say anything about others. */
  readonly rarest: number;
  /** Words of title and answer of a document, on the average. */
  readonly average: number;
}

/**
 * The words that tell the best candidates from other documents: pseudo-relevance feedback (RM3: Abdul-Jaleel et al., UMass
 * at TREC 2004), with frequencies that saturate as in BM25, candidates weighed by a power of their score, words by idf.
 */
export class Feedback {
  /** By group: where it stands in `#seen`, plus one; all 0 between two queries. */
  readonly #places: Uint16Array;
  readonly #seen = new Uint32Array(MOST_SEEN);
  readonly #relevance = new Float64Array(MOST_SEEN);
  /** Occurrences in the candidate at hand, by place. */
  readonly #counts = new Uint16Array(MOST_SEEN);
  readonly #top = new TopK(FEEDBACK_TERMS);
  #size = 0;

  constructor(private readonly options: FeedbackOptions) {
    this.#places = new Uint16Array(options.idf.length);
  }

  /** The words of the best candidates (best first), the best first. */
  terms(candidates: readonly Candidate[]): FeedbackTerm[] {
    const best = candidates.slice(0, DOCUMENTS);
    const total = best.reduce((sum, { score }) => sum + power(score), 0);
    for (const candidate of best) this.#add(candidate, power(candidate.score) / total);
    const top = this.#top;
    for (let place = 0; place < this.#size; place += 1) {
      const group = this.#seen[place] ?? 0;
      top.offer(group, (this.#relevance[place] ?? 0) * (this.options.idf[group] ?? 0));
      this.#places[group] = 0;
      this.#relevance[place] = 0;
    }
    this.#size = 0;
    const found = top.take();
    const sum = found.reduce((all, { score }) => all + score, 0);
    return found.map(({ document: group, score }) => ({ group, weight: score / sum }));
  }

  #add({ groups, end }: Candidate, share: number): void {
    const counts = this.#counts;
    const places = this.#places;
    const { idf, rarest, average } = this.options;
    for (let at = 0; at < end; at += 1) {
      const group = groups[at] ?? 0;
      if (group < 0 || (idf[group] ?? 0) > rarest) continue;
      const place = (places[group] ?? 0) || this.#enter(group);
      counts[place - 1] = (counts[place - 1] ?? 0) + 1;
    }
    const norm = 0.25 + (0.75 * end) / average;
    for (let place = 0; place < this.#size; place += 1) {
      const count = counts[place] ?? 0;
      if (count === 0) continue;
      counts[place] = 0;
      this.#relevance[place] = (this.#relevance[place] ?? 0) + (share * count) / (count + norm);
    }
  }

  #enter(group: number): number {
    this.#seen[this.#size] = group;
    this.#size += 1;
    this.#places[group] = this.#size;
    return this.#size;
  }
}

/** Multiplication alone: the same number on every machine. */
function power(score: number): number {
  let result = score;
  for (let times = 1; times < SHARPNESS; times += 1) result *= score;
  return result;
}
