import { AskdexError, quoteForMessage } from '../core/errors.js';
import { parseFilters } from '../core/parse/filter-parser.js';
import { closestMatch } from '../core/closest-match.js';
import {
  FACET_FIELDS,
  LANGUAGE_TAG,
  QUERY_LIMITS,
  queryOf,
  type FacetField,
  type Query,
  type Sort,
} from '../core/model/query.js';

/** The choices of a search, with the names and meanings of the API's parameters. */
export interface SearchOptions {
  /** Hits wanted: 0 to 100, 10 where it is left out. */
  readonly limit?: number;
  /** Hits passed over: 0 to 10,000. */
  readonly offset?: number;
  /** Such as `subject:"Medicine"` or `date>=2024-01-01`; of several, all must hold. */
  readonly filter?: string | readonly string[];
  readonly facets?: readonly FacetField[];
  readonly sort?: 'date:asc' | 'date:desc';
  /** Language of the query, a tag such as `fr`; the site's where it is left out. */
  readonly lang?: string;
  /** Counts every hit even where an early end would do. */
  readonly exactTotal?: boolean;
}

const NAMES: readonly string[] = ['limit', 'offset', 'filter', 'facets', 'sort', 'lang', 'exactTotal'];

/** Checks what was asked for; throws `query_too_long`, `unknown_parameter`, `invalid_parameter`, `invalid_filter`. */
export function toQuery(q: string, options: SearchOptions): Query {
  for (const name of Object.keys(options)) if (!NAMES.includes(name)) throw unknownOption(name);
  const { filter, facets, sort, lang, exactTotal } = options;
  return queryOf(validateText(q), {
    limit: validateLimit(options.limit),
    offset: wholeNumber('offset', options.offset ?? 0, QUERY_LIMITS.offset),
    filters: parseFilters(filterList(filter)),
    facets: validateFacets(facets),
    sort: sort === undefined ? null : validateSort(sort),
    language: lang === undefined ? null : validateLanguage(lang),
    exactTotal: exactTotal === true,
  });
}

/** Throws `query_too_long` and `invalid_parameter`. */
export function validateText(q: unknown): string {
  if (typeof q !== 'string') throw invalid('q', q, 'it must be a text');
  if (q.length <= QUERY_LIMITS.textLength) return q;
  throw new AskdexError(
    'query_too_long',
    `The query ${quoteForMessage(q)} has ${q.length} characters; ${QUERY_LIMITS.textLength} are the most.`,
    { parameter: 'q', remedy: 'Ask with fewer words.' },
  );
}

/** How many hits or suggestions; 10 where nothing is said. */
export function validateLimit(limit: unknown): number {
  return wholeNumber('limit', limit ?? 10, QUERY_LIMITS.limit);
}

function wholeNumber(name: string, value: unknown, most: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most) return value;
  throw invalid(name, value, `it must be a whole number from 0 to ${most}`);
}

function filterList(filter: unknown): readonly string[] {
  const list: readonly unknown[] = filter === undefined ? [] : Array.isArray(filter) ? filter : [filter];
  return list.map((expression) => {
    if (typeof expression === 'string') return expression;
    throw invalid('filter', expression, 'it must be a text or a list of texts');
  });
}

function validateFacets(facets: unknown): FacetField[] {
  if (facets === undefined) return [];
  if (!Array.isArray(facets)) throw invalid('facets', facets, 'it must be a list');
  return [...new Set<unknown>(facets)].map((name) => {
    const field = FACET_FIELDS.find((known) => known === name);
    if (field === undefined) throw invalid('facets', name, `known are ${FACET_FIELDS.join(', ')}`);
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
  const meant = closestMatch(name, NAMES);
  const known = `Known are ${NAMES.join(', ')}.`;
  return new AskdexError('unknown_parameter', `There is no option ${quoteForMessage(name)}.`, {
    parameter: name.slice(0, 64),
    remedy: meant === null ? known : `Did you mean ${quoteForMessage(meant)}? ${known}`,
  });
}
