// The ranking `minisearch`: loaded if a snapshot has that ranking.
export { MiniSearchRanker } from '../../core/search/scoring/like-minisearch.js';
