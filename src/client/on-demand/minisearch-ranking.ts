// The ranking `minisearch`: loaded if a snapshot has that ranking.
export { LikeMiniSearch } from '../../core/search/scoring/like-minisearch.js';
