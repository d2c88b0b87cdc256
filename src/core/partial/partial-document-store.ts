import { firstSpellings } from '../index/documents/facet-values.js';
import { AnswerReader, type AnswerStore } from '../index/documents/answer-store.js';
import { ByteReader } from '../index/format/byte-buffer.js';
import { readColumns, type Column } from '../index/format/columns.js';
import { lazy } from '../lazy.js';
import type { DocumentStore } from '../index/documents/document-store.js';
import { compareTerms } from '../index/terms/term-dictionary.js';
import { Vocabulary, type DecodeUtf8 } from '../index/documents/token-vocabulary.js';
import { readDocumentRecord, type DocumentRecord, titlesWithPrefix } from './document-records.js';
import type { PartName } from './lazy-directory.js';

/** Access to the pieces with documents. The methods throw `MissingPiecesError` if a piece is not loaded. */
export interface DocumentPieces {
  readonly size: number;
  /** Vocabularies of subjects, dates and languages. */
  readonly names: readonly Uint8Array[];
  readonly perPiece: number;
  /** The bytes of a part that is one piece. */
  section(part: PartName): Uint8Array;
  /** The bytes of the piece that contains a document's record. */
  records(document: number): Uint8Array;
  /** The bytes of a piece of title entries. */
  titles(piece: number): Uint8Array;
  /** Checks that the records of the documents from `from` to `to`, exclusive, are loaded. */
  requireRecords(from: number, to: number): void;
}

/** The part `keys` has the first key of every eighth piece of records. */
export const KEY_STRIDE = 8;

interface Keywords {
  readonly texts: readonly string[];
  /** The keyword numbers of all documents, one after another; `starts` has the offset of each document. */
  readonly numbers: readonly number[];
  readonly starts: readonly number[];
}

/** Creates the document store of a partial index, which reads records. */
export function pieceDocuments(pieces: DocumentPieces, decode: DecodeUtf8): DocumentStore {
  const { size } = pieces;
  const vocabulary = (at: number): Vocabulary => new Vocabulary(pieces.names[at] ?? NOTHING, decode);
  const [subjectNames, dateNames, languageNames] = [vocabulary(0), vocabulary(1), vocabulary(2)];
  const cache = new Map<number, readonly DocumentRecord[]>();
  const record = (document: number): DocumentRecord => {
    const piece = Math.floor(document / pieces.perPiece);
    let records = cache.get(piece);
    if (records === undefined) {
      records = readRecords(pieces.records(document), Math.min(pieces.perPiece, size - piece * pieces.perPiece));
      cache.set(piece, records);
    }
    return records[document - piece * pieces.perPiece] ?? NO_RECORD;
  };
  const columns = lazy(() => readColumns(padded(pieces.section('facets'), size), 3, size));
  const keywords = lazy(() => readKeywords(pieces.section('keywords'), size));
  const titles = { roots: () => pieces.section('titleRoots'), piece: (at: number) => pieces.titles(at) };
  const spellings = lazy(() => firstSpellings(keywords().texts.length, (keyword) => keywords().texts[keyword] ?? ''));
  const named = (names: Vocabulary, number: number): string | null => (number === 0 ? null : names.token(number - 1));
  const subject = (document: number): string | null => named(subjectNames, record(document).subject);
  return {
    size,
    get subjects(): Column {
      return columns()[0] ?? NOTHING;
    },
    get dates(): Column {
      return columns()[1] ?? NOTHING;
    },
    get languages(): Column {
      return columns()[2] ?? NOTHING;
    },
    ...{ subjectNames, dateNames, languageNames },
    names: new Vocabulary(NOTHING),
    prepare: doNothing,
    answers: descriptionsOf(size, (document) => record(document).description),
    titleOrder: { withPrefix: (prefix, count) => titlesWithPrefix(titles, prefix, count) },
    title: (document) => record(document).title,
    titleTokens: () => new ByteReader(NOTHING),
    key: (document) => record(document).key,
    find: (key) => findKey(key, pieces, (document) => record(document).key),
    subject,
    date: (document) => named(dateNames, record(document).date),
    language: (document) => named(languageNames, record(document).language),
    languageTags: () => Array.from({ length: languageNames.size }, (_, number) => languageNames.token(number)),
    head(document) {
      const { key, title, url } = record(document);
      return { key, title, url };
    },
    related: (document) =>
      record(document).related.map((link) => ({ ...link, subject: named(subjectNames, link.subject) })),
    document(document) {
      const { key, title, url, date, language, keywords: own } = record(document);
      return {
        ...{ key, title, url, keywords: own, subject: subject(document) },
        ...{ date: named(dateNames, date), language: named(languageNames, language) },
      };
    },
    eachKeyword(document, sink) {
      const { starts, numbers } = keywords();
      for (let at = starts[document] ?? 0; at < (starts[document + 1] ?? 0); at += 1) sink(numbers[at] ?? 0);
    },
    boost: () => 1,
    get keywordCount() {
      return keywords().texts.length;
    },
    canonicalKeywords: () => spellings(),
    keyword: (number) => keywords().texts[number] ?? '',
  };
}

const NOTHING = new Uint8Array(8);
const NONE = new Uint8Array(0);
const NO_WORDS = { bytes: NONE, starts: new Uint32Array(0), byteLengths: new Uint16Array(0) };
const NO_TEXTS = {
  ...{ vocabulary: NONE, textLengths: NONE, texts: NONE },
  ...{ descriptionLengths: NONE, descriptions: NONE },
};
const NO_RECORD: DocumentRecord = {
  ...{ key: '', title: '', url: '', subject: 0, date: 0, language: 0 },
  ...{ keywords: [], description: null, related: [] },
};

function readRecords(bytes: Uint8Array, count: number): DocumentRecord[] {
  const reader = new ByteReader(bytes);
  return Array.from({ length: count }, () => readDocumentRecord(reader));
}

/** Copies facets to an aligned buffer that is long enough for the columns it declares. */
function padded(facets: Uint8Array, size: number): Uint8Array {
  const bytes = new Uint8Array(facets.length + 3 * (8 + 4 * size));
  bytes.set(facets);
  return bytes;
}

/** Nothing to prepare, since the data is not loaded yet. */
const doNothing = (): void => undefined;

/** A store of descriptions without answers. */
function descriptionsOf(size: number, description: (document: number) => string | null): AnswerStore {
  const empty = new AnswerReader(
    size,
    NO_TEXTS,
    () => '',
    () => NO_WORDS,
  );
  return {
    vocabulary: empty.vocabulary,
    hasAnswers: empty.hasAnswers,
    prepare: doNothing,
    tokens: (document) => empty.tokens(document),
    answer: (document) => empty.answer(document),
    readPrefix: (document, prefixes, maxBytes) => empty.readPrefix(document, prefixes, maxBytes),
    description,
  };
}

function readKeywords(bytes: Uint8Array, size: number): Keywords {
  const reader = new ByteReader(bytes);
  const texts = Array.from({ length: Math.min(reader.varint(), bytes.length) }, () => reader.text());
  const numbers: number[] = [];
  const starts = [0];
  for (let document = 0; document < size && reader.position < bytes.length; document += 1) {
    let expected = 0;
    for (let left = reader.varint(); left > 0 && reader.position < bytes.length; left -= 1) {
      numbers.push(expected + reader.zigzag());
      expected = (numbers.at(-1) ?? 0) + 1;
    }
    starts.push(numbers.length);
  }
  return { texts, numbers, starts };
}

/** Finds a key among the stored keys, then among the records between two of them. */
function findKey(key: string, pieces: DocumentPieces, keyOf: (document: number) => string): number {
  const reader = new ByteReader(pieces.section('keys'));
  const stored = Array.from({ length: Math.min(reader.varint(), reader.bytes.length) }, () => reader.text());
  let after = 0;
  while (after < stored.length && compareTerms(stored[after] ?? '', key) <= 0) after += 1;
  if (after === 0) return -1;
  const step = pieces.perPiece * KEY_STRIDE;
  const [from, to] = [(after - 1) * step, Math.min(pieces.size, after * step)];
  pieces.requireRecords(from, to);
  for (let document = from; document < to; document += 1) if (keyOf(document) === key) return document;
  return -1;
}
