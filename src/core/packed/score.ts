import { FIELDS, type Field } from '../document.js';
import type { Column } from './columns.js';
import type { PackedIndex } from './packed-index.js';

/** BM25's two parameters: how soon further occurrences stop to count, and how far length counts (0 to 1). */
export interface Bm25 {
  readonly k1: number;
  readonly b: number;
}

/**
 * What BM25 adds to a frequency in its denominator, for each document and field: `k1 · (1 - b + b · length / average)`
 * (Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009, section 3.4). A field that is empty everywhere has
 * no average and gets `k1`.
 */
export function lengthNorms(
  columns: readonly Column[],
  sums: readonly number[],
  { k1, b }: Bm25,
): Float32Array[] {
  return columns.map((column, field) => {
    const average = (sums[field] ?? 0) / column.length;
    const slope = average > 0 ? (k1 * b) / average : 0;
    const base = average > 0 ? k1 * (1 - b) : k1;
    const norms = new Float32Array(column.length);
    for (let document = 0; document < column.length; document += 1)
      norms[document] = base + slope * (column[document] ?? 0);
    return norms;
  });
}

/** How rare a term is: `ln(1 + (N - n + 0.5) / (n + 0.5))`, above 0 for every `n` up to `N` (Lucene's form of BM25's idf). */
export function inverseDocumentFrequency(documents: number, size: number): number {
  return Math.log(1 + (size - documents + 0.5) / (documents + 0.5));
}

/** Boosts in the order of `FIELDS`. */
export function fieldWeights(boosts: Readonly<Record<Field, number>>): number[] {
  return FIELDS.map((field) => boosts[field]);
}

/** The parameters of the default ranking, for every field. */
export const DEFAULT_BM25: Bm25 = { k1: 1.2, b: 0.75 };

/** Norms of the default ranking. */
export function defaultNorms(index: PackedIndex): Float32Array[] {
  return lengthNorms(index.totals, index.meta.totals, DEFAULT_BM25);
}
