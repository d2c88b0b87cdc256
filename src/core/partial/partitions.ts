import { titleKey } from '../analysis/character-classes.js';
import type { ByteWriter } from '../index/format/byte-buffer.js';
import { readTitleOrder } from '../index/documents/title-index.js';
import { readSkipTable, readEntryStarts } from '../index/postings/skip-table.js';
import { decodeTerms } from '../index/terms/decode-terms.js';
import { writeDictionary } from '../index/terms/term-dictionary.js';
import { asUint32, type Sections } from '../index/format/container.js';
import { readStemGroups } from '../index/terms/stem-groups-section.js';
import type { PackedIndex } from '../index/index-reader.js';
import { lengthUnits, streamBytes, writeBlocks, writeLengths, writeStreams, type Blocks } from './piece-blocks.js';
import { documentRecordWriter, writeTitleRoots, writeTitles } from './document-records.js';
import { KEY_STRIDE } from './partial-document-store.js';
import type { PartName } from './lazy-directory.js';

/** Units of a piece, by part. */
export type PieceSizes = Readonly<Record<PartName, number>>;

/** How a part is cut into pieces. */
export interface Partition {
  readonly units: number;
  readonly bytes?: number;
  readonly more?: number;
  /** Writes the units from `from` to `to`, exclusive. */
  readonly write: (writer: ByteWriter, from: number, to: number) => void;
}

/** Returns how each part of an index is cut into pieces. */
export function partitions(index: PackedIndex, sections: Sections, perPiece: PieceSizes): Record<PartName, Partition> {
  const { documents, size } = index;
  const words = blocksOf(sections.wordBlocks, sections.wordBytes);
  const spelled = decodeTerms(index.meta.words, { blocks: sections.wordBlocks, bytes: sections.wordBytes });
  const groups = readStemGroups(sections.stemGroups, index.meta.stems, spelled);
  const keys = Array.from({ length: index.meta.stems }, (_, stem) => groups.keys.get(stem));
  const stemTerms = writeDictionary(keys);
  const stems = blocksOf(stemTerms.blocks, stemTerms.bytes);
  const members = blocksOf(groups.members.blocks, groups.members.bytes);
  const writeRecord = documentRecordWriter(documents);
  return {
    words: partitionOf(words),
    stems: {
      units: stems.starts.length,
      bytes: stems.bytes.length,
      more: members.bytes.length,
      write(writer, from, to) {
        writeBlocks(writer, stems, from, to);
        writeBlocks(writer, members, from, to);
      },
    },
    entries: entriesPartition(sections, index.meta.words),
    postings: postingsPartition(sections),
    lengths: {
      units: lengthUnits(size, perPiece.lengths),
      write(writer, from, to) {
        const padded = lengthUnits(size, perPiece.lengths) / 3;
        const field = Math.floor(from / padded);
        const [first, end] = [from - field * padded, Math.min(size, to - field * padded)];
        writeLengths(writer, index.totalTerms[field] ?? [], first, end);
      },
    },
    cards: {
      units: size,
      write(writer, from, to) {
        for (let document = from; document < to; document += 1) writeRecord(writer, document);
      },
    },
    ...titlePartitions(index, sections, perPiece.titles),
    keys: {
      units: 1,
      write(writer) {
        const step = perPiece.cards * KEY_STRIDE;
        writer.varint(Math.ceil(size / step));
        for (let document = 0; document < size; document += step) writer.text(documents.key(document));
      },
    },
    facets: { units: 1, bytes: sections.facets.length, write: (writer) => writer.bytes(sections.facets) },
    keywords: { units: 1, write: (writer) => writeKeywords(writer, index) },
  };
}

function blocksOf(starts: Uint8Array, bytes: Uint8Array): Blocks {
  return { starts: asUint32(starts), bytes };
}

function partitionOf(blocks: Blocks): Partition {
  return {
    units: blocks.starts.length,
    bytes: blocks.bytes.length,
    write: (writer, from, to) => writeBlocks(writer, blocks, from, to),
  };
}

function entriesPartition(sections: Sections, terms: number): Partition {
  const starts = readEntryStarts(sections.entrySizes, terms);
  const streams = [
    { starts: starts.heads, bytes: sections.entryHeads },
    { starts: starts.gaps, bytes: sections.entryGaps },
    { starts: starts.rests, bytes: sections.entryRests },
  ];
  return {
    units: starts.heads.length,
    bytes: streamBytes(streams),
    write: (writer, from, to) => writeStreams(writer, streams, from, to),
  };
}

/**
 * A piece begins with the last document of each block, as a signed distance from that of the preceding block, and the
 * block heads. The blocks of postings follow.
 */
function postingsPartition(sections: Sections): Partition {
  const { last, heads, gaps, frequencies, exceptions } = readSkipTable(sections);
  const streams = [
    { starts: gaps, bytes: sections.gaps },
    { starts: frequencies, bytes: sections.frequencies },
    { starts: exceptions, bytes: sections.exceptions },
  ];
  return {
    units: last.length,
    bytes: streamBytes(streams),
    write(writer, from, to) {
      let before = 0;
      for (let block = from; block < to; block += 1) {
        writer.zigzag((last[block] ?? 0) - before);
        before = last[block] ?? 0;
      }
      writer.bytes(heads.subarray(from, to));
      writeStreams(writer, streams, from, to);
    },
  };
}

function titlePartitions(
  { documents, size }: PackedIndex,
  { titleOrder }: Sections,
  perPiece: number,
): Record<'titles' | 'titleRoots', Partition> {
  const order = readTitleOrder(titleOrder, size);
  const titles = Array.from(order, (document) => ({
    document,
    key: titleKey(documents.title(document)),
  }));
  const roots = titles.filter((_, place) => place % perPiece === 0).map(({ key }) => key);
  return {
    titles: { units: size, write: (writer, from, to) => writeTitles(writer, titles.slice(from, to)) },
    titleRoots: { units: 1, write: (writer) => writeTitleRoots(writer, roots) },
  };
}

/** Writes all keywords, then the keyword numbers of each document in the form of `stored`. */
function writeKeywords(writer: ByteWriter, { documents, size }: PackedIndex): void {
  writer.varint(documents.keywordCount);
  for (let keyword = 0; keyword < documents.keywordCount; keyword += 1) writer.text(documents.keyword(keyword));
  for (let document = 0; document < size; document += 1) {
    const keywords: number[] = [];
    documents.eachKeyword(document, (keyword) => keywords.push(keyword));
    writer.varint(keywords.length);
    let expected = 0;
    for (const keyword of keywords) {
      writer.zigzag(keyword - expected);
      expected = keyword + 1;
    }
  }
}
