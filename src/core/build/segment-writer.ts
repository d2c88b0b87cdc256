import type { HashedDocument } from '../model/ports.js';
import {
  BLOCK_KINDS,
  DESCRIPTION,
  normalizeWhitespace,
  splitUrl,
  URL_FLAGS,
} from '../index/documents/stored-fields-format.js';
import type { Stem } from '../analysis/stemming.js';
import type { Answer, Document } from '../model/document.js';
import { ByteWriter } from '../index/format/byte-buffer.js';
import { writeWords, type ForwardIndex, type ExtraStemKeys } from './segment-words.js';
import { compareTerms } from '../index/terms/term-dictionary.js';
import { cutTokens } from '../index/documents/token-vocabulary.js';

/**
 * A segment holds documents that were built together, in a form that is fast to merge. Segments are a private cache;
 * `docs/packed-format.md` describes only the published index.
 */
export const SEGMENT_VERSION = 4;

/** Numbers strings by first occurrence and counts their occurrences. */
export class StringCounter implements TokenTable {
  readonly #numbers = new Map<string, number>();
  readonly #counts: number[] = [];
  readonly #cut = new Map<string, readonly number[]>();

  number(text: string): number {
    let number = this.#numbers.get(text);
    if (number === undefined) {
      number = this.#counts.length;
      this.#numbers.set(text, number);
      this.#counts.push(0);
    }
    this.#counts[number] = (this.#counts[number] ?? 0) + 1;
    return number;
  }

  /** The token numbers of a text that is likely to recur, such as a title that links repeat. The result is cached. */
  tokens(text: string): readonly number[] {
    const known = this.#cut.get(text);
    if (known === undefined) {
      const numbers: number[] = [];
      cutTokens(text, (start, end) => numbers.push(this.number(text.slice(start, end))));
      this.#cut.set(text, numbers);
      return numbers;
    }
    for (const number of known) this.#counts[number] = (this.#counts[number] ?? 0) + 1;
    return known;
  }

  /** Writes the number of strings, then each string with its number of occurrences. */
  write(writer: ByteWriter): void {
    writer.varint(this.#counts.length);
    for (const [text, number] of this.#numbers) {
      writer.text(text);
      writer.varint(this.#counts[number] ?? 0);
    }
  }
}

/** The tables of a segment in the order in which they are written. */
export const TABLES = ['prefixes', 'subjects', 'languages', 'dates', 'keywords', 'names', 'tokens', 'links'] as const;
export type TableName = (typeof TABLES)[number];
type Tables = Readonly<Record<TableName, StringCounter>>;

/** A table of the strings that documents refer to by number. */
export interface TokenTable {
  write(writer: ByteWriter): void;
}

/** Orders documents by key. Every segment and index is in this order. */
export function byKey(a: Document, b: Document): number {
  return compareTerms(a.key, b.key);
}

export interface SegmentOptions {
  readonly stem: Stem;
  /** Stem keys in addition to the stems. */
  readonly otherKeys: ExtraStemKeys;
  /** Identifies the program version and the analyzer. */
  readonly writer: string;
}

/**
 * Writes a segment. `documents` must be in the order of `byKey`; `index` numbers them in that order.
 *
 * ```
 * writer, version, count, count × { key, hash }, count × { bytes of title, body, forward }, titles, bodies, forwards,
 * tables, words
 * ```
 */
export function writeSegment(
  documents: readonly HashedDocument[],
  index: ForwardIndex,
  options: SegmentOptions,
): Uint8Array<ArrayBuffer> {
  const tables = Object.fromEntries(TABLES.map((name) => [name, new StringCounter()])) as Tables;
  const writer = new SegmentWriter(index, tables);
  for (const { document, hash } of documents) {
    writer.add(document.key, hash, (titles, body) => {
      titles.varint(tables.links.number(document.url));
      titles.varint(optional(tables.subjects, document.subject));
      writeList(titles, tables.names.tokens(document.title));
      writeHead(body, document, tables);
      writeDescription(body, document, tables.tokens);
      writeAnswer(body, document.answer, tables.tokens);
    });
  }
  return writer.finish(options);
}

/** Writes a segment document by document. */
export class SegmentWriter {
  readonly #names = new ByteWriter();
  readonly #lengths = new ByteWriter();
  readonly #titles = new ByteWriter();
  readonly #body = new ByteWriter(1 << 16);
  readonly #forward = new ByteWriter(1 << 16);
  #size = 0;

  /** `tables` are those that the numbers of the documents refer to. */
  constructor(
    private readonly index: ForwardIndex,
    private readonly tables: Readonly<Record<TableName, TokenTable>>,
  ) {}

  /** Adds the next document in the order of `byKey`. `write` writes its title part and its body. */
  add(key: string, hash: string, write: (titles: ByteWriter, body: ByteWriter) => void): void {
    const parts = [this.#titles, this.#body, this.#forward];
    const before = parts.map(({ length }) => length);
    this.#names.text(key);
    this.#names.text(hash);
    write(this.#titles, this.#body);
    writeForward(this.#forward, this.index, this.#size);
    for (const [at, { length }] of parts.entries()) this.#lengths.varint(length - (before[at] ?? 0));
    this.#size += 1;
  }

  finish({ stem, otherKeys, writer: writerId }: SegmentOptions): Uint8Array<ArrayBuffer> {
    const writer = new ByteWriter(this.#body.length + this.#forward.length + 65_536);
    writer.text(writerId);
    writer.varint(SEGMENT_VERSION);
    writer.varint(this.#size);
    for (const part of [this.#names, this.#lengths, this.#titles, this.#body, this.#forward]) writer.bytes(part.view());
    for (const name of TABLES) this.tables[name].write(writer);
    writeWords(writer, this.index, { stem, otherKeys });
    return writer.finish();
  }
}

function writeTokens(writer: ByteWriter, text: string, table: StringCounter): void {
  const numbers: number[] = [];
  cutTokens(text, (start, end) => numbers.push(table.number(text.slice(start, end))));
  writeList(writer, numbers);
}

function writeList(writer: ByteWriter, numbers: readonly number[]): void {
  writer.varint(numbers.length);
  for (const number of numbers) writer.varint(number);
}

/** 0 for null, otherwise the value's number plus one. */
function optional(table: StringCounter, value: string | null): number {
  return value === null ? 0 : table.number(value) + 1;
}

function writeUrl(writer: ByteWriter, url: string, title: string, tables: Tables): void {
  const { prefix, hasSlug, rest } = splitUrl(url, title);
  writer.u8(hasSlug ? URL_FLAGS.slug : 0);
  writer.varint(tables.prefixes.number(prefix));
  writeList(writer, tables.names.tokens(rest));
}

function writeHead(writer: ByteWriter, document: Document, tables: Tables): void {
  writeUrl(writer, document.url, document.title, tables);
  const ownKey = document.key !== document.url;
  writer.u8((ownKey ? URL_FLAGS.ownKey : 0) | (document.boost !== 1 ? URL_FLAGS.boost : 0));
  if (ownKey) writeList(writer, tables.names.tokens(document.key));
  if (document.boost !== 1) writer.varint(Math.round(document.boost * 1000));
  writer.varint(optional(tables.dates, document.date));
  writer.varint(optional(tables.languages, document.language));
  writer.varint(document.keywords.length);
  for (const keyword of document.keywords) writer.varint(tables.keywords.number(keyword));
  writer.varint(document.related.length);
  for (const link of document.related) {
    writer.varint(tables.links.number(link.url));
    writer.varint(optional(tables.subjects, link.subject));
    writeList(writer, tables.names.tokens(link.title));
    writeUrl(writer, link.url, link.title, tables);
  }
}

function writeDescription(writer: ByteWriter, { description, answer }: Document, tokens: StringCounter): void {
  if (description === null || description === '') {
    writer.varint(DESCRIPTION.none);
  } else if (normalizeWhitespace(answer.text.slice(0, description.length * 2 + 64)).startsWith(description)) {
    writer.varint(DESCRIPTION.ofAnswer);
    writer.varint(description.length);
  } else {
    writer.varint(DESCRIPTION.own);
    writeTokens(writer, description, tokens);
  }
}

/**
 * Blocks as kind and length (adjacent blocks are separated by one line feed), atoms as gap and length, then the text.
 */
function writeAnswer(writer: ByteWriter, answer: Answer, tokens: StringCounter): void {
  writer.varint(answer.blocks.length);
  for (const block of answer.blocks) writer.varint((block.end - block.start) * 8 + BLOCK_KINDS.indexOf(block.kind));
  writer.varint(answer.atoms.length);
  let at = 0;
  for (const [start, end] of answer.atoms) {
    writer.varint(start - at);
    writer.varint(end - start);
    at = end;
  }
  writeTokens(writer, answer.text, tokens);
}

function writeForward(writer: ByteWriter, index: ForwardIndex, document: number): void {
  for (let field = 0; field < 3; field += 1) writer.varint(index.distinct[document * 3 + field] ?? 0);
  const start = index.starts[document] ?? 0;
  const end = index.starts[document + 1] ?? 0;
  writer.varint(end - start);
  let before = -1;
  for (let at = start; at < end; at += 1) {
    const frequency = index.frequencies[at] ?? 1;
    const entry = index.entries[at] ?? 0;
    writer.varint((entry - before - 1) * 2 + (frequency > 1 ? 1 : 0));
    before = entry;
    if (frequency > 1) writer.varint(frequency - 2);
  }
}
