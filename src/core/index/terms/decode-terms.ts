import type { TokenBytes } from '../format/columns.js';
import { TERMS_PER_BLOCK, type DictionarySections } from './term-dictionary.js';

/** The terms of a dictionary in UTF-8, one after another. */
export function decodeTerms(size: number, { bytes: source }: DictionarySections): TokenBytes {
  const starts = new Uint32Array(size);
  const byteLengths = new Uint16Array(size);
  let bytes = new Uint8Array(source.length * 2 + 1024);
  let from = 0;
  let to = 0;
  let before = 0;
  let beforeLength = 0;
  for (let term = 0; term < size; term += 1) {
    // A varint of a dictionary has two bytes at most.
    let shared = 0;
    if ((term & (TERMS_PER_BLOCK - 1)) !== 0) {
      shared = source[from++] ?? 0;
      if (shared >= 0x80) shared = (shared & 0x7f) | ((source[from++] ?? 0) << 7);
      if (shared > beforeLength) shared = beforeLength;
    }
    let rest = source[from++] ?? 0;
    if (rest >= 0x80) rest = (rest & 0x7f) | ((source[from++] ?? 0) << 7);
    if (rest > source.length - from) rest = Math.max(0, source.length - from);
    if (to + shared + rest > bytes.length) {
      const grown = new Uint8Array(bytes.length * 2 + shared + rest);
      grown.set(bytes);
      bytes = grown;
    }
    starts[term] = to;
    byteLengths[term] = shared + rest;
    for (let at = before, end = before + shared; at < end; at += 1) bytes[to++] = bytes[at] ?? 0;
    for (const end = from + rest; from < end; from += 1) bytes[to++] = source[from] ?? 0;
    before = starts[term] ?? 0;
    beforeLength = shared + rest;
  }
  return { bytes: bytes.subarray(0, to), starts, byteLengths };
}
