import { matchesDate, facetKey, facetRecord } from '../../src/core/index/documents/facet-values.js';
import type { Facets } from '../../src/core/model/search-response.js';
import type { FacetField, Filter, ValueFilter } from '../../src/core/model/query.js';

// A simple implementation of filters and facets, one document at a time, to compare the index with.

/** The members of a document that filters and facets read. */
export interface FacetValues {
  readonly subject: string | null;
  readonly language: string | null;
  readonly keywords: readonly string[];
  readonly date: string | null;
}

function valuesOf(document: FacetValues, field: FacetField): readonly string[] {
  if (field === 'keywords') return document.keywords;
  const value = document[field];
  return value === null ? [] : [value];
}

/**
 * A test that holds for the documents that every filter keeps. `language` is the site's: that of documents that name none.
 */
export function filterTest(
  filters: readonly Filter[],
  language: string | null = null,
): (document: FacetValues) => boolean {
  const tests = filters.map((filter) => {
    if (filter.kind === 'values') return valueTest(filter, language);
    return (document: FacetValues) => document.date !== null && matchesDate(document.date, filter.op, filter.value);
  });
  return (document) => tests.every((test) => test(document));
}

function valueTest(filter: ValueFilter, language: string | null): (document: FacetValues) => boolean {
  const wanted = new Set(filter.values.map(facetKey));
  const unnamed = filter.field === 'language' && language !== null && wanted.has(facetKey(language));
  return (document) =>
    (unnamed && document.language === null) ||
    valuesOf(document, filter.field).some((value) => wanted.has(facetKey(value)));
}

/** Counts the documents of each value, the most frequent first, then by name. */
export function countFacets(documents: Iterable<FacetValues>, fields: readonly FacetField[]): Facets {
  const counts = new Map<FacetField, Map<string, { name: string; count: number }>>();
  for (const field of fields) counts.set(field, new Map());
  for (const document of documents) {
    for (const [field, values] of counts) {
      const keys = new Set<string>();
      for (const name of valuesOf(document, field)) {
        const key = facetKey(name);
        if (keys.has(key)) continue;
        keys.add(key);
        const entry = values.get(key);
        if (entry === undefined) values.set(key, { name, count: 1 });
        else entry.count += 1;
      }
    }
  }
  const facets: Partial<Record<FacetField, Record<string, number>>> = {};
  for (const [field, values] of counts) {
    facets[field] = facetRecord([...values.values()]);
  }
  return facets;
}
