import type { Clause } from '../scoring/clause.js';
import type { Analyzer } from '../../analysis/analyzer.js';
import type { PackedIndex } from '../../index/index-reader.js';
import { keepRarest, type QueryTerms } from './query-expansion.js';

/**
 * The distinct terms of a query as they stand: no inflections, completions or corrections. `weigh` tells what a term counts
 * that stands so many times in the query. At most 64 clauses, the rarest kept.
 */
export function exactTerms(
  text: string,
  index: PackedIndex,
  analyzer: Analyzer,
  weigh: (times: number) => number,
): QueryTerms {
  const times = new Map<string, number>();
  for (const term of analyzer.terms(text.normalize('NFC'))) times.set(term, (times.get(term) ?? 0) + 1);
  const clauses: Clause[] = [];
  const dropped: string[] = [];
  for (const [term, count] of times) {
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
