import { FIELDS, type Field } from '../../model/document.js';
import { naturalLogarithm } from '../../deterministic-math.js';
import type { Column } from '../../index/format/columns.js';
import type { PackedIndex } from '../../index/index-reader.js';

/** BM25's parameters: `k1` sets how fast further occurrences saturate, `b` (0 to 1) how much length counts. */
export interface Bm25 {
  readonly k1: number;
  readonly b: number;
}

/**
 * Returns, for each field and document, what BM25 adds to a frequency in its denominator: `k1 · (1 - b + b · length /
 * average)` (Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009, section 3.4). A field that is empty
 * in all documents gets `k1`.
 */
export function lengthNorms(columns: readonly Column[], sums: readonly number[], { k1, b }: Bm25): Float32Array[] {
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

/** Lucene's form of BM25's idf, `ln(1 + (N - n + 0.5) / (n + 0.5))`, which is above 0 for every `n` up to `N`. */
export function inverseDocumentFrequency(documents: number, size: number): number {
  return naturalLogarithm(1 + (size - documents + 0.5) / (documents + 0.5));
}

/**
 * BM25F's parameters (Robertson and Zaragoza, 2009, section 3.6). A term's frequencies in the fields are weighted,
 * divided by the field's length norm and summed before they saturate. So a term never adds more than its idf times `k1
 * + 1`.
 */
export interface Bm25F {
  readonly k1: number;
  /** By field: how much its length counts, 0 to 1. */
  readonly b: readonly number[];
  /**
   * How fast further occurrences of a term in the query saturate: `(k3 + 1) · n / (k3 + n)` (Robertson et al., Okapi at
   * TREC-3, 1994).
   */
  readonly k3: number;
}

/** Parameters of the default ranking; see `docs/ranking.md`. */
export const DEFAULT_BM25F: Bm25F = { k1: 1.8, b: [0.5, 0.75, 0.5], k3: 4 };

/** Parameters of Lucene's usual baselines for one field (Anserini: k1 0.9, b 0.4). */
export const ONE_FIELD_BM25: Bm25F = { k1: 0.9, b: [0.4, 0.4, 0.4], k3: 0 };

/** The length norms of a field. */
export interface FieldNorm {
  /** By length: `1 / (1 - b + b · length / average)`. */
  readonly perLength: Float64Array;
  /** By document: its length in terms, at most 65,535. */
  readonly lengths: Uint16Array;
}

/** Returns the length norms of all fields. A field that is empty in all documents has the norm 1. */
export function fieldNorms({ totalTerms, meta, maxLengths: known }: PackedIndex, { b }: Bm25F): FieldNorm[] {
  return totalTerms.map((column, field) => {
    const average = (meta.totals[field] ?? 0) / column.length;
    const share = average > 0 ? (b[field] ?? 0) : 0;
    const lengths = asUint16(column);
    const longest = known?.[field] ?? (column instanceof Uint8Array ? 0xff : longestOf(lengths));
    const perLength = new Float64Array(longest + 1);
    for (let length = 0; length <= longest; length += 1)
      perLength[length] = 1 / (1 - share + (share > 0 ? (share * length) / average : 0));
    return { perLength, lengths };
  });
}

function longestOf(lengths: Uint16Array): number {
  let longest = 0;
  for (let document = 0; document < lengths.length; document += 1) {
    const length = lengths[document] ?? 0;
    if (length > longest) longest = length;
  }
  return longest;
}

/** The same array type for all fields keeps the scoring loop monomorphic. */
function asUint16(column: Column): Uint16Array {
  if (column instanceof Uint16Array) return column;
  // Faster than the callback below.
  if (column instanceof Uint8Array) return new Uint16Array(column);
  return Uint16Array.from(column, (length) => Math.min(length, 0xffff));
}

/** Returns the weight of a term with this number of occurrences in the query. */
export function queryWeight(count: number, { k3 }: Pick<Bm25F, 'k3'>): number {
  return ((k3 + 1) * count) / (k3 + count);
}

/** Returns boosts in the order of `FIELDS`. */
export function fieldWeights(boosts: Readonly<Record<Field, number>>): number[] {
  return FIELDS.map((field) => boosts[field]);
}
