import { MAX_TERM_LENGTH } from '../../analysis/tokenizer.js';
import type { TokenBytes } from '../format/columns.js';

/**
 * The attributes of a token, packed in one number: whether it is a word, its UTF-8 bytes, its UTF-16 units (at most
 * `MAX_TOKEN_UNITS`, so the bytes stay below 256), and the prefix class of the term that may begin in it.
 *
 * ```
 * 30     29 … 22  21 … 15  14 … 0
 * word   bytes    units    prefix
 * ```
 */
export const WORD_TOKEN = 0x4000_0000;
export const BYTES_SHIFT = 22;
export const BYTES_MASK = 0xff;
export const UNITS_SHIFT = 15;
export const UNITS_MASK = 0x7f;
export const PREFIX_MASK = 0x7fff;

/** Stands for the second unit of a one-unit word. A term that begins with it may continue in the next token. */
export const NO_SECOND = 1;
/** No term begins in the token. */
const NO_PREFIX = 0;
/**
 * The token does not consist of one plain word (camel case, beyond ASCII, or longer than a term) and must be analyzed.
 */
export const COMPLEX_TOKEN = 128 * 128;

/**
 * The prefix class of a plain word: its first two units in lower case. The second is `NO_SECOND` for a one-unit word.
 */
export function prefixOf(first: number, second: number): number {
  return lowered(first) * 128 + lowered(second);
}

/** Whether a byte is an ASCII letter or digit, or part of a character beyond ASCII. */
export function isWordByte(byte: number): boolean {
  return byte >= 128 || isDigit(byte) || isCapital(byte) || (byte >= 97 && byte <= 122);
}

function isDigit(byte: number): boolean {
  return byte >= 48 && byte <= 57;
}

export function isCapital(unit: number): boolean {
  return unit >= 65 && unit <= 90;
}

/** Converts an ASCII capital to lower case; returns any other unit unchanged. */
export function lowered(unit: number): number {
  return isCapital(unit) ? unit + 32 : unit;
}

/** The attributes of a token; 0 if the token is empty or does not exist. */
export function tokenAttributes({ bytes, starts, byteLengths }: TokenBytes, token: number): number {
  const start = starts[token] ?? 0;
  const length = byteLengths[token] ?? 0;
  if (length === 0) return 0;
  const word = isWordByte(bytes[start] ?? 0);
  const units = Math.min(unitsOf(bytes, start, start + length), UNITS_MASK);
  const beginning = word ? prefixIn(bytes, start, length) : NO_PREFIX;
  const size = Math.min(length, BYTES_MASK) << BYTES_SHIFT;
  return (word ? WORD_TOKEN : 0) | size | (units << UNITS_SHIFT) | beginning;
}

/** The number of UTF-16 units of the UTF-8 bytes from `start` to `end`. */
function unitsOf(bytes: Uint8Array, start: number, end: number): number {
  let units = end - start;
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte < 0x80) continue;
    // A continuation byte adds no unit. A lead byte of 0xf0 or above adds a surrogate pair.
    if (byte < 0xc0) units -= 1;
    else if (byte >= 0xf0) units += 1;
  }
  return units;
}

/** The prefix class of a word: `prefixOf` if it is plain, otherwise `COMPLEX_TOKEN`. */
function prefixIn(bytes: Uint8Array, start: number, length: number): number {
  const first = bytes[start] ?? 0;
  if (first >= 128 || length > MAX_TERM_LENGTH) return COMPLEX_TOKEN;
  for (let at = start + 1; at < start + length; at += 1) {
    const byte = bytes[at] ?? 0;
    const hump = isCapital(byte) && !isCapital(bytes[at - 1] ?? 0);
    if (byte >= 128 || hump) return COMPLEX_TOKEN;
  }
  return prefixOf(first, length === 1 ? NO_SECOND : (bytes[start + 1] ?? 0));
}
