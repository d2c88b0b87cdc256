import type { TokenBytes } from '../format/columns.js';
import type { IndexedLink } from '../../model/search-response.js';
import { firstSpellings } from './facet-values.js';
import { AnswerReader, type AnswerStore } from './answer-store.js';
import { ByteReader } from '../format/byte-buffer.js';
import { readColumns, prefixSums, type Column } from '../format/columns.js';
import type { Sections } from '../format/container.js';
import { lazy } from '../../lazy.js';
import { eachKeyword, skipTokens, LINK, linkTarget, slugify, URL_FLAGS } from './stored-fields-format.js';
import { compareTerms } from '../terms/term-dictionary.js';
import { TitlePrefixIndex } from './title-index.js';
import { Vocabulary, type DecodeUtf8 } from './token-vocabulary.js';

/** The stored fields of a document, except its answer. */
export interface StoredDocument {
  readonly key: string;
  readonly title: string;
  readonly url: string;
  readonly subject: string | null;
  readonly date: string | null;
  readonly language: string | null;
  readonly keywords: readonly string[];
}

/** The fields that identify a document. */
export interface DocumentSummary {
  readonly key: string;
  readonly title: string;
  readonly url: string;
}

/** The fields of a document that are decoded together and cached. */
interface CachedSummary {
  readonly head: DocumentSummary;
  readonly boost: number;
}
/** The documents of an index, from any source. */
export type DocumentStore = Omit<
  Pick<DocumentReader, keyof DocumentReader>,
  'answers' | 'titleOrder' | 'urlPrefixes'
> & {
  readonly answers: AnswerStore;
  readonly titleOrder: Pick<TitlePrefixIndex, keyof TitlePrefixIndex>;
};

/** Maximum number of cached summaries. Hits and the links between them refer to the same documents repeatedly. */
const MAX_CACHED_SUMMARIES = 8192;
/** Reads documents from the sections of an index on demand. Answers and descriptions are in `answers`. */
export class DocumentReader {
  /** The number of the subject, date or language plus one; 0 for none. */
  readonly subjects: Column;
  readonly dates: Column;
  readonly languages: Column;
  readonly subjectNames: Vocabulary;
  /** In ascending order. */
  readonly dateNames: Vocabulary;
  readonly languageNames: Vocabulary;
  readonly answers: AnswerReader;
  readonly titleOrder: TitlePrefixIndex;
  readonly urlPrefixes: Vocabulary;
  /** The offset of each keyword in `names`. */
  readonly #keywordStarts: () => Uint32Array;
  /** The tokens of titles, urls and keywords. */
  readonly names: Vocabulary;
  readonly #storedStarts: () => Uint32Array;

  constructor(
    readonly size: number,
    private readonly sections: Sections,
    decode: DecodeUtf8,
    words: () => TokenBytes,
  ) {
    const [subjects, dates, languages] = readColumns(sections.facets, 3, size);
    const none = new Uint8Array(size);
    this.subjects = subjects ?? none;
    this.dates = dates ?? none;
    this.languages = languages ?? none;
    const reader = new ByteReader(sections.names);
    const next = (derivedFrom?: () => TokenBytes): Vocabulary => {
      const length = reader.varint();
      const start = reader.position;
      reader.position += length;
      return new Vocabulary(sections.names.subarray(start, reader.position), decode, derivedFrom);
    };
    this.urlPrefixes = next();
    this.subjectNames = next();
    this.dateNames = next();
    this.languageNames = next();
    this.names = next(words);
    this.#keywordStarts = lazy(() => keywordStarts(reader));
    this.titleOrder = new TitlePrefixIndex(sections.titleOrder, size, (document) => this.title(document));
    this.answers = new AnswerReader(size, sections, decode, words);
    this.#storedStarts = lazy(() => prefixSums(sections.storedLengths, size));
  }

  /** Reads all offsets except those of keywords, which few hits need, ahead of the first query. */
  prepare(): void {
    this.#storedStarts();
    this.names.prepare();
    this.answers.prepare();
  }

  title(document: number): string {
    return this.names.readText(this.#stored(document));
  }

  /** Returns a reader positioned at the token count of a title; the other stored fields follow. */
  titleTokens(document: number): ByteReader {
    return this.#stored(document);
  }

  key(document: number): string {
    const reader = this.#stored(document);
    const url = this.#url(reader, this.names.readText(reader));
    return reader.u8() & URL_FLAGS.ownKey ? this.names.readText(reader) : url;
  }

  /** The number of the document with this key; -1 if there is none. Documents are ordered by key. */
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

  /** The distinct languages that documents declare. */
  languageTags(): string[] {
    return Array.from({ length: this.languageNames.size }, (_, number) => this.languageNames.token(number));
  }

  readonly #summaries = new Map<number, CachedSummary>();

  head(document: number): DocumentSummary {
    return this.#summary(document).head;
  }

  /** The author's boost; 1 if there is none. */
  boost(document: number): number {
    return this.#summary(document).boost;
  }

  #summary(document: number): CachedSummary {
    const known = this.#summaries.get(document);
    if (known !== undefined) return known;
    const reader = this.#stored(document);
    const title = this.names.readText(reader);
    const url = this.#url(reader, title);
    const flags = reader.u8();
    const key = flags & URL_FLAGS.ownKey ? this.names.readText(reader) : url;
    const boost = flags & URL_FLAGS.boost ? reader.varint() / 1000 : 1;
    const summary = { head: { key, title, url }, boost };
    if (this.#summaries.size >= MAX_CACHED_SUMMARIES) this.#summaries.clear();
    this.#summaries.set(document, summary);
    return summary;
  }

  /** The document's own links. */
  related(document: number): IndexedLink[] {
    const reader = this.#afterUrl(document);
    eachKeyword(reader, () => undefined);
    const related: IndexedLink[] = [];
    for (let left = reader.varint(); left > 0; left -= 1) related.push(this.#link(reader, document));
    return related;
  }

  document(document: number): StoredDocument {
    const keywords: string[] = [];
    eachKeyword(this.#afterUrl(document), (keyword) => keywords.push(this.keyword(keyword)));
    return {
      ...this.head(document),
      subject: this.subject(document),
      date: this.date(document),
      language: this.language(document),
      keywords,
    };
  }

  #keywordColumn: { readonly starts: Uint32Array; readonly keywords: Uint32Array } | undefined;

  /** Visits the number of each keyword. The first call decodes the keywords of all documents. */
  eachKeyword(document: number, sink: (keyword: number) => void): void {
    const { starts, keywords } = (this.#keywordColumn ??= this.#readKeywords());
    const end = starts[document + 1] ?? 0;
    for (let at = starts[document] ?? 0; at < end; at += 1) sink(keywords[at] ?? 0);
  }

  #readKeywords(): { readonly starts: Uint32Array; readonly keywords: Uint32Array } {
    const starts = new Uint32Array(this.size + 1);
    const keywords: number[] = [];
    for (let document = 0; document < this.size; document += 1) {
      eachKeyword(this.#afterUrl(document), (keyword) => keywords.push(keyword));
      starts[document + 1] = keywords.length;
    }
    return { starts, keywords: Uint32Array.from(keywords) };
  }

  /** The number of distinct keywords. */
  get keywordCount(): number {
    return this.#keywordStarts().length;
  }

  /**
   * By keyword: the first keyword that differs from it at most in case. Spellings that differ only in case are one
   * value.
   */
  readonly canonicalKeywords = lazy(() => firstSpellings(this.keywordCount, (keyword) => this.keyword(keyword)));

  keyword(number: number): string {
    const start = this.#keywordStarts()[number];
    return start === undefined ? '' : this.names.readText(new ByteReader(this.sections.names, start));
  }

  #stored(document: number): ByteReader {
    return new ByteReader(this.sections.stored, this.#storedStarts()[document] ?? 0);
  }

  #url(reader: ByteReader, title: string): string {
    const head = reader.varint();
    const prefix = this.urlPrefixes.token(head >>> 1);
    return prefix + (head & 1 ? slugify(title) : '') + this.names.readText(reader);
  }

  /** Skips title, url and key. Returns the flags. */
  #skipNames(reader: ByteReader): number {
    skipTokens(reader);
    reader.varint();
    skipTokens(reader);
    const flags = reader.u8();
    if (flags & URL_FLAGS.ownKey) skipTokens(reader);
    return flags;
  }

  #afterUrl(document: number): ByteReader {
    const reader = this.#stored(document);
    if (this.#skipNames(reader) & URL_FLAGS.boost) reader.varint();
    return reader;
  }

  #link(reader: ByteReader, document: number): IndexedLink {
    const code = reader.varint();
    const target = linkTarget(code, document);
    if (target !== null) {
      const { title, url } = this.head(target);
      return { title, url, subject: this.subject(target), indexed: true };
    }
    const subject = reader.varint();
    const title = this.names.readText(reader);
    const url = this.#url(reader, title);
    return {
      title,
      url,
      subject: subject === 0 ? null : this.subjectNames.token(subject - 1),
      indexed: code === LINK.indexed,
    };
  }
}

/** `reader` is positioned at the number of keywords. */
function keywordStarts(reader: ByteReader): Uint32Array {
  const { bytes } = reader;
  const end = bytes.length;
  const starts = new Uint32Array(Math.min(reader.varint(), end));
  let at = reader.position;
  // `skipTokens`, inlined: this loop visits all keywords before the first one can be read.
  for (let keyword = 0; keyword < starts.length; keyword += 1) {
    starts[keyword] = at;
    let left = bytes[at++] ?? 0;
    if (left >= 0x80) {
      reader.position = at - 1;
      left = reader.varint();
      at = reader.position;
    }
    for (; left > 0 && at < end; left -= 1) while ((bytes[at++] ?? 0) >= 0x80);
  }
  return starts;
}

function named(names: Vocabulary, column: Column, document: number): string | null {
  const number = column[document] ?? 0;
  return number === 0 ? null : names.token(number - 1);
}
