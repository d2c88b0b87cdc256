import { ByteReader, ByteWriter, readUtf8 } from './bytes.js';
import { compareTerms } from './terms.js';

/**
 * Texts as numbers of tokens. A text is cut into alternating runs: words (letters, digits, everything beyond ASCII) and
 * what stands between. One space between two words is the rule and is not written; any other run between is a token of
 * its own. So every text comes back exactly as it was, and frequent tokens, which have small numbers, take one byte.
 */
export type TokenSink = (start: number, end: number) => void;

const WORD_UNITS = wordUnits();

function wordUnits(): Uint8Array {
  const units = new Uint8Array(128);
  for (let unit = 0; unit < 128; unit += 1) {
    units[unit] = /[A-Za-z0-9]/.test(String.fromCharCode(unit)) ? 1 : 0;
  }
  return units;
}

function isWordUnit(unit: number): boolean {
  return unit >= 128 || WORD_UNITS[unit] === 1;
}

const SPACE = 32;
/** UTF-16 units of a token: a run without end would make a vocabulary of one-time giants. */
export const LONGEST_TOKEN = 64;

/** Cuts a text into the tokens that are written. */
export function cutTokens(text: string, sink: TokenSink): void {
  let at = 0;
  let afterWord = false;
  while (at < text.length) {
    const start = at;
    const word = isWordUnit(text.charCodeAt(at));
    while (at < text.length && at - start < LONGEST_TOKEN && isWordUnit(text.charCodeAt(at)) === word)
      at += 1;
    // A surrogate pair is not cut in two.
    if (
      at < text.length &&
      (text.charCodeAt(at) & 0xfc00) === 0xdc00 &&
      (text.charCodeAt(at - 1) & 0xfc00) === 0xd800
    ) {
      at -= 1;
      if (at === start) at += 2;
    }
    const impliedSpace =
      !word &&
      afterWord &&
      at - start === 1 &&
      text.charCodeAt(start) === SPACE &&
      at < text.length &&
      isWordUnit(text.charCodeAt(at));
    if (!impliedSpace) sink(start, at);
    // Two word runs in a row (a long one cut) must not gain a space: an empty token stands between.
    if (word && at < text.length && isWordUnit(text.charCodeAt(at))) sink(at, at);
    afterWord = word;
  }
}

/** Orders a vocabulary: frequent tokens first, then by code points, so that the same texts give the same numbers. */
export function rankTokens(tokens: readonly string[], counts: ArrayLike<number>): Uint32Array {
  const order = Uint32Array.from(tokens.keys());
  return order.sort(
    (a, b) => (counts[b] ?? 0) - (counts[a] ?? 0) || compareTerms(tokens[a] ?? '', tokens[b] ?? ''),
  );
}

/** Writes tokens in their order: `count`, then each as its length in bytes and UTF-8. */
export function writeVocabulary(tokens: readonly string[]): Uint8Array {
  const writer = new ByteWriter(tokens.length * 8 + 8);
  writer.varint(tokens.length);
  for (const token of tokens) writer.text(token);
  return writer.finish();
}

/** Reads texts that are written as token numbers. Tokens become strings when they are first needed. */
export class Vocabulary {
  readonly size: number;
  readonly #bytes: Uint8Array;
  readonly #starts: Uint32Array;
  readonly #strings: string[];
  /** What a token is to the one that follows: 1 a word, 2 none, 0 not looked at yet. */
  readonly #kinds: Uint8Array;

  constructor(bytes: Uint8Array) {
    const reader = new ByteReader(bytes);
    this.#bytes = bytes;
    // No more tokens than bytes: a damaged count allocates nothing absurd.
    this.size = Math.min(reader.varint(), bytes.length);
    this.#starts = new Uint32Array(this.size);
    for (let token = 0; token < this.size; token += 1) {
      this.#starts[token] = reader.at;
      const length = reader.varint();
      reader.at += length;
    }
    this.#strings = new Array<string>(this.size).fill('');
    this.#kinds = new Uint8Array(this.size);
  }

  token(number: number): string {
    if (this.#kinds[number] === 0) this.#make(number);
    return this.#strings[number] ?? '';
  }

  #make(number: number): void {
    const reader = new ByteReader(this.#bytes, this.#starts[number]);
    const length = reader.varint();
    const text = readUtf8(this.#bytes, reader.at, reader.at + length);
    this.#strings[number] = text;
    this.#kinds[number] = text !== '' && isWordUnit(text.charCodeAt(0)) ? WORD : OTHER;
  }

  /** Reads `count` tokens, or as many as give `reach` UTF-16 units, and returns the text. */
  read(reader: ByteReader, count: number, reach = Infinity): string {
    const kinds = this.#kinds;
    const strings = this.#strings;
    let text = '';
    let before = OTHER;
    for (let left = count; left > 0 && text.length < reach; left -= 1) {
      const token = reader.varint();
      if (kinds[token] === 0) this.#make(token);
      const kind = kinds[token] ?? OTHER;
      if (kind === WORD && before === WORD) text += ' ';
      text += strings[token] ?? '';
      before = kind;
    }
    return text;
  }

  /** Reads a text written after its number of tokens. */
  readText(reader: ByteReader): string {
    return this.read(reader, reader.varint());
  }
}

const WORD = 1;
const OTHER = 2;
