import type { PostingsCursor } from '../../index/postings/postings-cursor.js';
import type { FieldNorm } from './bm25.js';

/** One list of a clause: where it is read, and what its postings count. */
export interface WeightedPostings {
  readonly cursor: PostingsCursor;
  readonly field: number;
  /** Of the field and of the word together. */
  readonly weight: number;
  readonly norm: FieldNorm;
}

/** How a clause's united frequency becomes a score: `gain · F / (F + k1)`. */
export interface Bm25Saturation {
  readonly gain: number;
  readonly k1: number;
}

/** The united frequency of a clause in one document; documents ascend from call to call. */
export function combinedFrequency(parts: readonly WeightedPostings[], document: number): number {
  let frequency = 0;
  for (const part of parts) frequency += weightedFrequency(part, document);
  return frequency;
}

/** What one list adds to a document's united frequency. */
export function weightedFrequency({ cursor, weight, norm }: WeightedPostings, document: number): number {
  const frequency = cursor.frequencyIn(document);
  return frequency === 0 ? 0 : weight * frequency * (norm.perLength[norm.lengths[document] ?? 0] ?? 0);
}
