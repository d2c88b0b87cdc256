import { titleKey } from '../../analysis/title-key.js';
import { ByteReader, ByteWriter } from '../format/byte-buffer.js';
import { lazy } from '../../lazy.js';
import { compareTerms } from '../terms/term-dictionary.js';

/**
 * Writes the documents in the order of their titles' letters (of `titleKey`), equal ones by number: each as a signed distance from the one
 * before, from 0.
 */
export function writeTitleIndex(letters: readonly string[]): Uint8Array {
  const order = Uint32Array.from(letters.keys());
  order.sort((a, b) => compareTerms(letters[a] ?? '', letters[b] ?? '') || a - b);
  const writer = new ByteWriter(order.length * 2 + 16);
  let before = 0;
  for (const document of order) {
    writer.zigzag(document - before);
    before = document;
  }
  return writer.finish();
}

export function readTitleOrder(section: Uint8Array, size: number): Uint32Array {
  const reader = new ByteReader(section);
  const order = new Uint32Array(size);
  let document = 0;
  for (let at = 0; at < size; at += 1) {
    document += reader.zigzag();
    order[at] = document;
  }
  return order;
}

/**
 * Titles whose letters are remembered: the first halvings of every search meet the same ones, and each further halving
 * would take twice as many.
 */
const MAX_CACHED = 512;

/** Finds documents by the beginning of their titles. */
export class TitlePrefixIndex {
  readonly #order: () => Uint32Array;
  readonly #remembered = new Map<number, string>();

  constructor(
    section: Uint8Array,
    size: number,
    private readonly title: (document: number) => string,
  ) {
    this.#order = lazy(() => readTitleOrder(section, size));
  }

  /** At most `count` documents whose titles begin with these letters (of `titleKey`), in the order of the titles. */
  withPrefix(letters: string, count: number): number[] {
    let low = 0;
    let high = this.#order().length;
    for (let halvings = 1; low < high; halvings *= 2) {
      const middle = (low + high) >>> 1;
      const found = halvings <= MAX_CACHED ? this.#remember(middle) : this.#key(middle);
      if (compareTerms(found, letters) < 0) low = middle + 1;
      else high = middle;
    }
    const found: number[] = [];
    for (let at = low; at < this.#order().length && found.length < count; at += 1) {
      if (!this.#key(at).startsWith(letters)) break;
      found.push(this.#order()[at] ?? 0);
    }
    return found;
  }

  /** Called for fewer than twice `REMEMBERED` places. */
  #remember(place: number): string {
    let letters = this.#remembered.get(place);
    if (letters === undefined) {
      letters = this.#key(place);
      this.#remembered.set(place, letters);
    }
    return letters;
  }

  #key(place: number): string {
    return titleKey(this.title(this.#order()[place] ?? 0));
  }
}
