import type { Variant, Alternatives } from '../scoring/clause.js';
import type { PackedIndex } from '../../index/index-reader.js';
import { intersectLists } from './postings-intersection.js';
import type { Analyzer } from '../../analysis/analyzer.js';
import type { QueryWord } from './query-words.js';

/** The variants of one word of the query: few, so that a list does for finding one. */
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
    return this.#place(word) >= 0;
  }

  /** Adds a word; one that is there already keeps the greater weight. */
  add(word: number, weight: number): void {
    const at = this.#place(word);
    const known = this.#list[at];
    if (known === undefined) this.#list.push({ word, weight, lists: this.index.lists.lists(word) });
    else if (known.weight < weight) this.#list[at] = { ...known, weight };
  }

  #place(word: number): number {
    const list = this.#list;
    for (let at = 0; at < list.length; at += 1) if (list[at]?.word === word) return at;
    return -1;
  }

  /** Adds words that stand for the query's word together. */
  addPhrase(slots: readonly Alternatives[], weight: number): void {
    const lists = intersectLists(this.index, slots);
    if (lists.some((list) => list !== null)) this.#list.push({ word: -1, weight, lists, phrase: slots });
  }

  /** Documents of the most frequent field, those of all variants added up. */
  documents(): number {
    const counts = [0, 0, 0];
    for (const { lists } of this.#list)
      for (let field = 0; field < lists.length; field += 1)
        counts[field] = (counts[field] ?? 0) + (lists[field]?.count ?? 0);
    return Math.min(this.index.size, Math.max(...counts));
  }
}

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
