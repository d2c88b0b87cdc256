import type { Stem } from '../analysis/stemming.js';
import type { ByteReader, ByteWriter } from '../index/format/byte-buffer.js';

/** What a segment's documents hold, by document: which term occurs how often in which field. */
export interface ForwardIndex {
  /** Distinct terms, in any order. */
  readonly words: readonly string[];
  /** Of document `d`: its entries are those from `starts[d]` to `starts[d + 1]`. */
  readonly starts: Uint32Array;
  /** `word * 4 + field`, ascending in each document. */
  readonly entries: Uint32Array;
  readonly frequencies: Uint32Array;
  /** Distinct terms of (document, field), at `document * 3 + field`. */
  readonly distinct: Uint32Array;
}

/**
 * Stem keys that do not follow from words: those of other languages, and of words written with accents. For each word its
 * keys, for each of them the numbers of the documents that give it, ascending.
 */
export type ExtraStemKeys = ReadonlyMap<string, ReadonlyMap<string, readonly number[]>>;

/** Each word with its stem, its other keys with their documents, and how many documents have it in each field. */
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

/** Calls back with each other key of a word and how many of the documents that count give it, if any. `live`: as in `LiveSegment`. */
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
