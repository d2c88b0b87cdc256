import { titleKey } from '../analysis/character-classes.js';
import { LINK, URL_FLAGS } from '../index/documents/stored-fields-format.js';
import { ByteReader, ByteWriter } from '../index/format/byte-buffer.js';
import { writeColumns } from '../index/format/columns.js';
import type { Sections } from '../index/format/container.js';
import type { MergedSegments, OrdinalMaps } from './segment-merger.js';
import { copyAnswer, copyDescription, copyTokens, SectionBuilder } from './section-builder.js';
import { writeTitleIndex } from '../index/documents/title-index.js';
import type { SortedStrings } from './string-interner.js';

export type DocumentSections = Pick<
  Sections,
  | 'storedLengths'
  | 'stored'
  | 'facets'
  | 'names'
  | 'vocabulary'
  | 'textLengths'
  | 'texts'
  | 'descriptionLengths'
  | 'descriptions'
  | 'titleOrder'
>;

/** Converts documents from the segment form to the index form. See `docs/packed-format.md`. */
export function writeStoredFields(merged: MergedSegments): DocumentSections {
  const size = merged.documents.length;
  const heads = readHeads(merged);
  const stored = new SectionBuilder(size);
  const texts = new SectionBuilder(size);
  const descriptions = new SectionBuilder(size);
  const dates = new Uint32Array(size);
  const languages = new Uint32Array(size);
  const keywords = new KeywordNumbering(merged.keywords.length);
  const reader = new ByteReader(new Uint8Array(0));
  for (const [document, place] of merged.documents.entries()) {
    const { maps } = place;
    reader.reset(place.bytes, place.body);
    const writer = stored.begin(document);
    writeNumbers(writer, heads.titles, heads.starts[document] ?? 0, heads.starts[document + 1] ?? 0);
    copyUrl(reader, writer, maps);
    const flags = reader.u8();
    writer.u8(flags);
    if (flags & URL_FLAGS.ownKey) copyTokens(reader, writer, maps.names);
    if (flags & URL_FLAGS.boost) writer.varint(reader.varint());
    dates[document] = optional(reader, maps.dates);
    languages[document] = optional(reader, maps.languages);
    copyKeywords(reader, writer, maps, keywords);
    const links = reader.varint();
    writer.varint(links);
    for (let left = links; left > 0; left -= 1) copyLink({ reader, writer, maps, heads, document });
    copyDescription(reader, descriptions.begin(document), maps.tokens);
    copyAnswer(reader, texts.begin(document), maps.tokens);
  }
  return {
    storedLengths: stored.lengths(),
    stored: stored.bytes(),
    textLengths: texts.lengths(),
    texts: texts.bytes(),
    descriptionLengths: descriptions.lengths(),
    descriptions: descriptions.bytes(),
    facets: writeColumns([heads.subjects, dates, languages]),
    names: namesSection(merged, keywords),
    vocabulary: merged.vocabularies.tokens,
    titleOrder: writeTitleIndex(titleKeys(heads, merged.tables.names.texts.texts())),
  };
}

/** The document data that a link to it may omit. */
interface DocumentHeads {
  /** The title tokens of document `d` are those from `starts[d]` to `starts[d + 1]`, exclusive. */
  readonly starts: Uint32Array;
  readonly titles: readonly number[];
  /** The number of the subject plus one; 0 for none. */
  readonly subjects: Uint32Array;
  /** By link target: the document with that url; -1 if there is none. */
  readonly documentOf: Int32Array;
}

function readHeads(merged: MergedSegments): DocumentHeads {
  const size = merged.documents.length;
  const starts = new Uint32Array(size + 1);
  const subjects = new Uint32Array(size);
  const titles: number[] = [];
  let links = 0;
  for (const maps of merged.maps) for (const link of maps.links) links = Math.max(links, link + 1);
  const documentOf = new Int32Array(links).fill(-1);
  const reader = new ByteReader(new Uint8Array(0));
  for (const [document, place] of merged.documents.entries()) {
    const { maps } = place;
    reader.reset(place.bytes, place.titles);
    documentOf[maps.links[reader.varint()] ?? 0] = document;
    subjects[document] = optional(reader, maps.subjects);
    for (let left = reader.varint(); left > 0; left -= 1) titles.push(maps.names[reader.varint()] ?? 0);
    starts[document + 1] = titles.length;
  }
  return { starts, titles, subjects, documentOf };
}

/** The sort key of each title, joined from the keys of its tokens. */
function titleKeys({ titles, starts }: DocumentHeads, names: readonly string[]): string[] {
  const keys = names.map(titleKey);
  return Array.from({ length: starts.length - 1 }, (_, document) => {
    let title = '';
    const end = starts[document + 1] ?? 0;
    for (let at = starts[document] ?? 0; at < end; at += 1) title += keys[titles[at] ?? 0] ?? '';
    return title;
  });
}

/** Reads an optional value and returns its final number plus one; 0 for none. */
function optional(reader: ByteReader, map: Uint32Array): number {
  const number = reader.varint();
  return number === 0 ? 0 : (map[number - 1] ?? 0) + 1;
}

function copyUrl(reader: ByteReader, writer: ByteWriter, maps: OrdinalMaps): void {
  const flags = reader.u8();
  // The prefix and the flag share a varint, since most sites have few prefixes.
  writer.varint((maps.prefixes[reader.varint()] ?? 0) * 2 + (flags & URL_FLAGS.slug ? 1 : 0));
  copyTokens(reader, writer, maps.names);
}

/** Copies keywords as a count and distances. A distance is relative to the number after the preceding keyword. */
function copyKeywords(reader: ByteReader, writer: ByteWriter, maps: OrdinalMaps, order: KeywordNumbering): void {
  const count = reader.varint();
  writer.varint(count);
  let expected = 0;
  for (let left = count; left > 0; left -= 1) {
    const number = order.number(maps.keywords[reader.varint()] ?? 0);
    writer.zigzag(number - expected);
    expected = number + 1;
  }
}

interface LinkCopy {
  readonly reader: ByteReader;
  readonly writer: ByteWriter;
  readonly maps: OrdinalMaps;
  readonly heads: DocumentHeads;
  readonly document: number;
}

/**
 * Copies a link. A link that repeats the title and subject of a document of the index is written as the zigzag distance
 * to it plus `LINK.relative`. Any other link is written as a flag (whether its url is in the index), subject, title and
 * url.
 */
function copyLink({ reader, writer, maps, heads, document }: LinkCopy): void {
  const target = heads.documentOf[maps.links[reader.varint()] ?? 0] ?? -1;
  const subject = optional(reader, maps.subjects);
  const title: number[] = [];
  for (let left = reader.varint(); left > 0; left -= 1) title.push(maps.names[reader.varint()] ?? 0);
  if (target >= 0 && heads.subjects[target] === subject && sameTitle(heads, target, title)) {
    const distance = target - document;
    writer.varint((distance < 0 ? -2 * distance - 1 : 2 * distance) + LINK.relative);
    skipUrl(reader);
    return;
  }
  writer.u8(target >= 0 ? LINK.indexed : LINK.external);
  writer.varint(subject);
  writeNumbers(writer, title, 0, title.length);
  copyUrl(reader, writer, maps);
}

function sameTitle(heads: DocumentHeads, document: number, title: readonly number[]): boolean {
  const start = heads.starts[document] ?? 0;
  if ((heads.starts[document + 1] ?? 0) - start !== title.length) return false;
  return title.every((token, at) => heads.titles[start + at] === token);
}

function skipUrl(reader: ByteReader): void {
  reader.u8();
  reader.varint();
  for (let left = reader.varint(); left > 0; left -= 1) reader.varint();
}

/** Numbers keywords by first use, so that the keywords of a document tend to have consecutive numbers. */
class KeywordNumbering {
  readonly keywords: number[] = [];
  readonly #numbers: Int32Array;

  constructor(size: number) {
    this.#numbers = new Int32Array(size).fill(-1);
  }

  number(keyword: number): number {
    let number = this.#numbers[keyword] ?? -1;
    if (number < 0) {
      number = this.keywords.push(keyword) - 1;
      this.#numbers[keyword] = number;
    }
    return number;
  }
}

/** Writes a plain vocabulary: the number of strings, then each as its byte length and UTF-8. */
function writeStrings(list: SortedStrings): Uint8Array {
  const writer = new ByteWriter(list.length * 12 + 8);
  writer.varint(list.length);
  for (const number of list.numbers) list.strings.write(number, writer);
  return writer.finish();
}

/**
 * Writes the strings that documents refer to by number: prefixes, subjects, dates, languages, name tokens and keywords.
 */
function namesSection({ tables, vocabularies, keywords }: MergedSegments, order: KeywordNumbering): Uint8Array {
  const writer = new ByteWriter(1 << 16);
  const plain = [tables.prefixes, tables.subjects, tables.dates, tables.languages];
  for (const bytes of [...plain.map(({ texts }) => writeStrings(texts)), vocabularies.names]) {
    writer.varint(bytes.length);
    writer.bytes(bytes);
  }
  writer.varint(keywords.length);
  for (const keyword of order.keywords) {
    const tokens = keywords[keyword] ?? [];
    writeNumbers(writer, tokens, 0, tokens.length);
  }
  return writer.finish();
}

/** Writes the count, then each number as a varint. */
function writeNumbers(writer: ByteWriter, numbers: ArrayLike<number>, start: number, end: number): void {
  writer.varint(end - start);
  for (let at = start; at < end; at += 1) writer.varint(numbers[at] ?? 0);
}
