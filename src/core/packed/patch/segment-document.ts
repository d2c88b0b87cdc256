import { ByteReader, readUtf8 } from '../bytes.js';
import { FIELD_COUNT } from '../postings-layout.js';
import { openSegment } from '../segment-reader.js';
import { TABLES, URL_FLAGS, type TableName } from '../segment.js';
import { readOtherKeys } from '../segment-words.js';

/** A document in a segment. */
export interface SegmentPlace {
  readonly bytes: Uint8Array;
  readonly key: string;
}

/** One (word, field) of a document. */
export interface SegmentEntry {
  readonly word: number;
  readonly field: number;
  readonly frequency: number;
}

/** Where the strings of a table lie: string `n` begins at `starts[n]` and has `lengths[n]` bytes. */
export interface Strings {
  readonly starts: Uint32Array;
  readonly lengths: Uint32Array;
}

/** What a segment tells of one of its documents. */
export interface SegmentDocument {
  readonly bytes: Uint8Array;
  readonly key: string;
  /** All but the answer and the description: equal where these are all that differs. */
  readonly head: readonly (string | number)[];
  /** Where description and answer lie: `copyDescription`, then `copyAnswer` read them. */
  readonly texts: number;
  readonly tokens: Strings;
  readonly words: Strings;
  /** The stem of a word. */
  readonly stem: (word: number) => string;
  /** Distinct terms of each field. */
  readonly distinct: readonly number[];
  readonly entries: readonly SegmentEntry[];
  /** Of words: the stem keys that this document gives them besides. */
  readonly otherKeys: ReadonlyMap<number, readonly string[]>;
}

/** Reads one document of a segment; null: the segment is of another version, or has no such document. */
export function readSegmentDocument({ bytes, key }: SegmentPlace): SegmentDocument | null {
  const opened = openSegment({ bytes, live: null });
  const number = opened?.documents.findIndex((document) => document.key === key) ?? -1;
  const parts = opened?.documents[number];
  if (opened === null || parts === undefined) return null;
  const { reader } = opened;
  const tables: Partial<Record<TableName, Strings>> = {};
  for (const name of TABLES) tables[name] = readStrings(reader);
  const { tokens } = tables;
  if (tokens === undefined) return null;
  const { words, stems, otherKeys } = readWords(reader, opened.documents.length, number);
  const body = new ByteReader(bytes, parts.body);
  const head = readHead(new ByteReader(bytes, parts.titles), body, (table, at) =>
    textOf(bytes, tables[table], at),
  );
  const forward = new ByteReader(bytes, parts.forward);
  const distinct = [forward.varint(), forward.varint(), forward.varint()];
  return {
    bytes,
    key,
    head,
    texts: body.at,
    tokens,
    words,
    stem: (word) => new ByteReader(bytes, stems[word] ?? 0).text(),
    distinct,
    entries: readEntries(forward),
    otherKeys,
  };
}

/** The string of this number. */
export function textOf(bytes: Uint8Array, strings: Strings | undefined, number: number): string {
  const start = strings?.starts[number] ?? 0;
  return readUtf8(bytes, start, start + (strings?.lengths[number] ?? 0));
}

function readStrings(reader: ByteReader): Strings {
  // No more strings than bytes: a damaged count allocates nothing absurd.
  const size = Math.min(reader.varint(), reader.bytes.length);
  const strings = { starts: new Uint32Array(size), lengths: new Uint32Array(size) };
  for (let number = 0; number < size; number += 1) {
    readPlace(reader, strings, number);
    reader.varint();
  }
  return strings;
}

function readPlace(reader: ByteReader, { starts, lengths }: Strings, number: number): void {
  const length = reader.varint();
  starts[number] = reader.at;
  lengths[number] = length;
  reader.at += length;
}

interface Words {
  readonly words: Strings;
  /** Where the stem of each word lies, after its length. */
  readonly stems: Uint32Array;
  readonly otherKeys: ReadonlyMap<number, readonly string[]>;
}

/** Reads the words of a segment of `size` documents, with the other keys that document `number` gives. */
function readWords(reader: ByteReader, size: number, number: number): Words {
  const count = Math.min(reader.varint(), reader.bytes.length);
  const words = { starts: new Uint32Array(count), lengths: new Uint32Array(count) };
  const stems = new Uint32Array(count);
  const otherKeys = new Map<number, string[]>();
  const only = new Uint8Array(size);
  only[number] = 1;
  for (let word = 0; word < count; word += 1) {
    readPlace(reader, words, word);
    stems[word] = reader.at;
    const stem = reader.varint();
    reader.at += stem;
    readOtherKeys(reader, only, (key) => otherKeys.set(word, [...(otherKeys.get(word) ?? []), key]));
    for (let field = 0; field < FIELD_COUNT; field += 1) reader.varint();
  }
  return { words, stems, otherKeys };
}

/** Reads a document's parts up to its description, as `writeSegment` wrote them. */
function readHead(
  titles: ByteReader,
  body: ByteReader,
  text: (table: TableName, number: number) => string,
): (string | number)[] {
  const head: (string | number)[] = [];
  const one = (reader: ByteReader, table: TableName): void => void head.push(text(table, reader.varint()));
  const many = (reader: ByteReader, table: TableName): void => {
    const count = reader.varint();
    head.push(count);
    for (let left = count; left > 0; left -= 1) one(reader, table);
  };
  const optional = (reader: ByteReader, table: TableName): void => {
    const number = reader.varint();
    head.push(number === 0 ? 0 : text(table, number - 1));
  };
  const url = (): void => {
    head.push(body.u8());
    one(body, 'prefixes');
    many(body, 'names');
  };
  one(titles, 'links');
  optional(titles, 'subjects');
  many(titles, 'names');
  url();
  const flags = body.u8();
  head.push(flags);
  if (flags & URL_FLAGS.ownKey) many(body, 'names');
  if (flags & URL_FLAGS.boost) head.push(body.varint());
  optional(body, 'dates');
  optional(body, 'languages');
  many(body, 'keywords');
  const links = body.varint();
  head.push(links);
  for (let left = links; left > 0; left -= 1) {
    one(body, 'links');
    optional(body, 'subjects');
    many(body, 'names');
    url();
  }
  return head;
}

function readEntries(forward: ByteReader): SegmentEntry[] {
  const entries: SegmentEntry[] = [];
  for (let left = forward.varint(); left > 0; left -= 1) {
    const head = forward.varint();
    const frequency = head & 1 ? forward.varint() + 2 : 1;
    entries.push({ word: head >>> 3, field: (head >>> 1) & 3, frequency });
  }
  return entries;
}
