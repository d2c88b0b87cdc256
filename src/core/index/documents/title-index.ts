import { titleKey } from '../../analysis/character-classes.js';
import { ByteReader, ByteWriter } from '../format/byte-buffer.js';
import { lazy } from '../../lazy.js';
import { compareTerms } from '../terms/term-dictionary.js';

/**
 * Writes the documents ordered by the sort key of their titles (`titleKey`), ties by number. Each is a signed distance
 * from the preceding one, starting at 0.
 */
export function writeTitleIndex(prefix: readonly string[]): Uint8Array {
  const order = Uint32Array.from(prefix.keys());
  order.sort((a, b) => compareTerms(prefix[a] ?? '', prefix[b] ?? '') || a - b);
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
 * Maximum number of cached title keys. Binary searches share their first steps; caching one step more would need twice
 * as many.
 */
const MAX_CACHED = 512;

/** Finds documents by a prefix of their titles. */
export class TitlePrefixIndex {
  readonly #order: () => Uint32Array;
  readonly #cached = new Map<number, string>();

  constructor(
    section: Uint8Array,
    size: number,
    private readonly title: (document: number) => string,
  ) {
    this.#order = lazy(() => readTitleOrder(section, size));
  }

  /** At most `count` documents whose title keys begin with `prefix`, in the order of title keys. */
  withPrefix(prefix: string, count: number): number[] {
    let low = 0;
    let high = this.#order().length;
    for (let step = 1; low < high; step *= 2) {
      const middle = (low + high) >>> 1;
      const found = step <= MAX_CACHED ? this.#cachedKey(middle) : this.#key(middle);
      if (compareTerms(found, prefix) < 0) low = middle + 1;
      else high = middle;
    }
    const found: number[] = [];
    for (let at = low; at < this.#order().length && found.length < count; at += 1) {
      if (!this.#key(at).startsWith(prefix)) break;
      found.push(this.#order()[at] ?? 0);
    }
    return found;
  }

  /** Only called for positions that fewer than `2 * MAX_CACHED` searches can reach first. */
  #cachedKey(position: number): string {
    let prefix = this.#cached.get(position);
    if (prefix === undefined) {
      prefix = this.#key(position);
      this.#cached.set(position, prefix);
    }
    return prefix;
  }

  #key(position: number): string {
    return titleKey(this.title(this.#order()[position] ?? 0));
  }
}
