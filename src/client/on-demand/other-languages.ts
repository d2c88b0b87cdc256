// Loaded if a snapshot or a query is in a language other than English.
export { loadStemmer } from '../../adapters/stemmers/stemmers.js';
export { stopWordsOf } from '../../core/analysis/stop-words.js';
