import { readUtf8, type ByteWriter } from '../index/format/byte-buffer.js';

/** FNV-1a with the high bits folded into the low ones. */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at += 1) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
  return hash ^ (hash >>> 15);
}

/** Numbers byte strings by first occurrence without creating a JavaScript string for each. */
export class StringInterner {
  #slots: Int32Array;
  #starts: Uint32Array;
  #bytes: Uint8Array;
  #used = 0;
  /** The number of distinct strings. */
  size = 0;

  constructor(expected = 1 << 12) {
    const slots = 2 ** Math.ceil(Math.log2(expected * 2));
    this.#slots = new Int32Array(slots).fill(-1);
    this.#starts = new Uint32Array(slots / 2 + 1);
    this.#bytes = new Uint8Array(expected * 8);
  }

  /** Returns the number of the string at `source[start..end)`, and adds it if it is new. */
  intern(source: Uint8Array, start: number, end: number): number {
    const mask = this.#slots.length - 1;
    let slot = hashOf(source, start, end) & mask;
    for (;;) {
      const number = this.#slots[slot] ?? -1;
      if (number < 0) break;
      if (this.#equals(number, source, start, end)) return number;
      slot = (slot + 1) & mask;
    }
    return this.#add(slot, source, start, end);
  }

  text(number: number): string {
    return readUtf8(this.#bytes, this.#starts[number] ?? 0, this.#starts[number + 1] ?? 0);
  }

  /** The first four bytes as a big-endian number, padded with zeros. */
  prefix(number: number): number {
    const start = this.#starts[number] ?? 0;
    const length = (this.#starts[number + 1] ?? 0) - start;
    let prefix = 0;
    for (let at = 0; at < 4; at += 1) prefix = prefix * 256 + (at < length ? (this.#bytes[start + at] ?? 0) : 0);
    return prefix;
  }

  /** Compares two strings by their bytes; negative if `a` is before `b`. */
  compare(a: number, b: number): number {
    const bytes = this.#bytes;
    let x = this.#starts[a] ?? 0;
    let y = this.#starts[b] ?? 0;
    const endX = this.#starts[a + 1] ?? 0;
    const endY = this.#starts[b + 1] ?? 0;
    for (; x < endX && y < endY; x += 1, y += 1) {
      const difference = (bytes[x] ?? 0) - (bytes[y] ?? 0);
      if (difference !== 0) return difference;
    }
    return endX - x - (endY - y);
  }

  /** Writes a string as its byte length and its bytes. */
  write(number: number, writer: ByteWriter): void {
    const start = this.#starts[number] ?? 0;
    const end = this.#starts[number + 1] ?? 0;
    writer.varint(end - start);
    writer.bytes(this.#bytes.subarray(start, end));
  }

  // Inner loop of a merge: four plain parameters avoid allocating an options object per token.
  #equals(number: number, source: Uint8Array, start: number, end: number): boolean {
    const from = this.#starts[number] ?? 0;
    const length = (this.#starts[number + 1] ?? 0) - from;
    if (length !== end - start) return false;
    for (let at = 0; at < length; at += 1) if (this.#bytes[from + at] !== source[start + at]) return false;
    return true;
  }

  #add(slot: number, source: Uint8Array, start: number, end: number): number {
    const used = this.#used + end - start;
    if (used > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(this.#bytes.length * 2, used));
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    // Tokens are short, so a byte loop is faster than creating a subarray view.
    for (let at = start; at < end; at += 1) this.#bytes[this.#used++] = source[at] ?? 0;
    const number = this.size;
    this.size += 1;
    this.#starts[this.size] = this.#used;
    this.#slots[slot] = number;
    if (this.size >= this.#slots.length / 2) this.#grow();
    return number;
  }

  #grow(): void {
    const slots = new Int32Array(this.#slots.length * 2).fill(-1);
    const starts = new Uint32Array(slots.length / 2 + 1);
    starts.set(this.#starts.subarray(0, this.size + 1));
    const mask = slots.length - 1;
    for (let number = 0; number < this.size; number += 1) {
      let slot = hashOf(this.#bytes, starts[number] ?? 0, starts[number + 1] ?? 0) & mask;
      while ((slots[slot] ?? -1) >= 0) slot = (slot + 1) & mask;
      slots[slot] = number;
    }
    this.#slots = slots;
    this.#starts = starts;
  }
}

/** The number of bits of an integer that a double represents exactly. */
const EXACT_BITS = 53;
const PREFIX_BITS = 32;

/** Some strings of an interner in a given order. */
export class SortedStrings {
  constructor(
    readonly strings: StringInterner,
    /** The interner's numbers of the strings. */
    readonly numbers: Uint32Array,
  ) {}

  get length(): number {
    return this.numbers.length;
  }

  texts(): string[] {
    return Array.from(this.numbers, (number) => this.strings.text(number));
  }
}

/**
 * Orders strings by their bytes, which for UTF-8 is the order of code points. Sorts doubles that combine the first four
 * bytes and the position, which needs no comparison callback, then sorts the few strings with equal prefixes.
 */
export function orderByText(strings: StringInterner, numbers: Uint32Array): Uint32Array {
  const scale = 2 ** Math.ceil(Math.log2(numbers.length + 1));
  const dropped = Math.max(0, PREFIX_BITS + Math.log2(scale) - EXACT_BITS);
  const keys = Float64Array.from(
    numbers,
    (number, place) => (strings.prefix(number) >>> dropped) * scale + place,
  ).sort();
  const order = new Uint32Array(numbers.length);
  let start = 0;
  let before = -1;
  for (let at = 0; at <= keys.length; at += 1) {
    const key = keys[at] ?? -1;
    const prefix = key < 0 ? -2 : Math.floor(key / scale);
    if (prefix !== before) {
      if (at - start > 1) order.subarray(start, at).sort((a, b) => strings.compare(a, b));
      start = at;
      before = prefix;
    }
    if (key >= 0) order[at] = numbers[key - prefix * scale] ?? 0;
  }
  return order;
}

/**
 * Orders strings by descending rank. `order` is sorted by text, and ties keep that order. `ranks` is indexed by number.
 */
export function orderByRank(order: Uint32Array, ranks: ArrayLike<number>): Uint32Array {
  const scale = 2 ** Math.ceil(Math.log2(order.length + 1));
  let highest = 0;
  for (const number of order) highest = Math.max(highest, ranks[number] ?? 0);
  const keys = Float64Array.from(order, (number, place) => (highest - (ranks[number] ?? 0)) * scale + place).sort();
  return Uint32Array.from(keys, (key) => order[key % scale] ?? 0);
}
