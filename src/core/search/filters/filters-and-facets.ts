import { matchesDate, MAX_FACET_VALUES, facetKey, facetRecord } from '../../index/documents/facet-values.js';
import type { Facets } from '../../model/search-response.js';
import type { FacetField, Filter, ValueFilter } from '../../model/query.js';
import type { Column } from '../../index/format/columns.js';
import type { DocumentStore } from '../../index/documents/document-store.js';
import type { Vocabulary } from '../../index/documents/token-vocabulary.js';

/**
 * Returns one byte a document: 1 if it passes every filter. null: there is no filter. A document without a language has
 * `language`, the site's.
 */
export function filterMask(documents: DocumentStore, filters: readonly Filter[], language: string): Uint8Array | null {
  if (filters.length === 0) return null;
  const mask = new Uint8Array(documents.size).fill(1);
  for (const filter of filters) {
    if (filter.kind === 'date') {
      applyColumnFilter(
        mask,
        documents.dates,
        allowedValues(documents.dateNames, (date) => matchesDate(date, filter.op, filter.value)),
      );
    } else if (filter.field === 'keywords') {
      applyKeywordFilter(mask, documents, filter);
    } else {
      const wanted = new Set(filter.values.map(facetKey));
      const [names, column] = columnOf(documents, filter.field);
      const passes = allowedValues(names, (name) => wanted.has(facetKey(name)));
      if (filter.field === 'language' && wanted.has(facetKey(language))) passes[0] = 1;
      applyColumnFilter(mask, column, passes);
    }
  }
  return mask;
}

function columnOf(documents: DocumentStore, field: 'subject' | 'language'): [Vocabulary, Column] {
  return field === 'subject'
    ? [documents.subjectNames, documents.subjects]
    : [documents.languageNames, documents.languages];
}

/** Returns, for each number of a column (0 is none), 1 if its name passes. */
function allowedValues(names: Vocabulary, test: (name: string) => boolean): Uint8Array {
  const passes = new Uint8Array(names.size + 1);
  for (let name = 0; name < names.size; name += 1) passes[name + 1] = test(names.token(name)) ? 1 : 0;
  return passes;
}

function applyColumnFilter(mask: Uint8Array, column: Column, passes: Uint8Array): void {
  for (let document = 0; document < mask.length; document += 1) {
    if (passes[column[document] ?? 0] !== 1) mask[document] = 0;
  }
}

function applyKeywordFilter(mask: Uint8Array, documents: DocumentStore, filter: ValueFilter): void {
  const wanted = new Set(filter.values.map(facetKey));
  const passes = new Uint8Array(documents.keywordCount);
  for (let keyword = 0; keyword < passes.length; keyword += 1) {
    passes[keyword] = wanted.has(facetKey(documents.keyword(keyword))) ? 1 : 0;
  }
  for (let document = 0; document < mask.length; document += 1) {
    if (mask[document] === 0) continue;
    let kept = 0;
    documents.eachKeyword(document, (keyword) => {
      kept |= passes[keyword] ?? 0;
    });
    mask[document] = kept;
  }
}

/** Counts the values of facet fields over the documents that `each` calls back with. */
export function countFacets(
  documents: DocumentStore,
  fields: readonly FacetField[],
  each: (visit: (document: number) => void) => void,
): Facets {
  const facets: Partial<Record<FacetField, Record<string, number>>> = {};
  for (const field of fields) {
    facets[field] = field === 'keywords' ? keywordFacet(documents, each) : columnFacet(documents, field, each);
  }
  return facets;
}

type Each = (visit: (document: number) => void) => void;

function columnFacet(documents: DocumentStore, field: 'subject' | 'language', each: Each): Record<string, number> {
  const [names, column] = columnOf(documents, field);
  const counts = new Uint32Array(names.size + 1);
  each((document) => {
    const number = column[document] ?? 0;
    counts[number] = (counts[number] ?? 0) + 1;
  });
  return record(counts.subarray(1), (number) => names.token(number));
}

function keywordFacet(documents: DocumentStore, each: Each): Record<string, number> {
  const firsts = documents.canonicalKeywords();
  const counts = new Uint32Array(documents.keywordCount);
  const lastDocument = new Int32Array(documents.keywordCount).fill(-1);
  each((document) => {
    documents.eachKeyword(document, (keyword) => {
      const first = firsts[keyword] ?? keyword;
      if (lastDocument[first] === document) return;
      lastDocument[first] = document;
      counts[first] = (counts[first] ?? 0) + 1;
    });
  });
  return mostFrequent(counts, MAX_FACET_VALUES, (keyword) => documents.keyword(keyword));
}

/** Returns the most frequent values, of equal ones those that occur first. The other values' names are not read. */
function mostFrequent(counts: Uint32Array, limit: number, name: (number: number) => string): Record<string, number> {
  const numbers: number[] = [];
  for (let number = 0; number < counts.length; number += 1) if ((counts[number] ?? 0) > 0) numbers.push(number);
  numbers.sort((a, b) => (counts[b] ?? 0) - (counts[a] ?? 0) || a - b);
  return facetRecord(numbers.slice(0, limit).map((number) => ({ name: name(number), count: counts[number] ?? 0 })));
}

/** Values that differ only in case are one, spelled like the first of them. */
function record(counts: Uint32Array, name: (number: number) => string): Record<string, number> {
  const values = new Map<string, { name: string; count: number }>();
  for (let number = 0; number < counts.length; number += 1) {
    const count = counts[number] ?? 0;
    if (count === 0) continue;
    const text = name(number);
    const key = facetKey(text);
    const known = values.get(key);
    if (known === undefined) values.set(key, { name: text, count });
    else known.count += count;
  }
  return facetRecord([...values.values()]);
}
