import type { Options } from 'minisearch';
import type { Analyzer } from '../../core/analysis/analyzer.js';
import { FIELDS, fieldText, type Document, type Field } from '../../core/model/document.js';

/**
 * How MiniSearch indexes documents here: the product's analyzer, no stored fields (a hit's own names stay free). `terms`
 * stands for the analyzer's where someone reads along.
 */
export function miniSearchOptions(
  analyzer: Analyzer,
  terms: Analyzer['terms'] = (text) => analyzer.terms(text),
): Options<Document> {
  const text = analyzer.singleField ? joinedText : fieldText;
  return {
    idField: 'key',
    fields: [...FIELDS],
    storeFields: [],
    extractField: (document, name) => (isField(name) ? text(document, name) : document.key),
    tokenize: (text) => terms(text),
    processTerm: (term) => term,
    // All three numbers: a partial object gives NaN scores. MiniSearch's own defaults.
    searchOptions: { bm25: { k: 1.2, b: 0.7, d: 0.5 } },
  };
}

/** All that a document says as one field, in the place of its answer. */
function joinedText(document: Document, field: Field): string {
  return field === 'answer' ? FIELDS.map((each) => fieldText(document, each)).join('\n') : '';
}

function isField(name: string): name is Field {
  return FIELDS.some((field) => field === name);
}
