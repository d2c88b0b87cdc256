/** Relevance judgements for one query: key → grade. Grades from 1 on are relevant. */
export type Judgements = ReadonlyMap<string, number>;

/** Quality measures of a ranking, each from 0 to 1. */
export interface Measures {
  readonly ndcg10: number;
  readonly mrr10: number;
  readonly recall100: number;
}

/** Whether any document is relevant. Otherwise nothing can be measured. */
export function hasRelevant(judgements: Judgements): boolean {
  for (const grade of judgements.values()) if (grade >= 1) return true;
  return false;
}

/** Returns the measures of a ranking (distinct keys, best first) for a query that has a relevant document. */
export function measuresOf(ranked: readonly string[], judgements: Judgements): Measures {
  return {
    ndcg10: ndcg(ranked, judgements, 10),
    mrr10: reciprocalRank(ranked, judgements, 10),
    recall100: recall(ranked, judgements, 100),
  };
}

/**
 * Returns the normalized discounted cumulative gain of the first `cut` documents, like trec_eval's `ndcg_cut`. A
 * document gains its grade (0 if it is negative or not judged) divided by log2(rank + 1). The sum is divided by that of
 * the ideal order of all judged documents (Järvelin and Kekäläinen, Cumulated gain-based evaluation of IR techniques,
 * 2002). Returns 0 if no document is relevant.
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

/**
 * Returns 1 / the rank of the first relevant document, or 0 if none is among the first `cut` (trec_eval's
 * `recip_rank`).
 */
export function reciprocalRank(ranked: readonly string[], judgements: Judgements, cut: number): number {
  const at = ranked.slice(0, cut).findIndex((key) => isRelevant(judgements, key));
  return at < 0 ? 0 : 1 / (at + 1);
}

/**
 * Returns the share of relevant documents that are among the first `cut` (trec_eval's `recall`), or 0 if none is
 * relevant.
 */
export function recall(ranked: readonly string[], judgements: Judgements, cut: number): number {
  let relevant = 0;
  for (const grade of judgements.values()) if (grade >= 1) relevant += 1;
  const found = ranked.slice(0, cut).filter((key) => isRelevant(judgements, key)).length;
  return relevant === 0 ? 0 : found / relevant;
}

function isRelevant(judgements: Judgements, key: string): boolean {
  return (judgements.get(key) ?? 0) >= 1;
}

/** Returns the mean of numbers, or 0 if there are none. */
export function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Returns a percentile of values by nearest rank, or 0 if there are none. `share` is from 0 to 1. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}
