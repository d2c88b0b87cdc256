import { AskdexError, quoteForMessage } from '../core/errors.js';
import { loadFilterParser, parseFilters } from './on-demand/load-filter-parser.js';
import {
  FACET_FIELDS,
  LANGUAGE_TAG,
  QUERY_LIMITS,
  queryOf,
  type FacetField,
  type Filter,
  type Query,
  type Sort,
} from '../core/model/query.js';

/** The options of a search. Names and meanings are those of the API's parameters; `explain` is left to the API. */
export interface SearchOptions {
  /** Number of hits: 0 to 100, default 10. */
  readonly limit?: number;
  /** Number of hits to skip: 0 to 10,000. */
  readonly offset?: number;
  /** For example `subject:"Medicine"` or `date>=2024-01-01`. A document must match all of them. */
  readonly filter?: string | readonly string[];
  readonly facets?: readonly FacetField[];
  readonly sort?: 'date:asc' | 'date:desc';
  /** Language of the query, a tag such as `fr`; default: the site's language. */
  readonly lang?: string;
  /** Counts every hit, even if the search could end earlier. */
  readonly exactTotal?: boolean;
}

const NAMES: readonly string[] = ['limit', 'offset', 'filter', 'facets', 'sort', 'lang', 'exactTotal'];

/**
 * Validates the text and options of a search.
 *
 * @throws {AskdexError} query_too_long, unknown_parameter, invalid_parameter, invalid_filter
 */
export async function toQuery(q: string, options: SearchOptions): Promise<Query> {
  for (const name of Object.keys(options)) if (!NAMES.includes(name)) throw unknownOption(name);
  const { filter, facets, sort, lang, exactTotal } = options;
  const text = validateText(q);
  return queryOf(text, {
    limit: validateLimit(options.limit),
    offset: wholeNumber('offset', options.offset ?? 0, QUERY_LIMITS.offset),
    filters: await parsedFilters(text, filterList(filter)),
    facets: validateFacets(facets),
    sort: sort === undefined ? null : validateSort(sort),
    language: lang === undefined ? null : validateLanguage(lang),
    exactTotal: exactTotal === true,
  });
}

/** @throws {AskdexError} query_too_long; invalid_parameter: it is not a string */
export function validateText(q: unknown): string {
  if (typeof q !== 'string') throw invalid('q', q, 'it must be a string');
  if (q.length <= QUERY_LIMITS.textLength) return q;
  throw new AskdexError(
    'query_too_long',
    `The query ${quoteForMessage(q)} has ${q.length} characters; at most ${QUERY_LIMITS.textLength} are allowed.`,
    { parameter: 'q', remedy: 'Use fewer words.' },
  );
}

/**
 * Validates the number of hits or suggestions; default 10.
 *
 * @throws {AskdexError} invalid_parameter
 */
export function validateLimit(limit: unknown): number {
  return wholeNumber('limit', limit ?? 10, QUERY_LIMITS.limit);
}

function wholeNumber(name: string, value: unknown, most: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most) return value;
  throw invalid(name, value, `it must be a whole number from 0 to ${most}`);
}

async function parsedFilters(text: string, expressions: readonly string[]): Promise<readonly Filter[]> {
  await loadFilterParser(text, expressions);
  return parseFilters(expressions);
}

function filterList(filter: unknown): readonly string[] {
  const list: readonly unknown[] = filter === undefined ? [] : Array.isArray(filter) ? filter : [filter];
  return list.map((expression) => {
    if (typeof expression === 'string') return expression;
    throw invalid('filter', expression, 'it must be a string or a list of strings');
  });
}

function validateFacets(facets: unknown): FacetField[] {
  if (facets === undefined) return [];
  if (!Array.isArray(facets)) throw invalid('facets', facets, 'it must be a list');
  return [...new Set<unknown>(facets)].map((name) => {
    const field = FACET_FIELDS.find((known) => known === name);
    if (field === undefined) throw invalid('facets', name, `the facets are ${FACET_FIELDS.join(', ')}`);
    return field;
  });
}

function validateSort(sort: unknown): Sort {
  if (sort === 'date:asc') return { field: 'date', order: 'asc' };
  if (sort === 'date:desc') return { field: 'date', order: 'desc' };
  throw invalid('sort', sort, 'it must be "date:asc" or "date:desc"');
}

function validateLanguage(lang: unknown): string {
  if (typeof lang === 'string' && LANGUAGE_TAG.test(lang)) return lang.toLowerCase();
  throw invalid('lang', lang, 'it must be a language tag such as en or pt-BR');
}

function invalid(name: string, value: unknown, why: string): AskdexError {
  return new AskdexError('invalid_parameter', `The option "${name}" is ${quoteForMessage(value)}; ${why}.`, {
    parameter: name,
  });
}

function unknownOption(name: string): AskdexError {
  return new AskdexError('unknown_parameter', `There is no option ${quoteForMessage(name)}.`, {
    parameter: name.slice(0, 64),
    remedy: `The options are ${NAMES.join(', ')}.`,
  });
}
