import type { TermLists } from '../../index/postings/postings-reader.js';

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
