import type { Variant, Alternatives } from '../scoring/clause.js';
import type { PackedIndex } from '../../index/index-reader.js';
import { intersectLists } from './postings-intersection.js';
import type { Analyzer } from '../../analysis/analyzer.js';
import type { QueryWord } from './query-words.js';

/** The variants of one word of the query. There are few, so a linear search is enough. */
export class Variants {
  readonly #list: Variant[];

  constructor(
    private readonly index: PackedIndex,
    list: readonly Variant[] = [],
  ) {
    this.#list = [...list];
  }

  copy(): Variants {
    return new Variants(this.index, this.#list);
  }

  get size(): number {
    return this.#list.length;
  }

  get list(): readonly Variant[] {
    return this.#list;
  }

  has(word: number): boolean {
    return this.#indexOf(word) >= 0;
  }

  /** Adds a word. If it is present, it gets the greater of both weights. */
  add(word: number, weight: number): void {
    const at = this.#indexOf(word);
    const known = this.#list[at];
    if (known === undefined) this.#list.push({ word, weight, lists: this.index.lists.lists(word) });
    else if (known.weight < weight) this.#list[at] = { ...known, weight };
  }

  #indexOf(word: number): number {
    const list = this.#list;
    for (let at = 0; at < list.length; at += 1) if (list[at]?.word === word) return at;
    return -1;
  }

  /** Adds a sequence of words that together stand for the query's word. */
  addPhrase(slots: readonly Alternatives[], weight: number): void {
    const lists = intersectLists(this.index, slots);
    if (lists.some((list) => list !== null)) this.#list.push({ word: -1, weight, lists, phrase: slots });
  }

  /** Returns the number of documents, summed over all variants, of the field that has the most. */
  documents(): number {
    const counts = [0, 0, 0];
    for (const { lists } of this.#list)
      for (let field = 0; field < lists.length; field += 1)
        counts[field] = (counts[field] ?? 0) + (lists[field]?.count ?? 0);
    return Math.min(this.index.size, Math.max(...counts));
  }
}

/** The expansion of one word, which does not depend on its neighbours. */
export interface CachedExpansion {
  readonly variants: Pick<Variants, 'copy'>;
  /** Documents of the word and its inflections. */
  readonly documents: number;
  /** Whether there are other variants than the word and its inflections. */
  readonly expanded: boolean;
  /** A correction to propose, or null. */
  readonly correction: string | null;
}

/** Part of the cache key: what an expansion depends on besides the word. */
interface ExpansionContext {
  readonly analyzer: Analyzer;
  /** Whether other variants than the word and its inflections are allowed. */
  readonly expands: boolean;
}

/** Expansions in the cache. If there would be more, it is emptied. */
const MAX_CACHED = 1024;

/**
 * Caches expansions between queries: with each key press, a search box repeats all words but the last. Valid for
 * queries with the same options.
 */
export class ExpansionCache {
  readonly #words = new Map<string, CachedExpansion>();

  getOrCompute(word: QueryWord, context: ExpansionContext, compute: () => CachedExpansion): CachedExpansion {
    const key = cacheKey(word, context);
    const known = this.#words.get(key);
    if (known !== undefined) return known;
    const expansion = compute();
    if (this.#words.size >= MAX_CACHED) this.#words.clear();
    this.#words.set(key, expansion);
    return expansion;
  }
}

/** Line breaks separate the parts, since no term has any. */
function cacheKey({ term, forms, keys, last, whole }: QueryWord, { analyzer, expands }: ExpansionContext): string {
  const [spelled, stems] = [[...forms].join('\n'), [...keys].join('\n')];
  return `${analyzer.language}\n\n${term}\n${spelled}\n\n${stems}\n\n${last}${whole}${expands}`;
}
