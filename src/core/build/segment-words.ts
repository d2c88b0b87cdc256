import type { Stem } from '../analysis/stemming.js';
import type { ByteReader, ByteWriter } from '../index/format/byte-buffer.js';

/** A forward index: the terms of each document with their field and frequency. */
export interface ForwardIndex {
  /** Distinct terms, in any order. */
  readonly words: readonly string[];
  /** The entries of document `d` are those from `starts[d]` to `starts[d + 1]`, exclusive. */
  readonly starts: Uint32Array;
  /** `word * 4 + field`, ascending within a document. */
  readonly entries: Uint32Array;
  readonly frequencies: Uint32Array;
  /** The number of distinct terms of (document, field), at `document * 3 + field`. */
  readonly distinct: Uint32Array;
}

/**
 * Stem keys that do not follow from the words alone: stems of other languages, and unaccented stems of accented words.
 * By word, then by key: the numbers of the documents that contribute the key, ascending.
 */
export type ExtraStemKeys = ReadonlyMap<string, ReadonlyMap<string, readonly number[]>>;

/** Writes each word with its stem, its extra stem keys with their documents, and its document count in each field. */
export function writeWords(
  writer: ByteWriter,
  index: ForwardIndex,
  { stem, otherKeys }: { readonly stem: Stem; readonly otherKeys: ExtraStemKeys },
): void {
  const counts = new Uint32Array(index.words.length * 4);
  for (const entry of index.entries) counts[entry] = (counts[entry] ?? 0) + 1;
  writer.varint(index.words.length);
  for (const [number, word] of index.words.entries()) {
    writer.text(word);
    writer.text(stem(word));
    const keys = otherKeys.get(word);
    writer.varint(keys?.size ?? 0);
    for (const [key, documents] of keys ?? []) {
      writer.text(key);
      writer.varint(documents.length);
      let before = 0;
      for (const document of documents) {
        writer.varint(document - before);
        before = document;
      }
    }
    for (let field = 0; field < 3; field += 1) writer.varint(counts[number * 4 + field] ?? 0);
  }
}

/**
 * Visits each extra stem key of a word that live documents contribute, with the number of these documents. `live`: as
 * in `LiveSegment`.
 */
export function readExtraStemKeys(
  reader: ByteReader,
  live: Uint8Array | null,
  visit: (key: string, documents: number) => void,
): void {
  for (let keys = reader.varint(); keys > 0; keys -= 1) {
    const key = reader.text();
    let document = 0;
    let count = 0;
    for (let left = reader.varint(); left > 0; left -= 1) {
      document += reader.varint();
      if (live === null || live[document] === 1) count += 1;
    }
    if (count > 0) visit(key, count);
  }
}
