/** What the judges said of documents for one query: key → grade; 1 and above is relevant. */
export type Judgements = ReadonlyMap<string, number>;

/** How good one ranking is; each from 0 to 1. */
export interface Measures {
  readonly ndcg10: number;
  readonly mrr10: number;
  readonly recall100: number;
}

/** Whether any document is relevant: without one nothing can be measured. */
export function hasRelevant(judgements: Judgements): boolean {
  for (const grade of judgements.values()) if (grade >= 1) return true;
  return false;
}

/** The measures of one ranking (keys, best first, each once) of a query that has a relevant document. */
export function measuresOf(ranked: readonly string[], judgements: Judgements): Measures {
  return {
    ndcg10: ndcg(ranked, judgements, 10),
    mrr10: reciprocalRank(ranked, judgements, 10),
    recall100: recall(ranked, judgements, 100),
  };
}

/**
 * Normalized discounted cumulative gain of the first `cut` documents, as trec_eval's `ndcg_cut`: a document gains its
 * grade (0 where it is below 0 or nobody judged it), divided by log2(rank + 1); the sum is divided by that of the best
 * order of all judged documents, found or not (Järvelin and Kekäläinen, Cumulated gain-based evaluation of IR techniques,
 * 2002). 0 where no document is relevant.
 */
export function ndcg(ranked: readonly string[], judgements: Judgements, cut: number): number {
  const ideal = discountedGain(
    [...judgements.values()].sort((a, b) => b - a),
    cut,
  );
  const gained = discountedGain(
    ranked.map((key) => judgements.get(key) ?? 0),
    cut,
  );
  return ideal === 0 ? 0 : gained / ideal;
}

function discountedGain(grades: readonly number[], cut: number): number {
  let sum = 0;
  for (const [at, grade] of grades.slice(0, cut).entries()) sum += Math.max(0, grade) / Math.log2(at + 2);
  return sum;
}

/** 1 / the rank of the first relevant document, 0 where none is among the first `cut`: trec_eval's `recip_rank`, cut. */
export function reciprocalRank(ranked: readonly string[], judgements: Judgements, cut: number): number {
  const at = ranked.slice(0, cut).findIndex((key) => isRelevant(judgements, key));
  return at < 0 ? 0 : 1 / (at + 1);
}

/** The share of all relevant documents that is among the first `cut`: trec_eval's `recall`. 0 where none is relevant. */
export function recall(ranked: readonly string[], judgements: Judgements, cut: number): number {
  let relevant = 0;
  for (const grade of judgements.values()) if (grade >= 1) relevant += 1;
  const found = ranked.slice(0, cut).filter((key) => isRelevant(judgements, key)).length;
  return relevant === 0 ? 0 : found / relevant;
}

function isRelevant(judgements: Judgements, key: string): boolean {
  return (judgements.get(key) ?? 0) >= 1;
}

/** The mean of numbers; 0 where there are none. */
export function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The smallest of the values that at least `share` (0 to 1) of them do not exceed (nearest rank); 0 where there are none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}
