// The analyzer of the ranking `bm25`: loaded if a snapshot has that ranking.
export { createLuceneAnalyzer } from '../../core/analysis/lucene-analyzer.js';
