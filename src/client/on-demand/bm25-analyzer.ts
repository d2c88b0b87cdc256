// Loaded if a snapshot has the ranking `bm25`.
export { createLuceneAnalyzer } from '../../core/analysis/lucene-analyzer.js';
