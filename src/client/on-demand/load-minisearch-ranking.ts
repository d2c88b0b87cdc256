import type { MiniSearchRanker as Ranking } from '../../core/search/scoring/like-minisearch.js';
import type { PackedIndex } from '../../core/index/index-reader.js';

export { MINISEARCH_DEFAULTS } from '../../core/search/scoring/minisearch-ranker.js';

let loaded: typeof Ranking | null = null;

/** Loads the ranking `minisearch`. Call it before the function below. */
export async function loadMiniSearchRanking(): Promise<void> {
  ({ MiniSearchRanker: loaded } = await import('./minisearch-ranking.js'));
}

/**
 * Creates the loaded ranking `minisearch`. The bundles for browsers use this in place of the class in
 * `core/search/scoring`, which is called with `new`.
 */
export function MiniSearchRanker(index: PackedIndex): Ranking {
  if (loaded === null) throw new Error('The ranking "minisearch" was not loaded.');
  return new loaded(index);
}
