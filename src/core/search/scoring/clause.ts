import type { TermLists } from '../../index/postings/postings-reader.js';

/** Words of which one stands in a place, by their numbers. */
export type Alternatives = readonly number[];

/** A word of the index that stands for a word of the query. */
export interface Variant {
  /** Number in the dictionary; -1 for several words that stand for one. */
  readonly word: number;
  /** 1 for the word itself, a little less for its inflections, less again for completions and corrections. */
  readonly weight: number;
  readonly lists: TermLists;
  /** The words that stand for it together, in order: a field that lacks one of them does not count. */
  readonly phrase?: readonly Alternatives[];
}

/** One word of the query with every word of the index that answers it. Its variants count as one term. */
export interface Clause {
  /** The word as the analyzer gives it. */
  readonly term: string;
  /** What the word counts by how often it stands in the query, above 0: 1 for once. */
  readonly weight: number;
  readonly variants: readonly Variant[];
  /** Documents of its most frequent form in its most frequent field: what makes a term rare or common. */
  readonly documents: number;
}
