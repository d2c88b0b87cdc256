import { groupByStem } from './stem-groups-writer.js';
import type { PackedMeta } from '../index/index-reader.js';
import { ByteReader, ByteWriter } from '../index/format/byte-buffer.js';
import { writeContainer, FORMAT_VERSION, type Sections } from '../index/format/container.js';
import type { MergedSegments } from './segment-merger.js';
import { FIELD_COUNT } from '../index/postings/postings-format.js';
import {
  PostingsWriter,
  type EntrySections,
  type ListSource,
  type BlockSections,
} from '../index/postings/postings-writer.js';
import { writeStemGroups } from '../index/terms/stem-groups-section.js';
import { type StemGroups } from '../index/terms/stem-groups.js';
import { writeDictionary } from '../index/terms/term-dictionary.js';
import { writeColumns } from '../index/format/columns.js';
import { writeStoredFields } from './stored-fields-writer.js';

export interface PackOptions {
  /** The words of each stem. Default: the groups that follow from the words and their extra stem keys. */
  readonly stems?: StemGroups;
  /** false: writes the index without answers. Default: true. */
  readonly answers?: boolean;
}

/** Writes merged segments as one index file. The same documents always give the same bytes. */
export function writeIndex(
  merged: MergedSegments,
  analyzer: string,
  { stems = groupByStem(merged), answers = true }: PackOptions = {},
): Uint8Array<ArrayBuffer> {
  const size = merged.documents.length;
  const forward = readForward(merged);
  const lengths = forward.lengths;
  const meta = writeMeta({
    analyzer,
    documents: size,
    words: merged.words.length,
    stems: stems.texts.length,
    distinct: lengths.slice(0, 3).map(sum),
    totals: lengths.slice(3).map(sum),
  });
  const words = { words: merged.words, stems, lengths, lists: wordLists(merged, forward) };
  const sections: Sections = {
    meta,
    ...writeWordSections(words),
    ...writeStoredFields(merged),
    ...(answers ? {} : NO_ANSWERS),
  };
  return writeContainer(sections);
}

const NO_ANSWERS = { textLengths: new Uint8Array(0), texts: new Uint8Array(0) };

/** Writes the section `meta`. */
function writeMeta(meta: Omit<PackedMeta, 'format'>): Uint8Array {
  const { analyzer, documents, words, stems, distinct, totals } = meta;
  const writer = new ByteWriter();
  writer.utf8(JSON.stringify({ format: FORMAT_VERSION, analyzer, documents, words, stems, distinct, totals }));
  return writer.finish();
}

/** Words in order, with their stems and postings. */
export interface IndexedWords {
  readonly words: readonly string[];
  readonly stems: StemGroups;
  /** Distinct terms of each document in each of three fields, then all terms in each field. */
  readonly lengths: readonly Uint32Array[];
  readonly lists: ListSource;
}

/** Writes the sections for words, stems and postings. */
function writeWordSections({ words, stems, lengths, lists }: IndexedWords): WordSections {
  const postings = new PostingsWriter().write(words.length, lists);
  const wordTerms = writeDictionary(words);
  return {
    wordBlocks: wordTerms.blocks,
    wordBytes: wordTerms.bytes,
    stemGroups: writeStemGroups(stems, words),
    ...postings,
    lengths: writeColumns(lengths.slice(FIELD_COUNT)),
  };
}

export type WordSections = Pick<Sections, 'wordBlocks' | 'wordBytes' | 'stemGroups' | 'lengths'> &
  EntrySections &
  BlockSections;

function sum(column: Uint32Array): number {
  let total = 0;
  for (const value of column) total += value;
  return total;
}

interface ForwardEntries {
  readonly starts: Uint32Array;
  /** `word * 4 + field` for all documents in order. */
  readonly entries: Uint32Array;
  readonly frequencies: Uint16Array;
  /** Distinct terms of each document in each of three fields, then all terms in each field. */
  readonly lengths: readonly Uint32Array[];
}

/** Frequencies are capped at this value, which fits 16 bits. */
export const MAX_FREQUENCY = 0xffff;

function readForward(merged: MergedSegments): ForwardEntries {
  const size = merged.documents.length;
  const starts = new Uint32Array(size + 1);
  let total = 0;
  for (const count of merged.documentCounts) total += count;
  const entries = new Uint32Array(total);
  const frequencies = new Uint16Array(total);
  const lengths = Array.from({ length: 6 }, () => new Uint32Array(size));
  let at = 0;
  const reader = new ByteReader(new Uint8Array(0));
  for (const [document, place] of merged.documents.entries()) {
    reader.reset(place.bytes, place.forward);
    const { words } = place.maps;
    for (let field = 0; field < 3; field += 1) set(lengths[field], document, reader.varint());
    let entry = -1;
    for (let left = reader.varint(); left > 0; left -= 1) {
      const head = reader.varint();
      const frequency = head & 1 ? reader.varint() + 2 : 1;
      entry += (head >>> 1) + 1;
      const field = entry & 3;
      entries[at] = (words[entry >>> 2] ?? 0) * 4 + field;
      frequencies[at] = Math.min(frequency, MAX_FREQUENCY);
      add(lengths[3 + field], document, frequency);
      at += 1;
    }
    starts[document + 1] = at;
  }
  return { starts, entries, frequencies, lengths };
}

function set(column: Uint32Array | undefined, at: number, value: number): void {
  if (column !== undefined) column[at] = value;
}

function add(column: Uint32Array | undefined, at: number, value: number): void {
  if (column !== undefined) column[at] = (column[at] ?? 0) + value;
}

/** Where each list begins if the lists are stored one after another. */
function startsOf(counts: Uint32Array): Uint32Array {
  const starts = new Uint32Array(counts.length + 1);
  for (let list = 0; list < counts.length; list += 1) starts[list + 1] = (starts[list] ?? 0) + (counts[list] ?? 0);
  return starts;
}

/** Documents are visited in ascending order, so every list is sorted without a sort. */
function wordLists(merged: MergedSegments, forward: ForwardEntries): ListSource {
  const counts = merged.documentCounts;
  const starts = startsOf(counts);
  const documents = new Uint32Array(forward.entries.length);
  const frequencies = new Uint16Array(forward.entries.length);
  const next = starts.slice();
  for (let document = 0; document + 1 < forward.starts.length; document += 1) {
    const end = forward.starts[document + 1] ?? 0;
    for (let at = forward.starts[document] ?? 0; at < end; at += 1) {
      const entry = forward.entries[at] ?? 0;
      const list = (entry >>> 2) * 3 + (entry & 3);
      const place = next[list] ?? 0;
      documents[place] = document;
      frequencies[place] = forward.frequencies[at] ?? 1;
      next[list] = place + 1;
    }
  }
  return { starts, counts, documents, frequencies };
}
