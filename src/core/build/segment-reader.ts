import type { LiveSegment, SegmentContents } from '../model/ports.js';
import { DESCRIPTION, URL_FLAGS } from '../index/documents/stored-fields-format.js';
import { ByteReader } from '../index/format/byte-buffer.js';
import { SEGMENT_VERSION, TABLES, type TableName } from './segment-writer.js';

/** Lists the documents of a segment. Returns null if another program version or analyzer wrote it. */
export function segmentContents(bytes: Uint8Array, writer: string): SegmentContents | null {
  const reader = new ByteReader(bytes);
  if (reader.text() !== writer || reader.varint() !== SEGMENT_VERSION) return null;
  const keys: string[] = [];
  const hashes: string[] = [];
  for (let left = reader.varint(); left > 0; left -= 1) {
    keys.push(reader.text());
    hashes.push(reader.text());
  }
  return { keys, hashes };
}

/** Reads the keys of a segment and leaves the reader behind them. Returns null if the segment has another version. */
function readKeys(reader: ByteReader): string[] | null {
  skipText(reader);
  if (reader.varint() !== SEGMENT_VERSION) return null;
  const keys: string[] = [];
  for (let left = reader.varint(); left > 0; left -= 1) {
    keys.push(reader.text());
    skipText(reader);
  }
  return keys;
}

function skipText(reader: ByteReader): void {
  const length = reader.varint();
  reader.position += length;
}

/** The positions of the three parts of a live document in its segment. */
export interface DocumentParts {
  readonly key: string;
  readonly titles: number;
  readonly body: number;
  readonly forward: number;
}

/** How often each string of a table occurs in documents that are not live. */
type Dead = Readonly<Record<TableName, Map<number, number>>>;

export interface OpenedSegment {
  readonly documents: readonly DocumentParts[];
  /** Positioned at the tables. */
  readonly reader: ByteReader;
  readonly dead: Dead;
  /** The number of documents that are not live, by `word * 3 + field`. */
  readonly deadWords: Map<number, number>;
}

/** Opens a segment for merging. Returns null if it has another version. */
export function openSegment({ bytes, live }: LiveSegment): OpenedSegment | null {
  const reader = new ByteReader(bytes);
  const keys = readKeys(reader);
  if (keys === null) return null;
  const size = keys.length;
  const lengths = Array.from({ length: size }, () => [reader.varint(), reader.varint(), reader.varint()] as const);
  const at = [reader.position, reader.position, reader.position];
  for (const [title, body] of lengths) {
    at[1] = (at[1] ?? 0) + title;
    at[2] = (at[2] ?? 0) + title + body;
  }
  const dead = deadCounts();
  const deadWords = new Map<number, number>();
  const documents: DocumentParts[] = [];
  for (const [number, key] of keys.entries()) {
    const parts = { key, titles: at[0] ?? 0, body: at[1] ?? 0, forward: at[2] ?? 0 };
    for (let part = 0; part < 3; part += 1) at[part] = (at[part] ?? 0) + (lengths[number]?.[part] ?? 0);
    if (live === null || live[number] === 1) documents.push(parts);
    else countDead(bytes, parts, dead, deadWords);
  }
  reader.position = at[2] ?? 0;
  return { documents, reader, dead, deadWords };
}

function deadCounts(): Dead {
  return Object.fromEntries(TABLES.map((name) => [name, new Map<number, number>()])) as Dead;
}

function count(map: Map<number, number>, number: number): void {
  map.set(number, (map.get(number) ?? 0) + 1);
}

/** Decodes a document that is not live and counts each string that it refers to. */
function countDead(bytes: Uint8Array, parts: DocumentParts, dead: Dead, words: Map<number, number>): void {
  const titles = new ByteReader(bytes, parts.titles);
  count(dead.links, titles.varint());
  countOptional(titles, dead.subjects);
  countTokens(titles, dead.names);
  const body = new ByteReader(bytes, parts.body);
  countUrl(body, dead);
  const flags = body.u8();
  if (flags & URL_FLAGS.ownKey) countTokens(body, dead.names);
  if (flags & URL_FLAGS.boost) body.varint();
  countOptional(body, dead.dates);
  countOptional(body, dead.languages);
  countTokens(body, dead.keywords);
  for (let left = body.varint(); left > 0; left -= 1) {
    count(dead.links, body.varint());
    countOptional(body, dead.subjects);
    countTokens(body, dead.names);
    countUrl(body, dead);
  }
  const description = body.varint();
  if (description === DESCRIPTION.ofAnswer) body.varint();
  else if (description === DESCRIPTION.own) countTokens(body, dead.tokens);
  for (let left = body.varint(); left > 0; left -= 1) body.varint();
  for (let left = body.varint() * 2; left > 0; left -= 1) body.varint();
  countTokens(body, dead.tokens);
  const forward = new ByteReader(bytes, parts.forward);
  for (let field = 0; field < 3; field += 1) forward.varint();
  let entry = -1;
  for (let left = forward.varint(); left > 0; left -= 1) {
    const head = forward.varint();
    if (head & 1) forward.varint();
    entry += (head >>> 1) + 1;
    count(words, (entry >>> 2) * 3 + (entry & 3));
  }
}

function countOptional(reader: ByteReader, map: Map<number, number>): void {
  const number = reader.varint();
  if (number > 0) count(map, number - 1);
}

function countTokens(reader: ByteReader, map: Map<number, number>): void {
  for (let left = reader.varint(); left > 0; left -= 1) count(map, reader.varint());
}

function countUrl(reader: ByteReader, dead: Dead): void {
  reader.u8();
  count(dead.prefixes, reader.varint());
  countTokens(reader, dead.names);
}
