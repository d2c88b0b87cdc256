import type { Analyzer } from '../analysis/analyzer.js';
import type { ParsedQuery } from '../parse/query-parser.js';

/**
 * Returns the query with its unknown words corrected, or null if there is nothing to propose. Case, blanks and
 * operators stay as typed. `corrections` maps a term to its correction.
 */
export function didYouMean(
  { text: typed, words }: Pick<ParsedQuery, 'text' | 'words'>,
  corrections: ReadonlyMap<string, string>,
  analyzer: Analyzer,
): string | null {
  if (corrections.size === 0) return null;
  let proposed = '';
  let at = 0;
  let changed = false;
  analyzer.tokenize(words, (term, start, end, { isCompound }) => {
    const correction = corrections.get(term);
    if (correction === undefined || isCompound || start < at) return;
    proposed += typed.slice(at, start) + inCaseOf(typed.slice(start, end), correction);
    at = end;
    changed = true;
  });
  return changed ? proposed + typed.slice(at) : null;
}

/** Gives a correction the capitals of the word that it replaces. */
function inCaseOf(typed: string, correction: string): string {
  const lower = typed.toLowerCase();
  if (typed === lower) return correction;
  if (typed === typed.toUpperCase()) return correction.toUpperCase();
  const [first = ''] = correction;
  const [typedFirst = ''] = typed;
  return typedFirst === typedFirst.toLowerCase() ? correction : first.toUpperCase() + correction.slice(first.length);
}
