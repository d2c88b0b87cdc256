import type { Answer, Block, Range } from '../document.js';
import type { IndexedLink } from '../related.js';
import { ByteReader } from './bytes.js';
import { readColumns, readStarts, type Column } from './columns.js';
import type { Sections } from './layout.js';
import { BLOCK_KINDS, collapsed, DESCRIPTION, LINK, slugOf, URL_FLAGS } from './segment.js';
import { compareTerms } from './terms.js';
import { Vocabulary } from './vocabulary.js';

/** What a hit shows of a document besides its answer. */
export interface StoredDocument {
  readonly key: string;
  readonly title: string;
  readonly url: string;
  readonly subject: string | null;
  readonly date: string | null;
  readonly language: string | null;
  readonly keywords: readonly string[];
  readonly boost: number;
  readonly related: readonly IndexedLink[];
}

/** Reads documents where they lie; nothing is made of one before it is asked for. */
export class StoredDocuments {
  /** One more than the number of the subject, date and language; 0 for none. */
  readonly subjects: Column;
  readonly dates: Column;
  readonly languages: Column;
  readonly subjectNames: Vocabulary;
  /** In ascending order. */
  readonly dateNames: Vocabulary;
  readonly languageNames: Vocabulary;
  readonly #prefixes: Vocabulary;
  readonly #keywordStarts: Uint32Array;
  readonly #names: Vocabulary;
  readonly #tokens: Vocabulary;
  readonly #storedStarts: Uint32Array;
  readonly #textStarts: Uint32Array;
  readonly #descriptionStarts: Uint32Array;

  constructor(
    readonly size: number,
    private readonly sections: Sections,
  ) {
    const [subjects, dates, languages] = readColumns(sections.facets, 3, size);
    const none = new Uint8Array(size);
    this.subjects = subjects ?? none;
    this.dates = dates ?? none;
    this.languages = languages ?? none;
    const reader = new ByteReader(sections.names);
    const next = (): Vocabulary => {
      const length = reader.varint();
      const start = reader.at;
      reader.at += length;
      return new Vocabulary(sections.names.subarray(start, reader.at));
    };
    this.#prefixes = next();
    this.subjectNames = next();
    this.dateNames = next();
    this.languageNames = next();
    this.#names = next();
    this.#keywordStarts = new Uint32Array(Math.min(reader.varint(), sections.names.length));
    for (let keyword = 0; keyword < this.#keywordStarts.length; keyword += 1) {
      this.#keywordStarts[keyword] = reader.at;
      skipTokens(reader);
    }
    this.#tokens = new Vocabulary(sections.vocabulary);
    this.#storedStarts = readStarts(sections.storedLengths, size);
    this.#textStarts = readStarts(sections.textLengths, size);
    this.#descriptionStarts = readStarts(sections.descriptionLengths, size);
  }

  title(document: number): string {
    return this.#names.readText(this.#stored(document));
  }

  key(document: number): string {
    const reader = this.#stored(document);
    const url = this.#url(reader, this.#names.readText(reader));
    return reader.u8() & URL_FLAGS.ownKey ? this.#names.readText(reader) : url;
  }

  /** The number of the document with this key; -1 where there is none. Documents are in the order of their keys. */
  find(key: string): number {
    let low = 0;
    let high = this.size - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const order = compareTerms(this.key(middle), key);
      if (order === 0) return middle;
      if (order < 0) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }

  subject(document: number): string | null {
    return named(this.subjectNames, this.subjects, document);
  }

  date(document: number): string | null {
    return named(this.dateNames, this.dates, document);
  }

  language(document: number): string | null {
    return named(this.languageNames, this.languages, document);
  }

  document(document: number): StoredDocument {
    const reader = this.#stored(document);
    const title = this.#names.readText(reader);
    const url = this.#url(reader, title);
    const flags = reader.u8();
    const key = flags & URL_FLAGS.ownKey ? this.#names.readText(reader) : url;
    const boost = flags & URL_FLAGS.boost ? reader.varint() / 1000 : 1;
    const keywords: string[] = [];
    eachKeyword(reader, (keyword) => keywords.push(this.keyword(keyword)));
    const related: IndexedLink[] = [];
    for (let left = reader.varint(); left > 0; left -= 1) related.push(this.#link(reader, document));
    return {
      key,
      title,
      url,
      subject: this.subject(document),
      date: this.date(document),
      language: this.language(document),
      keywords,
      boost,
      related,
    };
  }

  /** Calls back with each keyword's number. */
  eachKeyword(document: number, sink: (keyword: number) => void): void {
    const reader = this.#stored(document);
    skipTokens(reader);
    this.#skipUrl(reader);
    const flags = reader.u8();
    if (flags & URL_FLAGS.ownKey) skipTokens(reader);
    if (flags & URL_FLAGS.boost) reader.varint();
    eachKeyword(reader, sink);
  }

  /** Distinct keywords. */
  get keywordCount(): number {
    return this.#keywordStarts.length;
  }

  /** The keyword of this number. */
  keyword(number: number): string {
    const start = this.#keywordStarts[number];
    return start === undefined ? '' : this.#names.readText(new ByteReader(this.sections.names, start));
  }

  answer(document: number): Answer {
    const reader = new ByteReader(this.sections.texts, this.#textStarts[document] ?? 0);
    const blocks: Block[] = [];
    let start = 0;
    for (let left = reader.varint(); left > 0; left -= 1) {
      const code = reader.varint();
      const end = start + Math.floor(code / 8);
      blocks.push({ kind: BLOCK_KINDS[code % 8] ?? 'paragraph', start, end });
      start = end + 1;
    }
    const atoms: Range[] = [];
    let at = 0;
    for (let left = reader.varint(); left > 0; left -= 1) {
      const from = at + reader.varint();
      at = from + reader.varint();
      atoms.push([from, at]);
    }
    return { text: this.#tokens.readText(reader), blocks, atoms };
  }

  description(document: number): string | null {
    const reader = new ByteReader(this.sections.descriptions, this.#descriptionStarts[document] ?? 0);
    const kind = reader.varint();
    if (kind === DESCRIPTION.own) return this.#tokens.readText(reader);
    if (kind !== DESCRIPTION.ofAnswer) return null;
    const length = reader.varint();
    return collapsed(this.answer(document).text.slice(0, length * 2 + 64)).slice(0, length);
  }

  #stored(document: number): ByteReader {
    return new ByteReader(this.sections.stored, this.#storedStarts[document] ?? 0);
  }

  #url(reader: ByteReader, title: string): string {
    const head = reader.varint();
    const prefix = this.#prefixes.token(head >>> 1);
    return prefix + (head & 1 ? slugOf(title) : '') + this.#names.readText(reader);
  }

  #skipUrl(reader: ByteReader): void {
    reader.varint();
    skipTokens(reader);
  }

  #link(reader: ByteReader, document: number): IndexedLink {
    const code = reader.varint();
    if (code >= LINK.near) {
      const distance = code - LINK.near;
      const target = document + (distance % 2 === 0 ? distance / 2 : -(distance + 1) / 2);
      const head = this.#stored(target);
      const title = this.#names.readText(head);
      return { title, url: this.#url(head, title), subject: this.subject(target), indexed: true };
    }
    const subject = reader.varint();
    const title = this.#names.readText(reader);
    const url = this.#url(reader, title);
    return {
      title,
      url,
      subject: subject === 0 ? null : this.subjectNames.token(subject - 1),
      indexed: code === LINK.indexed,
    };
  }
}

function named(names: Vocabulary, column: Column, document: number): string | null {
  const number = column[document] ?? 0;
  return number === 0 ? null : names.token(number - 1);
}

function eachKeyword(reader: ByteReader, sink: (keyword: number) => void): void {
  let expected = 0;
  for (let left = reader.varint(); left > 0; left -= 1) {
    const keyword = expected + reader.signed();
    sink(keyword);
    expected = keyword + 1;
  }
}

function skipTokens(reader: ByteReader): void {
  for (let left = reader.varint(); left > 0; left -= 1) reader.varint();
}
