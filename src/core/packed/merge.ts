import { ByteReader, ByteWriter, writeUtf8 } from './bytes.js';
import { Interner } from './intern.js';
import { damaged } from './layout.js';
import { SEGMENT_VERSION, TABLES, type TableName } from './segment.js';
import { compareTerms } from './terms.js';
import { cutTokens, LONGEST_TOKEN, rankTokens } from './vocabulary.js';

/** The strings of one table over all segments, in their final order. */
export interface MergedTable {
  readonly texts: readonly string[];
}

/** Of one segment: its own number of a string → the final one. */
export type SegmentMaps = Readonly<Record<TableName | 'words', Uint32Array>>;

/** One segment while it is merged: three cursors, each of which moves on document by document. */
export interface OpenSegment {
  readonly maps: SegmentMaps;
  readonly titles: ByteReader;
  readonly body: ByteReader;
  readonly forward: ByteReader;
}

/** All segments as one. Documents and words are in order; the documents' parts still lie in their segments. */
export interface Merged {
  /** Document keys, in order. */
  readonly keys: readonly string[];
  /** The segment of each document; within a segment documents come in the same order. */
  readonly segmentOf: Uint16Array;
  readonly segments: readonly OpenSegment[];
  readonly tables: Readonly<Record<TableName, MergedTable>>;
  /** Each keyword as tokens of `tables.names`. */
  readonly keywords: readonly (readonly number[])[];
  /** In the order of `compareTerms`. */
  readonly words: readonly string[];
  /** The stem of each word. */
  readonly stems: readonly string[];
  /** Documents of (word, field), at `word * 3 + field`. */
  readonly documentCounts: Uint32Array;
}

interface Gathered {
  readonly interner: Interner;
  readonly counts: number[];
  readonly maps: Uint32Array[];
}

/**
 * Merges segments, in any order: the outcome depends on their documents alone. `spelling` gives how a subject is spelled.
 *
 * @throws AskdexError `index_damaged`: a segment of another version, or two documents with one key.
 */
export function mergeSegments(
  segments: readonly Uint8Array[],
  spelling: (subject: string) => string = (subject) => subject,
): Merged {
  const tables: Record<TableName, Gathered> = {
    prefixes: gathered(),
    subjects: gathered(),
    languages: gathered(),
    dates: gathered(),
    keywords: gathered(),
    names: gathered(),
    tokens: gathered(1 << 16),
    links: gathered(1 << 14),
  };
  const words = new GatheredWords();
  const keys: { key: string; segment: number }[] = [];
  const cursors = segments.map((bytes, segment) => {
    const reader = new ByteReader(bytes);
    if (reader.varint() !== SEGMENT_VERSION) throw damaged('a cached segment has another version');
    for (let left = reader.varint(); left > 0; left -= 1) keys.push({ key: reader.text(), segment });
    for (const name of TABLES) readTable(reader, tables[name]);
    words.read(reader);
    return { titles: part(reader), body: part(reader), forward: part(reader) };
  });
  keys.sort((a, b) => compareTerms(a.key, b.key));
  for (const [at, { key }] of keys.entries()) {
    if (at > 0 && keys[at - 1]?.key === key)
      throw damaged(`two documents have the key ${JSON.stringify(key)}`);
  }
  const keywordTokens = cutKeywords(tables.keywords, tables.names);
  const ranked = rankTables({ ...tables, subjects: respelled(tables.subjects, spelling) });
  const sorted = words.sorted();
  return {
    keys: keys.map(({ key }) => key),
    segmentOf: Uint16Array.from(keys, ({ segment }) => segment),
    segments: cursors.map((cursor, segment) => ({
      ...cursor,
      maps: {
        prefixes: mapped(ranked.prefixes, segment),
        subjects: mapped(ranked.subjects, segment),
        languages: mapped(ranked.languages, segment),
        dates: mapped(ranked.dates, segment),
        keywords: mapped(ranked.keywords, segment),
        names: mapped(ranked.names, segment),
        tokens: mapped(ranked.tokens, segment),
        links: mapped(ranked.links, segment),
        words: mapped(sorted, segment),
      },
    })),
    tables: ranked,
    keywords: Array.from(inverse(ranked.keywords.final), (keyword) =>
      (keywordTokens[keyword] ?? []).map((token) => ranked.names.final[token] ?? 0),
    ),
    words: sorted.texts,
    stems: sorted.stems,
    documentCounts: sorted.documentCounts,
  };
}

function gathered(expected?: number): Gathered {
  return { interner: new Interner(expected), counts: [], maps: [] };
}

/** Subjects under the spelling that is meant: several may become one. */
function respelled({ interner, counts, maps }: Gathered, spelling: (subject: string) => string): Gathered {
  const table = gathered();
  const bytes = new ByteWriter();
  const moved = Uint32Array.from({ length: interner.size }, (_, subject) => {
    bytes.clear();
    bytes.utf8(spelling(interner.text(subject)));
    const number = table.interner.intern(bytes.view(), 0, bytes.length);
    table.counts[number] = (table.counts[number] ?? 0) + (counts[subject] ?? 0);
    return number;
  });
  for (const map of maps) table.maps.push(map.map((subject) => moved[subject] ?? 0));
  return table;
}

/** Keywords repeat the words of titles: cut into the same tokens, they take a fraction of the room. */
function cutKeywords(keywords: Gathered, names: Gathered): number[][] {
  const bytes = new Uint8Array(LONGEST_TOKEN * 3);
  return Array.from({ length: keywords.interner.size }, (_, keyword) => {
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

function part(reader: ByteReader): ByteReader {
  const length = reader.varint();
  const start = reader.at;
  reader.at += length;
  return new ByteReader(reader.bytes, start);
}

function readTable(reader: ByteReader, table: Gathered): void {
  const { interner, counts } = table;
  const map = new Uint32Array(reader.varint());
  for (let number = 0; number < map.length; number += 1) {
    const length = reader.varint();
    const merged = interner.intern(reader.bytes, reader.at, reader.at + length);
    reader.at += length;
    map[number] = merged;
    counts[merged] = (counts[merged] ?? 0) + reader.varint();
  }
  table.maps.push(map);
}

interface Ranked extends MergedTable {
  readonly maps: readonly Uint32Array[];
  readonly final: Uint32Array;
}

function mapped(ranked: Ranked, segment: number): Uint32Array {
  const map = ranked.maps[segment] ?? new Uint32Array(0);
  return map.map((merged) => ranked.final[merged] ?? 0);
}

function rankTables(tables: Readonly<Record<TableName, Gathered>>): Record<TableName, Ranked> {
  const rank = (name: TableName, order: 'frequency' | 'text' | 'none'): Ranked => {
    const { interner, counts, maps } = tables[name];
    if (order === 'none')
      return { texts: [], maps, final: Uint32Array.from({ length: interner.size }, (_, at) => at) };
    const texts = Array.from({ length: interner.size }, (_, number) => interner.text(number));
    const ranking = rankTokens(texts, order === 'frequency' ? counts : []);
    return { texts: Array.from(ranking, (number) => texts[number] ?? ''), maps, final: inverse(ranking) };
  };
  return {
    prefixes: rank('prefixes', 'frequency'),
    subjects: rank('subjects', 'frequency'),
    languages: rank('languages', 'text'),
    dates: rank('dates', 'text'),
    keywords: rank('keywords', 'frequency'),
    names: rank('names', 'frequency'),
    tokens: rank('tokens', 'frequency'),
    // Links are only told apart: their order never reaches the file.
    links: rank('links', 'none'),
  };
}

function inverse(order: Uint32Array): Uint32Array {
  const places = new Uint32Array(order.length);
  for (let place = 0; place < order.length; place += 1) places[order[place] ?? 0] = place;
  return places;
}

class GatheredWords {
  readonly #interner = new Interner(1 << 15);
  readonly #stems: string[] = [];
  readonly #counts: number[] = [];
  readonly #maps: Uint32Array[] = [];

  read(reader: ByteReader): void {
    const map = new Uint32Array(reader.varint());
    for (let number = 0; number < map.length; number += 1) {
      const length = reader.varint();
      const before = this.#interner.size;
      const word = this.#interner.intern(reader.bytes, reader.at, reader.at + length);
      reader.at += length;
      map[number] = word;
      if (this.#interner.size > before) {
        this.#stems.push(reader.text());
        this.#counts.push(0, 0, 0);
      } else {
        const stem = reader.varint();
        reader.at += stem;
      }
      for (let field = 0; field < 3; field += 1) {
        this.#counts[word * 3 + field] = (this.#counts[word * 3 + field] ?? 0) + reader.varint();
      }
    }
    this.#maps.push(map);
  }

  sorted(): Ranked & { stems: string[]; documentCounts: Uint32Array } {
    const texts = Array.from({ length: this.#interner.size }, (_, word) => this.#interner.text(word));
    const order = rankTokens(texts, []);
    const documentCounts = new Uint32Array(order.length * 3);
    for (const [place, word] of order.entries()) {
      for (let field = 0; field < 3; field += 1) {
        documentCounts[place * 3 + field] = this.#counts[word * 3 + field] ?? 0;
      }
    }
    return {
      texts: Array.from(order, (word) => texts[word] ?? ''),
      stems: Array.from(order, (word) => this.#stems[word] ?? ''),
      documentCounts,
      maps: this.#maps,
      final: inverse(order),
    };
  }
}
