import type { IndexedLink } from '../model/search-response.js';
import { slugify, splitUrl } from '../index/documents/stored-fields-format.js';
import { ByteReader, type ByteWriter } from '../index/format/byte-buffer.js';
import type { DocumentStore } from '../index/documents/document-store.js';
import { compareTerms } from '../index/terms/term-dictionary.js';

/** The data of a document in a snapshot without answers, readable without other parts. */
export interface DocumentRecord {
  readonly key: string;
  readonly title: string;
  readonly url: string;
  /** Numbers in the vocabularies of subjects, dates and languages plus one; 0 for none. */
  readonly subject: number;
  readonly date: number;
  readonly language: number;
  readonly keywords: readonly string[];
  readonly description: string | null;
  readonly related: readonly RecordLink[];
}

export interface RecordLink extends Omit<IndexedLink, 'subject'> {
  readonly subject: number;
}

const FLAG = { ownKey: 1, description: 2 } as const;

/** Returns a function that writes the record of a document. */
export function documentRecordWriter(documents: DocumentStore): (writer: ByteWriter, document: number) => void {
  const { subjectNames } = documents;
  const subjects = new Map(
    Array.from({ length: subjectNames.size }, (_, number) => [subjectNames.token(number), number + 1]),
  );
  return (writer, document) => {
    const { key, title, url } = documents.head(document);
    const description = documents.answers.description(document);
    writer.u8((key === url ? 0 : FLAG.ownKey) | (description === null ? 0 : FLAG.description));
    writer.text(title);
    writeUrl(writer, url, title);
    if (key !== url) writer.text(key);
    for (const column of [documents.subjects, documents.dates, documents.languages])
      writer.varint(column[document] ?? 0);
    const { keywords } = documents.document(document);
    writer.varint(keywords.length);
    for (const keyword of keywords) writer.text(keyword);
    if (description !== null) writer.text(description);
    const related = documents.related(document);
    writer.varint(related.length);
    for (const link of related) {
      const subject = link.subject === null ? 0 : (subjects.get(link.subject) ?? 0);
      writer.varint(subject * 2 + (link.indexed ? 1 : 0));
      writer.text(link.title);
      writeUrl(writer, link.url, link.title);
    }
  };
}

/** Writes a url: the part up to its last `/`, whether the title's slug follows, and the rest. */
function writeUrl(writer: ByteWriter, url: string, title: string): void {
  const { prefix, hasSlug, rest } = splitUrl(url, title);
  writer.text(prefix);
  writer.u8(hasSlug ? 1 : 0);
  writer.text(rest);
}

export function readDocumentRecord(reader: ByteReader): DocumentRecord {
  const flags = reader.u8();
  const title = reader.text();
  const url = readUrl(reader, title);
  const key = flags & FLAG.ownKey ? reader.text() : url;
  const [subject, date, language] = [reader.varint(), reader.varint(), reader.varint()];
  const keywords = list(reader, () => reader.text());
  const description = flags & FLAG.description ? reader.text() : null;
  const related = list(reader, () => {
    const code = reader.varint();
    const linkTitle = reader.text();
    const indexed = code % 2 === 1;
    return { title: linkTitle, url: readUrl(reader, linkTitle), subject: Math.floor(code / 2), indexed };
  });
  return { key, title, url, subject, date, language, keywords, description, related };
}

function readUrl(reader: ByteReader, title: string): string {
  const prefix = reader.text();
  return prefix + (reader.u8() === 1 ? slugify(title) : '') + reader.text();
}

/** Reads a list. Its length is limited to the number of bytes, so that a damaged one terminates. */
function list<T>(reader: ByteReader, read: () => T): T[] {
  return Array.from({ length: Math.min(reader.varint(), reader.bytes.length) }, read);
}

/** Access to title entries. Both methods throw `MissingPiecesError` if a piece is not loaded. */
export interface TitlePieces {
  /** The bytes of the part with the first title key of each piece. */
  roots(): Uint8Array;
  /** The bytes of a piece of title entries. */
  piece(piece: number): Uint8Array;
}

export interface TitleEntry {
  readonly document: number;
  /** The result of `titleKey`. */
  readonly key: string;
}

export function writeTitles(writer: ByteWriter, titles: readonly TitleEntry[]): void {
  for (const { document, key } of titles) {
    writer.varint(document);
    writer.text(key);
  }
}

export function writeTitleRoots(writer: ByteWriter, roots: readonly string[]): void {
  writer.varint(roots.length);
  for (const root of roots) writer.text(root);
}

/** At most `count` documents whose title keys begin with `prefix`, in the order of title keys. */
export function titlesWithPrefix(pieces: TitlePieces, prefix: string, count: number): number[] {
  const roots = textsOf(pieces.roots());
  let piece = 0;
  while (piece + 1 < roots.length && compareTerms(roots[piece + 1] ?? '', prefix) < 0) piece += 1;
  const found: number[] = [];
  for (; piece < roots.length; piece += 1) {
    for (const title of titlesOf(pieces.piece(piece))) {
      if (compareTerms(title.key, prefix) < 0) continue;
      if (found.length >= count || !title.key.startsWith(prefix)) return found;
      found.push(title.document);
    }
    // Stop before requiring the next piece if its first key does not match.
    if (found.length >= count || roots[piece + 1]?.startsWith(prefix) !== true) break;
  }
  return found;
}

function textsOf(bytes: Uint8Array): string[] {
  const reader = new ByteReader(bytes);
  return Array.from({ length: Math.min(reader.varint(), bytes.length) }, () => reader.text());
}

function* titlesOf(bytes: Uint8Array): Iterable<TitleEntry> {
  const reader = new ByteReader(bytes);
  while (reader.position < bytes.length) yield { document: reader.varint(), key: reader.text() };
}
