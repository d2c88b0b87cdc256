import type { Variant, Alternatives } from '../scoring/clause.js';
import type { PackedIndex } from '../../index/index-reader.js';
import { intersectLists } from './postings-intersection.js';

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
