// What the client needs of languages other than English: loaded when a snapshot or a query is in one.
export { loadStemmer } from '../../adapters/stemmers/stemmers.js';
export { stopWordsOf } from '../../core/analysis/stop-words.js';
