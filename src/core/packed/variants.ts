import type { PackedIndex } from './packed-index.js';
import type { TermLists } from './postings.js';
import { listsOfAll, type Slot } from './together.js';

/** A word of the index that stands for a word of the query. */
export interface Variant {
  /** Number in the dictionary; -1 for several words that stand for one. */
  readonly word: number;
  /** 1 for the word itself, a little less for its inflections, less again for completions and corrections. */
  readonly weight: number;
  readonly lists: TermLists;
  /** The words that stand for it together, in order: a field that lacks one of them does not count. */
  readonly together?: readonly Slot[];
}

/** The variants of one word of the query. */
export class Variants {
  readonly #words = new Map<number, Variant>();
  readonly #together: Variant[] = [];

  constructor(private readonly index: PackedIndex) {}

  get size(): number {
    return this.#words.size + this.#together.length;
  }

  has(word: number): boolean {
    return this.#words.has(word);
  }

  /** Adds a word; one that is there already keeps the greater weight. */
  add(word: number, weight: number): void {
    if ((this.#words.get(word)?.weight ?? 0) < weight)
      this.#words.set(word, { word, weight, lists: this.index.lists.lists(word) });
  }

  addTogether(slots: readonly Slot[], weight: number): void {
    const lists = listsOfAll(this.index, slots);
    if (lists.some((list) => list !== null))
      this.#together.push({ word: -1, weight, lists, together: slots });
  }

  /** Documents of the most frequent field, those of all variants added up. */
  documents(): number {
    const counts = [0, 0, 0];
    for (const { lists } of this.list()) {
      for (const [field, list] of lists.entries()) counts[field] = (counts[field] ?? 0) + (list?.count ?? 0);
    }
    return Math.min(this.index.size, Math.max(...counts));
  }

  list(): Variant[] {
    return [...this.#words.values(), ...this.#together];
  }
}
