import type { PostingsCursor } from '../../index/postings/postings-cursor.js';
import type { FieldNorm } from './bm25.js';

/** One postings list of a clause, and the weight of its frequencies. */
export interface WeightedPostings {
  readonly cursor: PostingsCursor;
  readonly field: number;
  /** The product of the field's and the word's weight. */
  readonly weight: number;
  readonly norm: FieldNorm;
}

/** Parameters of the score `gain · F / (F + k1)` of a combined frequency F. */
export interface Bm25Saturation {
  readonly gain: number;
  readonly k1: number;
}

/** Returns the combined frequency of a clause in a document. Documents must ascend from call to call. */
export function combinedFrequency(parts: readonly WeightedPostings[], document: number): number {
  let frequency = 0;
  for (const part of parts) frequency += weightedFrequency(part, document);
  return frequency;
}

/** Returns what one list adds to a document's combined frequency. */
export function weightedFrequency({ cursor, weight, norm }: WeightedPostings, document: number): number {
  const frequency = cursor.frequencyIn(document);
  return frequency === 0 ? 0 : weight * frequency * (norm.perLength[norm.lengths[document] ?? 0] ?? 0);
}
