import type { TermLists } from '../../index/postings/postings-reader.js';
import type { PostingsCursor } from '../../index/postings/postings-cursor.js';
import type { FieldNorm } from './bm25.js';

/** Numbers of words, of which any may occur at one position. */
export type Alternatives = readonly number[];

/** A word of the index that matches a word of the query. */
export interface Variant {
  /** Number in the dictionary; -1 for a phrase. */
  readonly word: number;
  /** 1 for the word itself, less for inflections, still less for completions and corrections. */
  readonly weight: number;
  readonly lists: TermLists;
  /** Several words that match the query's word together, in order. A field must have all of them. */
  readonly phrase?: readonly Alternatives[];
}

/** One word of the query with every word of the index that matches it. Its variants count as one term. */
export interface Clause {
  /** The word as the analyzer gives it. */
  readonly term: string;
  /** Depends on the word's occurrences in the query; 1 for one occurrence. */
  readonly weight: number;
  readonly variants: readonly Variant[];
  /** Documents of its most frequent field, from which the term's idf is computed. */
  readonly documents: number;
}

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
