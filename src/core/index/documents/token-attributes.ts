import { MAX_TERM_LENGTH } from '../../analysis/tokenizer.js';
import type { TokenBytes } from '../format/columns.js';

/**
 * A token's shape in one number: whether it is a word, its bytes in UTF-8, its UTF-16 units (`LONGEST_TOKEN` at most, so
 * that three bytes each stay below 256), and how terms may begin in it.
 *
 * ```
 * 30     29 … 22  21 … 15  14 … 0
 * word   bytes    units    beginning
 * ```
 */
export const WORD_TOKEN = 0x4000_0000;
export const BYTES_SHIFT = 22;
export const BYTES_MASK = 0xff;
export const UNITS_SHIFT = 15;
export const UNITS_MASK = 0x7f;
export const PREFIX_MASK = 0x7fff;

/** In place of a second unit: the word has one unit, and what begins with it may go on in the next token. */
export const NO_SECOND = 1;
/** No term begins in the token. */
const NO_PREFIX = 0;
/** More than one plain word (camel-cased, beyond ASCII, longer than a term): looked at by itself. */
export const COMPLEX_TOKEN = 128 * 128;

/** How a plain word begins: its first two units in lower case, as `wantedTerms` numbers them; `NO_SECOND` of one unit. */
export function prefixOf(first: number, second: number): number {
  return lowered(first) * 128 + lowered(second);
}

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

/** The shape of a token; 0 of one that is empty or that there is not. */
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

/** UTF-16 units of what stands in UTF-8 from `start` to `end`. */
function unitsOf(bytes: Uint8Array, start: number, end: number): number {
  let units = end - start;
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte < 0x80) continue;
    // A byte that goes on gives nothing of its own; what begins with 0xf0 or more gives a surrogate pair.
    if (byte < 0xc0) units -= 1;
    else if (byte >= 0xf0) units += 1;
  }
  return units;
}

/** How terms begin in a word: `beginningOf` a plain one, else `MIXED_BEGINNING`. */
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
