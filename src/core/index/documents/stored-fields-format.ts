import type { ByteReader } from '../format/byte-buffer.js';

/** Reads a document's keywords and calls back with the number of each. */
export function eachKeyword(reader: ByteReader, sink: (keyword: number) => void): void {
  let expected = 0;
  for (let left = reader.varint(); left > 0; left -= 1) {
    const keyword = expected + reader.zigzag();
    sink(keyword);
    expected = keyword + 1;
  }
}

/** Steps over a text written as tokens. A damaged number of them ends with the bytes. */
export function skipTokens(reader: ByteReader): void {
  const { bytes } = reader;
  const end = bytes.length;
  let left = reader.varint();
  let at = reader.position;
  // `reader.varint()` by hand: lists are long, and stepped over often.
  for (; left > 0 && at < end; left -= 1) while ((bytes[at++] ?? 0) >= 0x80);
  reader.position = at;
}
