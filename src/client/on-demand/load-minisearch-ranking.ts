import type { MiniSearchRanker as Ranking } from '../../core/search/scoring/like-minisearch.js';
import type { PackedIndex } from '../../core/index/index-reader.js';

let loaded: typeof Ranking | null = null;

/** Loads the ranking `minisearch`, for the constructor below. */
export async function loadMiniSearchRanking(): Promise<void> {
  ({ MiniSearchRanker: loaded } = await import('./minisearch-ranking.js'));
}

/**
 * Makes the ranking `minisearch`, which was loaded. In what browsers load, this stands in for the class of
 * `core/packed/like-minisearch.ts`.
 */
export function MiniSearchRanker(index: PackedIndex): Ranking {
  if (loaded === null) throw new Error('The ranking "minisearch" was not loaded.');
  return new loaded(index);
}
