// Loaded if a snapshot has the ranking `minisearch`.
export { MiniSearchRanker } from '../../core/search/scoring/like-minisearch.js';
