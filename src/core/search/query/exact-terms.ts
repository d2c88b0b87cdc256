import type { Clause } from '../scoring/clause.js';
import type { Analyzer } from '../../analysis/analyzer.js';
import type { PackedIndex } from '../../index/index-reader.js';
import { keepRarest, type QueryTerms } from './query-expansion.js';

/**
 * Returns a clause for each distinct term of a query, without inflections, completions or corrections, and at most 64:
 * the rarest. `weigh` gives a term's weight from the number of its occurrences in the query.
 */
export function exactTerms(
  text: string,
  index: PackedIndex,
  analyzer: Analyzer,
  weigh: (count: number) => number,
): QueryTerms {
  const counts = new Map<string, number>();
  for (const term of analyzer.terms(text.normalize('NFC'))) counts.set(term, (counts.get(term) ?? 0) + 1);
  const clauses: Clause[] = [];
  const dropped: string[] = [];
  for (const [term, count] of counts) {
    const word = index.words.find(term);
    if (word < 0) {
      dropped.push(term);
      continue;
    }
    const lists = index.lists.lists(word);
    const documents = Math.max(...lists.map((list) => list?.count ?? 0));
    clauses.push({ term, weight: weigh(count), variants: [{ word, weight: 1, lists }], documents });
  }
  return keepRarest(clauses, dropped);
}
