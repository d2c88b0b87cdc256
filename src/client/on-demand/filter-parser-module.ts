// Loaded for the first search that may contain a filter, and ahead of it once a snapshot is open.
export { parseFilter, parseFilters } from '../../core/parse/filter-parser.js';
