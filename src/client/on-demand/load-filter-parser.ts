import type { Filter } from '../../core/model/query.js';
import type * as FilterParser from './filter-parser-module.js';

let loaded: typeof FilterParser | null = null;

/** Every filter within the text of a query contains one of these characters. */
const FILTER_SIGN = /[:<=>]/;

/** Loads the filter parser if a query needs it: call this before the query is parsed. */
export async function loadFilterParser(text: string, expressions: readonly string[] = []): Promise<void> {
  if (expressions.length > 0 || FILTER_SIGN.test(text)) await preloadFilterParser();
}

export async function preloadFilterParser(): Promise<void> {
  loaded ??= await import('./filter-parser-module.js');
}

/** Like the function of `core/parse/filter-parser.ts`, after `loadFilterParser`. */
export function parseFilters(expressions: readonly string[]): readonly Filter[] {
  return expressions.length === 0 ? [] : parser().parseFilters(expressions);
}

/** The bundles for browsers use this in place of the function of `core/parse/filter-parser.ts`. */
export function parseFilter(expression: string): Filter {
  return parser().parseFilter(expression);
}

function parser(): typeof FilterParser {
  if (loaded === null) throw new Error('The filter parser was not loaded.');
  return loaded;
}
