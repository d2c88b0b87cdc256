import type { Analyzer } from '../../analysis/analyzer.js';
import type { QueryWord } from './query-words.js';
import type { Variants } from './term-variants.js';

/** What the index has for one word of a query, whatever stands beside it. */
export interface CachedExpansion {
  readonly variants: Pick<Variants, 'copy'>;
  /** Of the word and its inflections. */
  readonly documents: number;
  /** Whether there is more than the word and its inflections. */
  readonly expanded: boolean;
  /** What was probably meant; null: nothing is proposed. */
  readonly correction: string | null;
}

/** What else it depends on. */
interface ExpansionContext {
  readonly analyzer: Analyzer;
  /** Whether there may be more than the word and its inflections. */
  readonly expands: boolean;
}

/** Words that are remembered. */
const MAX_CACHED = 1024;

/**
 * What an index has for the words of earlier queries: with each key that is pressed, a search box asks again for all words but
 * the last. Once there are too many all are forgotten. For queries with the same options.
 */
export class ExpansionCache {
  readonly #words = new Map<string, CachedExpansion>();

  /** Of a word that is not remembered, what `begin` gives. */
  getOrCompute(word: QueryWord, asked: ExpansionContext, begin: () => CachedExpansion): CachedExpansion {
    const key = keyOf(word, asked);
    const known = this.#words.get(key);
    if (known !== undefined) return known;
    const begun = begin();
    if (this.#words.size >= MAX_CACHED) this.#words.clear();
    this.#words.set(key, begun);
    return begun;
  }
}

/** No term has a line break. */
function keyOf({ term, forms, keys, last, whole }: QueryWord, { analyzer, expands }: ExpansionContext): string {
  const [spelled, stems] = [[...forms].join('\n'), [...keys].join('\n')];
  return `${analyzer.language}\n\n${term}\n${spelled}\n\n${stems}\n\n${last}${whole}${expands}`;
}
