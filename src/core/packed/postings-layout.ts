/** A document number beyond every document, and a small integer for every engine: larger ones are boxed. */
export const END = 0x3fff_ffff;
/** Postings of one block; a list that is shorter is written with its term. */
export const BLOCK = 128;
/** Terms between two starting points in the directory of lists. */
export const STRIDE = 16;
/** Postings from which a list that is written with its term is packed by bits. */
export const PACKED_FROM = 5;
export const FIELD_COUNT = 3;
/** Unpacking reads four bytes at a time, past the end of the last numbers. */
export const PADDING = 8;
/** In an entry's head: the term stands once, in one document. */
export const ONCE = 1 << FIELD_COUNT;

/**
 * A length as one byte, rounded down: exact to 15, then sixteen steps a doubling. With the highest frequency of a block it
 * bounds what the block can score, whatever the ranking's parameters.
 */
export function lengthToByte(length: number): number {
  if (length < 16) return length;
  const exponent = 31 - Math.clz32(length);
  const byte = (exponent - 3) * 16 + ((length >>> (exponent - 4)) & 15);
  return Math.min(byte, 255);
}

/** The least length that has this byte. */
export function byteToLength(byte: number): number {
  if (byte < 16) return byte;
  return (16 + (byte & 15)) * 2 ** ((byte >>> 4) - 1);
}
