import {
  BLOCK_KINDS,
  DESCRIPTION,
  eachKeyword,
  linkTarget,
  URL_FLAGS,
} from '../index/documents/stored-fields-format.js';
import type { AnswerReader } from '../index/documents/answer-store.js';
import type { ByteReader, ByteWriter } from '../index/format/byte-buffer.js';
import { damagedIndexError } from '../index/format/container.js';
import type { DocumentReader } from '../index/documents/document-store.js';
import { StringCounter, type TokenTable } from './segment-writer.js';
import type { Vocabulary } from '../index/documents/token-vocabulary.js';

/** Copies the stored fields of documents, by the numbers of their strings instead of the strings themselves. */
export class FieldCopier {
  readonly tables;
  readonly #keywords: string[] = [];

  constructor(private readonly documents: DocumentReader) {
    this.tables = {
      prefixes: new UsedTokens(documents.urlPrefixes),
      subjects: new UsedTokens(documents.subjectNames),
      languages: new UsedTokens(documents.languageNames),
      dates: new UsedTokens(documents.dateNames),
      keywords: new StringCounter(),
      names: new UsedTokens(documents.names),
      tokens: new UsedTokens(documents.answers.vocabulary),
      links: new StringCounter(),
    };
  }

  copy(document: number, titles: ByteWriter, body: ByteWriter): void {
    const { documents, tables } = this;
    const reader = documents.titleTokens(document);
    titles.varint(tables.links.number(documents.head(document).url));
    titles.varint(tables.subjects.optional(documents.subjects[document] ?? 0));
    tables.names.copy(reader, titles);
    this.#copyUrl(reader, body);
    const flags = reader.u8();
    body.u8(flags);
    if (flags & URL_FLAGS.ownKey) tables.names.copy(reader, body);
    if (flags & URL_FLAGS.boost) body.varint(reader.varint());
    body.varint(tables.dates.optional(documents.dates[document] ?? 0));
    body.varint(tables.languages.optional(documents.languages[document] ?? 0));
    const keywords: number[] = [];
    eachKeyword(reader, (keyword) => keywords.push(keyword));
    body.varint(keywords.length);
    for (const keyword of keywords)
      body.varint(tables.keywords.number((this.#keywords[keyword] ??= documents.keyword(keyword))));
    const links = documents.related(document);
    reader.varint();
    body.varint(links.length);
    for (const { url } of links) this.#copyLink(reader, body, document, url);
  }

  // Plain parameters avoid allocating an options object per link.
  #copyLink(reader: ByteReader, body: ByteWriter, document: number, url: string): void {
    const { documents, tables } = this;
    const code = reader.varint();
    const target = linkTarget(code, document);
    const source = target === null ? reader : documents.titleTokens(target);
    const subject = target === null ? reader.varint() : (documents.subjects[target] ?? 0);
    body.varint(tables.links.number(url));
    body.varint(tables.subjects.optional(subject));
    tables.names.copy(source, body);
    this.#copyUrl(source, body);
  }

  #copyUrl(reader: ByteReader, body: ByteWriter): void {
    const head = reader.varint();
    body.u8(head & 1 ? URL_FLAGS.slug : 0);
    body.varint(this.tables.prefixes.number(head >>> 1));
    this.tables.names.copy(reader, body);
  }
}

/** The used tokens of a vocabulary, numbered by first occurrence. */
class UsedTokens implements TokenTable {
  readonly #numbers: Int32Array;
  readonly #counts: Uint32Array;
  readonly #tokens: number[] = [];

  constructor(private readonly vocabulary: Vocabulary) {
    this.#numbers = new Int32Array(vocabulary.size).fill(-1);
    this.#counts = new Uint32Array(vocabulary.size);
  }

  /** The new number of a token; counts its occurrence. */
  number(token: number): number {
    if (token >= this.#numbers.length) throw damagedIndexError('a text refers to a missing token');
    let number = this.#numbers[token] ?? 0;
    if (number < 0) {
      number = this.#tokens.push(token) - 1;
      this.#numbers[token] = number;
    }
    this.#counts[token] = (this.#counts[token] ?? 0) + 1;
    return number;
  }

  /** The same for a token plus one; 0 for none. */
  optional(token: number): number {
    return token === 0 ? 0 : this.number(token - 1) + 1;
  }

  /** Copies a token list, preceded by its length, with the tokens renumbered. */
  copy(reader: ByteReader, writer: ByteWriter): void {
    const count = Math.min(reader.varint(), reader.bytes.length);
    writer.varint(count);
    for (let left = count; left > 0; left -= 1) writer.varint(this.number(reader.varint()));
  }

  write(writer: ByteWriter): void {
    const { bytes, starts, byteLengths } = this.vocabulary;
    writer.varint(this.#tokens.length);
    for (const token of this.#tokens) {
      const start = starts[token] ?? 0;
      const length = byteLengths[token] ?? 0;
      writer.varint(length);
      writer.copy(bytes, start, start + length);
      writer.varint(this.#counts[token] ?? 0);
    }
  }
}

export function writeDescription(
  writer: ByteWriter,
  answers: AnswerReader,
  document: number,
  tokens: UsedTokens,
): void {
  const written = answers.writtenDescription(document);
  if (written === null) {
    writer.varint(DESCRIPTION.none);
  } else if (typeof written === 'number') {
    writer.varint(DESCRIPTION.ofAnswer);
    writer.varint(written);
  } else {
    writer.varint(DESCRIPTION.own);
    tokens.copy(written, writer);
  }
}

export function writeAnswer(writer: ByteWriter, answers: AnswerReader, document: number, tokens: UsedTokens): void {
  const { blocks, atoms, reader } = answers.structure(document);
  writer.varint(blocks.length);
  for (const { kind, start, end } of blocks) writer.varint((end - start) * 8 + BLOCK_KINDS.indexOf(kind));
  writer.varint(atoms.length);
  let at = 0;
  for (const [start, end] of atoms) {
    writer.varint(start - at);
    writer.varint(end - start);
    at = end;
  }
  tokens.copy(reader, writer);
}
