import { ByteReader, ByteWriter } from '../bytes.js';
import { columnsSection, readColumns } from '../columns.js';
import { damaged, type Sections } from '../layout.js';
import { LINK, slugOf, URL_FLAGS } from '../segment.js';
import { compareTerms } from '../terms.js';
import { Vocabulary, writeVocabulary } from '../vocabulary.js';
import { cutTexts } from './tokens.js';

/** A url as it is stored: a prefix by number, perhaps the slug of the title, and the rest. */
export interface UrlRecord {
  readonly prefix: number;
  readonly slug: boolean;
  readonly rest: string;
}

/** A link to a document of the index (its number), or one that tells its title and url itself. */
export type LinkRecord =
  | { readonly target: number }
  | {
      readonly target: -1;
      readonly indexed: boolean;
      readonly subject: number;
      readonly title: string;
      readonly url: UrlRecord;
    };

/** What is stored of one document. Subject, date and language are numbers of their tables plus one; 0 for none. */
export interface DocumentRecord {
  readonly title: string;
  readonly url: UrlRecord;
  /** null: the url. */
  readonly key: string | null;
  /** Thousandths; null: 1000. */
  readonly boost: number | null;
  readonly keywords: readonly string[];
  readonly links: readonly LinkRecord[];
  readonly facets: readonly [subject: number, date: number, language: number];
}

/** All documents, in their order, with the tables that they name by number. */
export interface Records {
  /** Url prefixes, subjects, dates, languages. */
  readonly tables: readonly (readonly string[])[];
  readonly documents: readonly DocumentRecord[];
}

export const TABLE_COUNT = 4;
type RecordSections = Pick<Sections, 'storedLengths' | 'stored' | 'names' | 'facets'>;

/** Reads the sections that hold what hits show. */
export function readRecords(sections: RecordSections, size: number): Records {
  const names = new ByteReader(sections.names);
  const vocabularies = Array.from({ length: TABLE_COUNT + 1 }, () => {
    const length = names.varint();
    const start = names.at;
    names.at += length;
    return new Vocabulary(sections.names.subarray(start, names.at));
  });
  const [tokens] = vocabularies.slice(TABLE_COUNT);
  if (tokens === undefined) throw damaged('it has no names');
  const keywords: string[] = [];
  for (let left = Math.min(names.varint(), sections.names.length); left > 0; left -= 1)
    keywords.push(tokens.readText(names));
  const columns = readColumns(sections.facets, 3, size);
  const reader = new ByteReader(sections.stored);
  const documents = Array.from({ length: size }, (_, document) => {
    const facet = (column: number): number => columns[column]?.[document] ?? 0;
    return readRecord(reader, { tokens, keywords, document }, [facet(0), facet(1), facet(2)]);
  });
  return {
    tables: vocabularies
      .slice(0, TABLE_COUNT)
      .map((table) => Array.from({ length: table.size }, (_, at) => table.token(at))),
    documents,
  };
}

interface Context {
  readonly tokens: Vocabulary;
  readonly keywords: readonly string[];
  readonly document: number;
}

function readRecord(reader: ByteReader, context: Context, facets: DocumentRecord['facets']): DocumentRecord {
  const title = context.tokens.readText(reader);
  const url = readUrl(reader, context.tokens);
  const flags = reader.u8();
  const key = flags & URL_FLAGS.ownKey ? context.tokens.readText(reader) : null;
  const boost = flags & URL_FLAGS.boost ? reader.varint() : null;
  const keywords: string[] = [];
  let expected = 0;
  for (let left = reader.varint(); left > 0; left -= 1) {
    const keyword = expected + reader.signed();
    keywords.push(context.keywords[keyword] ?? '');
    expected = keyword + 1;
  }
  const links: LinkRecord[] = [];
  for (let left = reader.varint(); left > 0; left -= 1) links.push(readLink(reader, context));
  return { title, url, key, boost, keywords, links, facets };
}

function readUrl(reader: ByteReader, tokens: Vocabulary): UrlRecord {
  const head = reader.varint();
  return { prefix: head >>> 1, slug: (head & 1) === 1, rest: tokens.readText(reader) };
}

function readLink(reader: ByteReader, { tokens, document }: Context): LinkRecord {
  const code = reader.varint();
  if (code >= LINK.near) {
    const distance = code - LINK.near;
    return { target: document + (distance % 2 === 0 ? distance / 2 : -(distance + 1) / 2) };
  }
  const subject = reader.varint();
  const title = tokens.readText(reader);
  return { target: -1, indexed: code === LINK.indexed, subject, title, url: readUrl(reader, tokens) };
}

/** The url that a record stands for. */
export function urlOf({ prefix, slug, rest }: UrlRecord, title: string, prefixes: readonly string[]): string {
  return (prefixes[prefix] ?? '') + (slug ? slugOf(title) : '') + rest;
}

/** Writes the sections again, as packing wrote them. */
export function writeRecords({ tables, documents }: Records): RecordSections {
  const keywords = new Map<string, number>();
  for (const document of documents) {
    for (const keyword of document.keywords) if (!keywords.has(keyword)) keywords.set(keyword, keywords.size);
  }
  const { cut, texts, counts } = cutTexts(countedTexts(documents, keywords));
  const order = rankTokens(texts, counts);
  const final = new Uint32Array(texts.length);
  for (const [place, token] of order.entries()) final[token] = place;
  const write = (writer: ByteWriter, text: string): void => {
    const tokens = cut(text);
    writer.varint(tokens.length);
    for (const token of tokens) writer.varint(final[token] ?? 0);
  };
  const stored = new ByteWriter(documents.length * 32);
  const storedLengths = new ByteWriter(documents.length * 2);
  for (const [number, document] of documents.entries()) {
    const start = stored.length;
    writeRecord(stored, document, { write, keywords, number });
    storedLengths.varint(stored.length - start);
  }
  const names = new ByteWriter(1 << 16);
  for (const table of [...tables, Array.from(order, (token) => texts[token] ?? '')]) {
    const bytes = writeVocabulary(table);
    names.varint(bytes.length);
    names.raw(bytes);
  }
  names.varint(keywords.size);
  for (const keyword of keywords.keys()) write(names, keyword);
  const column = (at: 0 | 1 | 2): Uint32Array => Uint32Array.from(documents, ({ facets }) => facets[at]);
  return {
    stored: stored.finish(),
    storedLengths: storedLengths.finish(),
    names: names.finish(),
    facets: columnsSection([column(0), column(1), column(2)]),
  };
}

/** Every text whose tokens count, with how often it does: a link to a document repeats its title and url. */
function* countedTexts(
  documents: readonly DocumentRecord[],
  keywords: ReadonlyMap<string, number>,
): Generator<readonly [text: string, times: number]> {
  const times = new Uint32Array(documents.length).fill(1);
  for (const { links } of documents) {
    for (const { target } of links) if (target >= 0) times[target] = (times[target] ?? 0) + 1;
  }
  for (const [document, { title, url, key, links }] of documents.entries()) {
    yield [title, times[document] ?? 1];
    yield [url.rest, times[document] ?? 1];
    if (key !== null) yield [key, 1];
    for (const link of links) {
      if (link.target >= 0 || !('title' in link)) continue;
      yield [link.title, 1];
      yield [link.url.rest, 1];
    }
  }
  for (const keyword of keywords.keys()) yield [keyword, 1];
}

interface RecordWriting {
  readonly write: (writer: ByteWriter, text: string) => void;
  readonly keywords: ReadonlyMap<string, number>;
  readonly number: number;
}

function writeRecord(
  writer: ByteWriter,
  document: DocumentRecord,
  { write, keywords, number }: RecordWriting,
): void {
  const { title, url, key, boost, links } = document;
  write(writer, title);
  writer.varint(url.prefix * 2 + (url.slug ? 1 : 0));
  write(writer, url.rest);
  writer.u8((key !== null ? URL_FLAGS.ownKey : 0) | (boost !== null ? URL_FLAGS.boost : 0));
  if (key !== null) write(writer, key);
  if (boost !== null) writer.varint(boost);
  writer.varint(document.keywords.length);
  let expected = 0;
  for (const keyword of document.keywords) {
    const at = keywords.get(keyword) ?? 0;
    writer.signed(at - expected);
    expected = at + 1;
  }
  writer.varint(links.length);
  for (const link of links) {
    if (!('title' in link)) {
      const distance = link.target - number;
      writer.varint((distance < 0 ? -2 * distance - 1 : 2 * distance) + LINK.near);
      continue;
    }
    writer.u8(link.indexed ? LINK.indexed : LINK.foreign);
    writer.varint(link.subject);
    write(writer, link.title);
    writer.varint(link.url.prefix * 2 + (link.url.slug ? 1 : 0));
    write(writer, link.url.rest);
  }
}

/** Orders a vocabulary as the merge does: frequent tokens first, then by code points. */
function rankTokens(tokens: readonly string[], counts: ArrayLike<number>): Uint32Array {
  const order = Uint32Array.from(tokens.keys());
  return order.sort(
    (a, b) => (counts[b] ?? 0) - (counts[a] ?? 0) || compareTerms(tokens[a] ?? '', tokens[b] ?? ''),
  );
}
