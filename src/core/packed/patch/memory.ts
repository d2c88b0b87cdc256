import { ByteReader, ByteWriter } from '../bytes.js';
import { containerHead } from '../layout.js';
import type { Merged } from '../merge.js';
import type { CountedKeys } from '../ranked.js';
import type { DecodeUtf8 } from '../vocabulary.js';

/** What an index does not tell and a patch of it must know. */
export interface IndexMemory {
  /** How often each token of the vocabulary occurs, by its number. */
  readonly tokenCounts: Uint32Array;
  /** In the order of `compareTerms`. */
  readonly words: readonly string[];
  /** The stem of each word. */
  readonly stems: readonly string[];
  readonly otherKeys: CountedKeys;
}

const MEMORY_VERSION = 1;
/** Stands in no word and in no stem. */
const BETWEEN = '\n';

/** What is remembered of the merged documents as an index holds them. */
export function memoryOf({ tokenCounts, words, stems, otherKeys }: Merged): IndexMemory {
  return { tokenCounts, words, stems, otherKeys };
}

/**
 * Writes what is remembered of `index`, which `writer` wrote:
 *
 * ```
 * writer, version, length and head of the index's container, count and counts of tokens, words, stems,
 * count × { word, count × { key, documents } }
 * ```
 */
export function writeMemory(memory: IndexMemory, index: Uint8Array, writer: string): Uint8Array<ArrayBuffer> {
  const bytes = new ByteWriter(memory.words.length * 24 + memory.tokenCounts.length + 4096);
  bytes.text(writer);
  bytes.varint(MEMORY_VERSION);
  const head = containerHead(index);
  bytes.varint(head.length);
  bytes.raw(head);
  bytes.varint(memory.tokenCounts.length);
  for (const count of memory.tokenCounts) bytes.varint(count);
  bytes.varint(memory.words.length);
  bytes.text(memory.words.join(BETWEEN));
  bytes.text(memory.stems.join(BETWEEN));
  bytes.varint(memory.otherKeys.size);
  for (const [word, keys] of memory.otherKeys) {
    bytes.varint(word);
    bytes.varint(keys.size);
    for (const [key, documents] of keys) {
      bytes.text(key);
      bytes.varint(documents);
    }
  }
  return bytes.finish();
}

/** What was remembered of `index`; null: of another one, by another writer or in another version. */
export function readMemory(
  bytes: Uint8Array,
  index: Uint8Array,
  { writer, decode }: { readonly writer: string; readonly decode: DecodeUtf8 },
): IndexMemory | null {
  const reader = new ByteReader(bytes);
  if (reader.text() !== writer || reader.varint() !== MEMORY_VERSION) return null;
  if (!isEqual(take(reader), containerHead(index))) return null;
  const tokenCounts = new Uint32Array(Math.min(reader.varint(), bytes.length));
  for (let token = 0; token < tokenCounts.length; token += 1) tokenCounts[token] = reader.varint();
  const size = reader.varint();
  const words = readLines(reader, size, decode);
  const stems = readLines(reader, size, decode);
  if (words.length !== size || stems.length !== size) return null;
  const otherKeys = new Map<number, Map<string, number>>();
  for (let left = Math.min(reader.varint(), size); left > 0; left -= 1) {
    const word = reader.varint();
    const keys = new Map<string, number>();
    for (let more = Math.min(reader.varint(), bytes.length); more > 0; more -= 1)
      keys.set(reader.text(), reader.varint());
    otherKeys.set(word, keys);
  }
  return { tokenCounts, words, stems, otherKeys };
}

function readLines(reader: ByteReader, count: number, decode: DecodeUtf8): string[] {
  const bytes = take(reader);
  return count === 0 ? [] : decode(bytes).split(BETWEEN);
}

function take(reader: ByteReader): Uint8Array {
  const length = reader.varint();
  const start = reader.at;
  reader.at += length;
  return reader.bytes.subarray(start, reader.at);
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}
