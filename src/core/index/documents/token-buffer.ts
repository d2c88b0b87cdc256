import type { TextView } from '../../model/document.js';
import type { ByteReader } from '../format/byte-buffer.js';
import { PREFIX_MASK, BYTES_MASK, BYTES_SHIFT, UNITS_MASK, UNITS_SHIFT, WORD_TOKEN } from './token-attributes.js';
import type { Vocabulary } from './token-vocabulary.js';

const SPACE = 32;

export interface LoadOptions {
  readonly count: number;
  readonly maxBytes: number;
  /** Non-zero for the prefix classes to collect as candidates. */
  readonly prefixes: Uint8Array;
}

/**
 * A text as token numbers with the offset of each, without a string of the whole text. Snippets are selected on it.
 * Each `load` overwrites it; `slice` returns copies.
 */
export class TokenBuffer implements TextView {
  /** The number of tokens. */
  count = 0;
  /** The length of the text in UTF-16 units; anything behind it is ignored. */
  length = 0;
  tokens = new Int32Array(2048);
  /** The UTF-16 offset of each token. */
  starts = new Int32Array(2048);
  /** Indexes of the tokens in which a term may begin; `candidateCount` of them are valid. */
  candidates = new Int32Array(2048);
  candidateCount = 0;
  #bytes = new Uint8Array(1024);
  /** The vocabulary's token attributes. */
  #shapes: Int32Array = new Int32Array(0);
  /**
   * The ASCII token accessed last: its range in the text. Its byte for offset `at` is `#plainBytes[#plainBase + at]`.
   */
  #plainFrom = 0;
  #plainTo = 0;
  #plainBase = 0;
  #plainBytes: Uint8Array = this.#bytes;

  constructor(readonly vocabulary: Vocabulary) {}

  /**
   * Reads `count` tokens, or as many as give `maxBytes` UTF-8 bytes, as `Vocabulary.read` does. Tokens whose prefix
   * class is non-zero in `prefixes` are collected in `candidates`.
   */
  load(reader: ByteReader, { count, maxBytes, prefixes }: LoadOptions): void {
    const { bytes } = reader;
    const { vocabulary } = this;
    const shapes = vocabulary.shapes();
    this.#shapes = shapes;
    // At most two tokens per byte, since only the empty token between two parts of a word has no bytes. Bounds damaged
    // counts.
    const limit = Math.min(count, maxBytes * 2) | 0;
    this.#makeRoom(limit);
    const { tokens, starts, candidates } = this;
    // Local copies of imported constants make this loop several times faster.
    const word = WORD_TOKEN;
    const unitsShift = UNITS_SHIFT;
    const unitsMask = UNITS_MASK;
    const bytesShift = BYTES_SHIFT;
    const bytesMask = BYTES_MASK;
    const prefixMask = PREFIX_MASK;
    let from = reader.position;
    let found = 0;
    let at = 0;
    let size = 0;
    let units = 0;
    let before = 0;
    for (; at < limit && size < maxBytes; at += 1) {
      // `reader.varint()`, inlined. One and two bytes are decoded without an unpredictable branch.
      const low = bytes[from] ?? 0;
      const high = bytes[from + 1] ?? 0;
      const two = low >>> 7;
      let token = (low & 0x7f) | ((high << 7) & -two);
      from += 1 + two;
      if ((two & (high >>> 7)) === 1) {
        reader.position = from - 2;
        token = reader.varint() | 0;
        from = reader.position;
      }
      // Attributes are computed at first use. An empty token has the attributes 0 and is computed each time.
      const shape = shapes[token] || vocabulary.shape(token);
      // Two adjacent words are separated by one implied space.
      const space = (shape & before) >>> 30;
      units += space;
      tokens[at] = token;
      starts[at] = units;
      units += (shape >>> unitsShift) & unitsMask;
      size += ((shape >>> bytesShift) & bytesMask) + space;
      before = shape & word;
      candidates[found] = at;
      found += prefixes[shape & prefixMask] ?? 0;
    }
    reader.position = from;
    this.candidateCount = found;
    this.count = at;
    this.length = units;
    this.#lastToken = 0;
    this.#plainTo = 0;
  }

  /** Discards the text from `length` on. */
  truncate(length: number): void {
    this.length = Math.min(this.length, length);
    this.#plainTo = 0;
  }

  isWord(at: number): boolean {
    return at < this.count && (this.#shape(at) & WORD_TOKEN) !== 0;
  }

  /** The end of token `at` in UTF-16 units. */
  endOf(at: number): number {
    return (this.starts[at] ?? 0) + ((this.#shape(at) >>> UNITS_SHIFT) & UNITS_MASK);
  }

  slice(start: number, end: number): string {
    const to = Math.min(end, this.length);
    if (start >= to) return '';
    const first = this.#tokenAt(start);
    const last = this.#tokenAt(to - 1);
    const text = this.#decode(first, last);
    const from = start - (this.starts[first] ?? 0);
    return text.slice(from, from + to - start);
  }

  charCodeAt(at: number): number {
    if (at >= this.#plainFrom && at < this.#plainTo) return this.#plainBytes[this.#plainBase + at] ?? 0;
    if (at < 0 || at >= this.length) return NaN;
    const token = this.#tokenAt(at);
    const start = this.starts[token] ?? 0;
    const shape = this.#shape(token);
    const units = (shape >>> UNITS_SHIFT) & UNITS_MASK;
    if (at - start >= units) return SPACE;
    const number = this.tokens[token] ?? 0;
    if (((shape >>> BYTES_SHIFT) & BYTES_MASK) !== units) return this.vocabulary.token(number).charCodeAt(at - start);
    this.#plainFrom = start;
    this.#plainTo = Math.min(start + units, this.length);
    this.#plainBytes = this.vocabulary.bytes;
    this.#plainBase = (this.vocabulary.starts[number] ?? 0) - start;
    return this.#plainBytes[this.#plainBase + at] ?? 0;
  }

  #shape(at: number): number {
    return this.#shapes[this.tokens[at] ?? 0] ?? 0;
  }

  /** The token accessed last. Accesses are mostly sequential. */
  #lastToken = 0;

  /** The last token that begins at or before `offset`. */
  #tokenAt(offset: number): number {
    const near = this.#lastToken;
    if (this.#covers(near, offset)) return near;
    const beside = (this.starts[near] ?? 0) > offset ? near - 1 : near + 1;
    this.#lastToken = this.#covers(beside, offset) ? beside : this.#search(offset);
    return this.#lastToken;
  }

  #covers(token: number, offset: number): boolean {
    const { starts } = this;
    return (
      token >= 0 &&
      token < this.count &&
      (starts[token] ?? 0) <= offset &&
      (token + 1 === this.count || (starts[token + 1] ?? 0) > offset)
    );
  }

  #search(offset: number): number {
    const { starts } = this;
    let low = 0;
    let high = this.count - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** The text of tokens `first` to `last`, including an implied space behind the last. */
  #decode(first: number, last: number): string {
    const { bytes, starts, byteLengths } = this.vocabulary;
    const word = WORD_TOKEN;
    const shapes = this.#shapes;
    let out = this.#bytes;
    let size = 0;
    for (let at = first; at <= last; at += 1) {
      const token = this.tokens[at] ?? 0;
      let from = starts[token] ?? 0;
      const end = from + (byteLengths[token] ?? 0);
      if (size + end - from >= out.length) {
        out = new Uint8Array(Math.max(out.length * 2, size + end - from + 1));
        out.set(this.#bytes);
        this.#bytes = out;
      }
      for (; from < end; from += 1) out[size++] = bytes[from] ?? 0;
      const next = at + 1 < this.count ? (shapes[this.tokens[at + 1] ?? 0] ?? 0) : 0;
      if ((next & (shapes[token] ?? 0) & word) !== 0) out[size++] = SPACE;
    }
    return this.vocabulary.decode(out.subarray(0, size));
  }

  #makeRoom(count: number): void {
    if (count <= this.tokens.length) return;
    const room = Math.max(count, this.tokens.length * 2);
    this.tokens = new Int32Array(room);
    this.starts = new Int32Array(room);
    this.candidates = new Int32Array(room);
  }
}
