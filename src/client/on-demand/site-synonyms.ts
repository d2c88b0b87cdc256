// Loaded if the settings of a snapshot name synonyms.
export { Synonyms } from '../../core/search/query/synonyms.js';
