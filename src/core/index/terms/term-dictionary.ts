import { ByteWriter, readUtf8, utf8Length, writeUtf8 } from '../format/byte-buffer.js';
import { asUint32, uint32Bytes } from '../format/container.js';
import { mapCollectingMissing, type Availability } from '../format/availability.js';

/** Terms per block of a dictionary. The first term of a block is complete, further ones store only the difference. */
export const TERMS_PER_BLOCK = 16;

/**
 * Orders terms by code points, which is the order of their UTF-8 bytes. (JavaScript compares UTF-16 units, which
 * differs for surrogates and units from U+E000 on.)
 */
export function compareTerms(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at += 1) {
    const x = a.charCodeAt(at);
    const y = b.charCodeAt(at);
    if (x !== y) return x >= 0xd800 && y >= 0xd800 ? pointOrder(x) - pointOrder(y) : x - y;
  }
  return a.length - b.length;
}

function pointOrder(unit: number): number {
  return unit >= 0xe000 ? unit - 0x2000 : unit + 0x2000;
}

export interface DictionarySections {
  /** u32: the offset of each block in `bytes`. */
  readonly blocks: Uint8Array;
  readonly bytes: Uint8Array;
}

/**
 * Writes a dictionary. Terms must be distinct and in the order of `compareTerms`. The first term of a block is written
 * as `length, bytes`, further ones as `shared, rest length, rest bytes`; numbers are varints, bytes are UTF-8.
 */
export function writeDictionary(terms: readonly string[]): DictionarySections {
  const starts: number[] = [];
  const writer = new ByteWriter(terms.length * 6 + 16);
  let before = new Uint8Array(256);
  let beforeLength = 0;
  let current = new Uint8Array(256);
  for (const [index, term] of terms.entries()) {
    if (term.length * 3 > current.length) {
      current = new Uint8Array(term.length * 3);
    }
    const length = writeUtf8(term, current, 0);
    if (index % TERMS_PER_BLOCK === 0) {
      starts.push(writer.length);
      writer.varint(length);
      writer.bytes(current.subarray(0, length));
    } else {
      let shared = 0;
      while (shared < length && shared < beforeLength && current[shared] === before[shared]) shared += 1;
      writer.varint(shared);
      writer.varint(length - shared);
      writer.bytes(current.subarray(shared, length));
    }
    [before, current] = [current, before];
    beforeLength = length;
    if (current.length < before.length) current = new Uint8Array(before.length);
  }
  return { blocks: uint32Bytes(starts), bytes: writer.finish() };
}

/** Availability of a dictionary whose blocks may be missing. */
export interface DictionaryAvailability extends Availability {
  /** The first and last block that can contain a term (UTF-8, `length` bytes). */
  blockRange(term: Uint8Array, length: number): readonly [first: number, last: number];
}

/**
 * A front-coded dictionary of sorted terms, decoded on access. It has one current term, so it must not be used
 * concurrently.
 */
export class TermDictionary {
  readonly #blocks: Uint32Array;
  readonly #bytes: Uint8Array;
  /** The current term in UTF-8. */
  readonly term = new Uint8Array(256);
  /** The length of `term` in bytes, and how many of them it shares with the preceding term. */
  termLength = 0;
  shared = 0;
  #at = 0;
  #index = 0;

  constructor(
    readonly size: number,
    sections: DictionarySections,
    private readonly availability?: DictionaryAvailability,
  ) {
    this.#blocks = asUint32(sections.blocks);
    this.#bytes = sections.bytes;
  }

  /** The number of a term; -1 if it is not in the dictionary. The current term is undefined afterwards. */
  find(term: string): number {
    if (this.size === 0 || !this.#setTarget(term)) return -1;
    return this.#findIn(this.#blockOf()[0]);
  }

  /**
   * The number of the target in this block; -1 if it is not there. Compares shared lengths without assembling the
   * terms.
   */
  #findIn(block: number): number {
    this.availability?.require(block, block + 1);
    const bytes = this.#bytes;
    const sought = this.#target;
    const length = this.#targetLength;
    const end = Math.min(this.size, (block + 1) * TERMS_PER_BLOCK);
    this.#at = this.#blocks[block] ?? 0;
    // The number of bytes that the target shares with the preceding term, which is less than the target.
    let common = 0;
    for (let index = block * TERMS_PER_BLOCK; index < end; index += 1) {
      const shared = index % TERMS_PER_BLOCK === 0 ? 0 : this.#varint();
      const rest = this.#varint();
      const from = this.#at;
      this.#at = from + rest;
      // This term differs from the target where the preceding term does.
      if (shared > common) continue;
      if (shared < common) return -1;
      let next = 0;
      while (next < rest && common < length && bytes[from + next] === sought[common]) {
        next += 1;
        common += 1;
      }
      if (next === rest) {
        if (common === length) return index;
      } else if (common === length || (bytes[from + next] ?? 0) > (sought[common] ?? 0)) return -1;
    }
    return -1;
  }

  #target = new Uint8Array(256);
  #targetLength = 0;

  /** The number of the first term that is not less than `term`; `size` if there is none. */
  lowerBound(term: string): number {
    if (!this.#setTarget(term)) return this.size;
    const [block, last] = this.#blockOf();
    if (this.size === 0) return 0;
    this.seek(block * TERMS_PER_BLOCK);
    const end = Math.min(this.size, (last + 1) * TERMS_PER_BLOCK);
    for (let index = block * TERMS_PER_BLOCK; ; this.next()) {
      if (this.#compareTo(this.#target, this.#targetLength) >= 0) return index;
      index += 1;
      if (index >= end) return index;
    }
  }

  /** Sets the term to search for. Returns false if it is longer than any term can be. */
  #setTarget(term: string): boolean {
    if (utf8Length(term) > this.#target.length) return false;
    this.#targetLength = writeUtf8(term, this.#target, 0);
    return true;
  }

  /** The block that contains the target if the dictionary does, and the last block that may contain it. */
  #blockOf(): readonly [block: number, last: number] {
    let low = 0;
    let high = this.#blocks.length - 1;
    if (this.availability !== undefined) [low, high] = this.availability.blockRange(this.#target, this.#targetLength);
    const last = high;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.#compareFirst(middle) <= 0) low = middle;
      else high = middle - 1;
    }
    return [low, last];
  }

  /** Moves to the term `index`, 0 to `size - 1`. */
  seek(index: number): void {
    const block = Math.floor(index / TERMS_PER_BLOCK);
    this.availability?.require(block, block + 1);
    this.#at = this.#blocks[block] ?? 0;
    this.#index = block * TERMS_PER_BLOCK;
    this.#readFirst();
    while (this.#index < index) this.next();
  }

  /** Moves to the next term, which must exist. */
  next(): void {
    this.#index += 1;
    if (this.#index % TERMS_PER_BLOCK === 0) {
      this.availability?.require(this.#index / TERMS_PER_BLOCK, this.#index / TERMS_PER_BLOCK + 1);
      this.#readFirst();
      return;
    }
    const shared = this.#varint();
    const rest = this.#varint();
    const bytes = this.#bytes;
    const term = this.term;
    let at = this.#at;
    for (let to = shared; to < shared + rest; to += 1) term[to] = bytes[at++] ?? 0;
    this.#at = at;
    this.termLength = shared + rest;
    this.shared = shared;
  }

  /**
   * Moves to the first term before `end` that shares fewer than `prefix` bytes with the current one, and returns its
   * number. If there is none, returns `end` and the current term is undefined. Skipped terms are not assembled.
   */
  skipPrefix(prefix: number, end: number): number {
    while (this.#index + 1 < end) {
      if ((this.#index + 1) % TERMS_PER_BLOCK === 0) {
        this.next();
        if (this.shared < prefix) return this.#index;
        continue;
      }
      const from = this.#at;
      const shared = this.#varint();
      if (shared < prefix) {
        this.#at = from;
        this.next();
        return this.#index;
      }
      // Two steps, since reading a varint moves the position.
      const rest = this.#varint();
      this.#at += rest;
      this.#index += 1;
    }
    return end;
  }

  /** The current term. */
  text(): string {
    return readUtf8(this.term, 0, this.termLength);
  }

  /** All terms in order. */
  terms(): string[] {
    return Array.from({ length: this.size }, (_, term) => {
      if (term === 0) this.seek(0);
      else this.next();
      return this.text();
    });
  }

  get(index: number): string {
    this.seek(index);
    return this.text();
  }

  /**
   * Checks that the terms from `from` to `to`, exclusive, are loaded.
   *
   * @throws {MissingPiecesError} a block is not loaded
   */
  require(from: number, to: number): void {
    if (from < to) this.availability?.require(Math.floor(from / TERMS_PER_BLOCK), Math.ceil(to / TERMS_PER_BLOCK));
  }

  #readFirst(): void {
    const length = this.#varint();
    const bytes = this.#bytes;
    const term = this.term;
    let shared = 0;
    // Also at the start of a block, so that `shared` is valid for callers that skip by prefix.
    while (shared < length && shared < this.termLength && term[shared] === bytes[this.#at + shared]) shared += 1;
    for (let to = 0; to < length; to += 1) term[to] = bytes[this.#at + to] ?? 0;
    this.#at += length;
    this.termLength = length;
    this.shared = shared;
  }

  #varint(): number {
    const bytes = this.#bytes;
    const byte = bytes[this.#at++] ?? 0;
    if (byte < 0x80) return byte;
    return (byte & 0x7f) | ((bytes[this.#at++] ?? 0) << 7);
  }

  #compareTo(sought: Uint8Array, length: number): number {
    const term = this.term;
    const common = Math.min(length, this.termLength);
    for (let at = 0; at < common; at += 1) {
      const difference = (term[at] ?? 0) - (sought[at] ?? 0);
      if (difference !== 0) return difference;
    }
    return this.termLength - length;
  }

  /** Compares the first term of a block with the target. Changes the current term, so `seek` before the next step. */
  #compareFirst(block: number): number {
    this.#at = this.#blocks[block] ?? 0;
    const termLength = this.#varint();
    const from = this.#at;
    const bytes = this.#bytes;
    const sought = this.#target;
    const common = Math.min(this.#targetLength, termLength);
    for (let at = 0; at < common; at += 1) {
      const difference = (bytes[from + at] ?? 0) - (sought[at] ?? 0);
      if (difference !== 0) return difference;
    }
    return termLength - this.#targetLength;
  }

  /** The range of terms that begin with `prefix`: from, inclusive, to, exclusive. */
  prefixRange(prefix: string): [from: number, to: number] {
    const [from = 0, to = this.size] = mapCollectingMissing([prefix, ...after(prefix)], (bound) =>
      this.lowerBound(bound),
    );
    return [from, Math.max(from, to)];
  }
}

/** The smallest text greater than every text with this prefix: the last code point plus one. Empty if there is none. */
function after(prefix: string): string[] {
  const points = Array.from(prefix);
  while (points.length > 0) {
    const last = points.pop()?.codePointAt(0) ?? 0;
    if (last >= 0x10ffff) continue;
    const next = last + 1 >= 0xd800 && last + 1 <= 0xdfff ? 0xe000 : last + 1;
    return [points.join('') + String.fromCodePoint(next)];
  }
  return [];
}
