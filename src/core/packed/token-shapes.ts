import { MAX_TERM_LENGTH } from '../analysis/tokenize.js';

/** Tokens where they lie: all in UTF-8, where the bytes of each begin, and how many they are. */
export interface TokenBytes {
  readonly size: number;
  readonly bytes: Uint8Array;
  readonly starts: Uint32Array;
  readonly byteLengths: Uint16Array;
}

/**
 * A token's shape in one number: whether it is a word, its bytes in UTF-8 and its UTF-16 units (`LONGEST_TOKEN` at most,
 * so that three bytes each stay below 256).
 *
 * ```
 * 15     14 … 7   6 … 0
 * word   bytes    units
 * ```
 */
export const WORD_TOKEN = 0x8000;
export const UNITS_MASK = 0x7f;
export const BYTES_SHIFT = 7;
export const BYTES_MASK = 0xff;

/** Whether a byte is a letter or digit of ASCII or belongs to a character beyond it. */
export function isWordByte(byte: number): boolean {
  return byte >= 128 || isDigit(byte) || isCapital(byte) || (byte >= 97 && byte <= 122);
}

function isDigit(byte: number): boolean {
  return byte >= 48 && byte <= 57;
}

export function isCapital(unit: number): boolean {
  return unit >= 65 && unit <= 90;
}

/** A capital of ASCII as its small letter, anything else as it is. */
export function lowered(unit: number): number {
  return isCapital(unit) ? unit + 32 : unit;
}

/** The shape of each token. */
export function shapesOf({ size, bytes, starts, byteLengths }: TokenBytes): Uint16Array {
  const shapes = new Uint16Array(size);
  for (let token = 0; token < size; token += 1) {
    const start = starts[token] ?? 0;
    const end = start + (byteLengths[token] ?? 0);
    let units = end - start;
    for (let at = start; at < end; at += 1) {
      const byte = bytes[at] ?? 0;
      if (byte < 0x80) continue;
      // A byte that goes on gives nothing of its own; what begins with 0xf0 or more gives a surrogate pair.
      if (byte < 0xc0) units -= 1;
      else if (byte >= 0xf0) units += 1;
    }
    const word = end > start && isWordByte(bytes[start] ?? 0);
    const size = Math.min(end - start, BYTES_MASK) << BYTES_SHIFT;
    shapes[token] = (word ? WORD_TOKEN : 0) | size | Math.min(units, UNITS_MASK);
  }
  return shapes;
}

/** In place of a second unit: the word has one unit, and what begins with it may go on in the next token. */
export const NO_SECOND = 1;
/** No term begins in the token. */
export const NO_BEGINNING = 0;
/** More than one plain word (camel-cased, beyond ASCII, longer than a term): looked at by itself. */
export const MIXED_BEGINNING = 128 * 128;

/** How a plain word begins: its first two units in lower case, as `wantedTerms` numbers them; `NO_SECOND` of one unit. */
export function beginningOf(first: number, second: number): number {
  return lowered(first) * 128 + lowered(second);
}

/** Of each token: `beginningOf` a plain word, `MIXED_BEGINNING`, or `NO_BEGINNING`. */
export function beginningsOf({ size, bytes, starts, byteLengths }: TokenBytes): Uint16Array {
  const beginnings = new Uint16Array(size);
  for (let token = 0; token < size; token += 1) {
    const start = starts[token] ?? 0;
    const length = byteLengths[token] ?? 0;
    const first = bytes[start] ?? 0;
    if (length === 0 || !isWordByte(first)) continue;
    let plain = length <= MAX_TERM_LENGTH && first < 128;
    for (let at = start + 1; plain && at < start + length; at += 1) {
      const byte = bytes[at] ?? 0;
      plain = byte < 128 && (!isCapital(byte) || isCapital(bytes[at - 1] ?? 0));
    }
    const second = length === 1 ? NO_SECOND : (bytes[start + 1] ?? 0);
    beginnings[token] = plain ? beginningOf(first, second) : MIXED_BEGINNING;
  }
  return beginnings;
}
