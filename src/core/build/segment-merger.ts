import type { LiveSegment } from '../model/ports.js';
import { ByteWriter, writeUtf8, type ByteReader } from '../index/format/byte-buffer.js';
import { StringInterner, SortedStrings } from './string-interner.js';
import { damagedIndexError } from '../index/format/container.js';
import { openSegment, type DocumentParts } from './segment-reader.js';
import { TABLES, type TableName } from './segment-writer.js';
import {
  WordCollector,
  rankStrings,
  tokenRanking,
  type CountedKeys,
  type MergedTable,
  type RankedStrings,
} from './string-table-merger.js';
import { compareTerms } from '../index/terms/term-dictionary.js';
import { cutTokens, MAX_TOKEN_UNITS } from '../index/documents/token-vocabulary.js';

const NONE = new Uint32Array(0);

/** For one segment: maps its string numbers to the final ones. */
export type OrdinalMaps = Readonly<Record<TableName | 'words', Uint32Array>>;

/** The position of a document's parts in its segment, and the maps for its numbers. */
export interface MergedDocument extends DocumentParts {
  readonly bytes: Uint8Array;
  readonly maps: OrdinalMaps;
}

/**
 * All segments as one. Documents and words are in final order; the parts of the documents are still in their segments.
 */
export interface MergedSegments {
  /** Ordered by key. */
  readonly documents: readonly MergedDocument[];
  readonly maps: readonly OrdinalMaps[];
  readonly tables: Readonly<Record<TableName, MergedTable>>;
  /** The encoded token vocabularies. */
  readonly vocabularies: { readonly names: Uint8Array; readonly tokens: Uint8Array };
  /** Each keyword as tokens of `tables.names`. */
  readonly keywords: readonly (readonly number[])[];
  /** In the order of `compareTerms`. */
  readonly words: readonly string[];
  /** The stem of each word. */
  readonly stems: readonly string[];
  readonly otherKeys: CountedKeys;
  /** The number of documents of each (word, field), at `word * 3 + field`. */
  readonly documentCounts: Uint32Array;
}

interface StringTable {
  readonly interner: StringInterner;
  readonly counts: number[];
  readonly maps: Uint32Array[];
}

/**
 * Merges the live documents of segments. The result depends only on these documents, not on how they were split into
 * segments or on what else the segments contain. `spelling` returns the canonical spelling of a subject.
 *
 * @throws {AskdexError} index_damaged: a segment has another version, or two documents have the same key
 */
export function mergeSegments(
  segments: readonly LiveSegment[],
  spelling: (subject: string) => string = (subject) => subject,
): MergedSegments {
  const tables: Record<TableName, StringTable> = {
    prefixes: emptyTable(),
    subjects: emptyTable(),
    languages: emptyTable(),
    dates: emptyTable(),
    keywords: emptyTable(),
    names: emptyTable(1 << 14),
    tokens: emptyTable(1 << 16),
    links: emptyTable(1 << 14),
  };
  const words = new WordCollector();
  const opened = segments.map((segment) => {
    const open = openSegment(segment);
    if (open === null) throw damagedIndexError('a segment has an unsupported version');
    for (const name of TABLES) readTable(open.reader, tables[name], open.dead[name]);
    words.read(open.reader, open.deadWords, segment.live);
    return open.documents;
  });
  const keywordTokens = tokenizeKeywords(tables.keywords, tables.names);
  const sorted = words.sorted();
  const texts = sorted.texts.texts();
  const wordNumbers = new Map(texts.map((word, number) => [word, number]));
  const canonicalTables = { ...tables, subjects: withCanonicalSubjects(tables.subjects, spelling) };
  const names = rankTokens(tables.names, wordNumbers);
  const tokens = rankTokens(tables.tokens, wordNumbers);
  const ranked = { ...rankTables(canonicalTables), names, tokens };
  const maps = segments.map((_, segment) => ordinalMapsOf(ranked, sorted, segment));
  return {
    documents: sortDocuments(opened, segments, maps),
    maps,
    tables: ranked,
    vocabularies: { names: names.vocabulary, tokens: tokens.vocabulary },
    keywords: Array.from(ranked.keywords.oldOrdinals, (keyword) =>
      (keywordTokens[keyword] ?? []).map((token) => ranked.names.newOrdinals[token] ?? 0),
    ),
    words: texts,
    stems: sorted.stems,
    otherKeys: sorted.otherKeys,
    documentCounts: sorted.documentCounts,
  };
}

function ordinalMapsOf(
  ranked: Readonly<Record<TableName, RankedStrings>>,
  words: RankedStrings,
  segment: number,
): OrdinalMaps {
  return {
    prefixes: mapped(ranked.prefixes, segment),
    subjects: mapped(ranked.subjects, segment),
    languages: mapped(ranked.languages, segment),
    dates: mapped(ranked.dates, segment),
    keywords: mapped(ranked.keywords, segment),
    names: mapped(ranked.names, segment),
    tokens: mapped(ranked.tokens, segment),
    links: mapped(ranked.links, segment),
    words: mapped(words, segment),
  };
}

function sortDocuments(
  opened: readonly (readonly DocumentParts[])[],
  segments: readonly LiveSegment[],
  maps: readonly OrdinalMaps[],
): MergedDocument[] {
  const documents: MergedDocument[] = [];
  for (const [segment, parts] of opened.entries()) {
    const bytes = segments[segment]?.bytes;
    const ordinals = maps[segment];
    if (bytes === undefined || ordinals === undefined) continue;
    for (const { key, titles, body, forward } of parts)
      documents.push({ key, titles, body, forward, bytes, maps: ordinals });
  }
  documents.sort((a, b) => compareTerms(a.key, b.key));
  for (const [at, { key }] of documents.entries()) {
    if (at > 0 && documents[at - 1]?.key === key)
      throw damagedIndexError(`two documents have the key ${JSON.stringify(key)}`);
  }
  return documents;
}

function emptyTable(expected?: number): StringTable {
  return { interner: new StringInterner(expected), counts: [], maps: [] };
}

/** Replaces subjects by their canonical spelling; several subjects may become one. */
function withCanonicalSubjects(
  { interner, counts, maps }: StringTable,
  spelling: (subject: string) => string,
): StringTable {
  const table = emptyTable();
  const bytes = new ByteWriter();
  const newNumbers = Uint32Array.from({ length: interner.size }, (_, subject) => {
    bytes.clear();
    bytes.utf8(spelling(interner.text(subject)));
    const number = table.interner.intern(bytes.view(), 0, bytes.length);
    table.counts[number] = (table.counts[number] ?? 0) + (counts[subject] ?? 0);
    return number;
  });
  for (const map of maps) table.maps.push(map.map((subject) => newNumbers[subject] ?? 0));
  return table;
}

/** Keywords repeat words of titles, so they are stored as tokens of the same vocabulary. */
function tokenizeKeywords(keywords: StringTable, names: StringTable): number[][] {
  const bytes = new Uint8Array(MAX_TOKEN_UNITS * 3);
  return Array.from({ length: keywords.interner.size }, (_, keyword) => {
    if ((keywords.counts[keyword] ?? 0) === 0) return [];
    const text = keywords.interner.text(keyword);
    const tokens: number[] = [];
    cutTokens(text, (start, end) => {
      const token = names.interner.intern(bytes, 0, writeUtf8(text.slice(start, end), bytes, 0));
      names.counts[token] = (names.counts[token] ?? 0) + 1;
      tokens.push(token);
    });
    return tokens;
  });
}

function readTable(reader: ByteReader, table: StringTable, dead: ReadonlyMap<number, number>): void {
  const { interner, counts } = table;
  const map = new Uint32Array(reader.varint());
  for (let number = 0; number < map.length; number += 1) {
    const length = reader.varint();
    const merged = interner.intern(reader.bytes, reader.position, reader.position + length);
    reader.position += length;
    map[number] = merged;
    counts[merged] = (counts[merged] ?? 0) + reader.varint() - (dead.size > 0 ? (dead.get(number) ?? 0) : 0);
  }
  table.maps.push(map);
}

function mapped(ranked: RankedStrings, segment: number): Uint32Array {
  const map = ranked.maps[segment] ?? new Uint32Array(0);
  return map.map((merged) => ranked.newOrdinals[merged] ?? 0);
}

function rankTokens(
  { interner, counts, maps }: StringTable,
  words: ReadonlyMap<string, number>,
): RankedStrings & { readonly vocabulary: Uint8Array } {
  return { ...tokenRanking(interner, counts, words), maps };
}

function rankTables(
  tables: Readonly<Record<TableName, StringTable>>,
): Omit<Record<TableName, RankedStrings>, 'names' | 'tokens'> {
  const rank = (name: TableName, order: 'frequency' | 'text'): RankedStrings => {
    const { interner, counts, maps } = tables[name];
    return { ...rankStrings(interner, counts, order === 'frequency'), maps };
  };
  const { interner, maps } = tables.links;
  const final = Uint32Array.from({ length: interner.size }, (_, at) => at);
  return {
    prefixes: rank('prefixes', 'frequency'),
    subjects: rank('subjects', 'frequency'),
    languages: rank('languages', 'text'),
    dates: rank('dates', 'text'),
    keywords: rank('keywords', 'frequency'),
    // Links are only compared for identity, so they need no order.
    links: { texts: new SortedStrings(interner, NONE), maps, newOrdinals: final, oldOrdinals: NONE },
  };
}
