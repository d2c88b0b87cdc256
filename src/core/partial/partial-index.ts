import { ByteReader } from '../index/format/byte-buffer.js';
import { readMeta, type PackedIndex } from '../index/index-reader.js';
import { PostingBlock } from '../index/postings/postings-cursor.js';
import { PostingsDirectory, PostingsReader, type FieldPostings } from '../index/postings/postings-reader.js';
import { MissingPiecesError, type Availability } from '../index/format/availability.js';
import { emptySkipTable, type SkipTable, emptyEntryStarts } from '../index/postings/skip-table.js';
import { StemIndex } from '../index/terms/stem-groups.js';
import { TermDictionary, type DictionaryAvailability } from '../index/terms/term-dictionary.js';
import { decodeUtf8, type DecodeUtf8 } from '../index/documents/token-vocabulary.js';
import { lengthUnits, readBlocks, readLengths, readStreams, type Blocks, type SharedStreams } from './piece-blocks.js';
import { pieceDocuments } from './partial-document-store.js';
import {
  damagedPieceError,
  LAZY_FILE,
  PART_NAMES,
  pieceCount,
  type LazyHead,
  type PartName,
  locateByPieceKeys,
} from './lazy-directory.js';

/** If a query has this many postings in a field, request all lengths of the field at once, which saves a round trip. */
const ALL_LENGTHS_POSTINGS = 500;

/** The range of pieces of a part. */
interface PieceSpan {
  readonly first: number;
  readonly count: number;
  readonly units: number;
  readonly perPiece: number;
}

/**
 * An index that can be searched while its pieces arrive. Reading a piece that is not loaded throws
 * `MissingPiecesError`; pieces loaded before remain usable.
 */
export class PartialIndex {
  readonly index: PackedIndex;
  /** The number of loaded pieces. */
  count = 0;
  readonly #present: Uint8Array;
  readonly #spans: Readonly<Record<PartName, PieceSpan>>;
  readonly #words: Blocks;
  readonly #stems: Blocks;
  readonly #members: Blocks;
  readonly #entries: SharedStreams;
  readonly #postings: SharedStreams;
  readonly #skips: SkipTable;
  readonly #lengths: readonly Uint16Array[];
  /** Pieces that are decoded on access. */
  readonly #retained = new Map<number, Uint8Array>();
  readonly #block = new PostingBlock();

  /** @throws {AskdexError} index_damaged: the head is inconsistent */
  constructor(head: LazyHead, decode: DecodeUtf8 = decodeUtf8) {
    const meta = readMeta(head.meta);
    const size = meta.documents;
    const { parts } = head;
    if (parts.lengths.units !== lengthUnits(size, parts.lengths.perPiece) || parts.cards.units !== size)
      throw damagedPieceError(LAZY_FILE, `it has ${parts.cards.units} documents instead of ${size}`);
    this.#present = new Uint8Array(head.pieces.length);
    this.#spans = spansOf(head);
    this.#words = blocksOf(parts.words.units, parts.words.bytes);
    this.#stems = blocksOf(parts.stems.units, parts.stems.bytes);
    this.#members = blocksOf(parts.stems.units, parts.stems.more);
    const entryStarts = emptyEntryStarts(parts.entries.units);
    const { heads, gaps, rests } = entryStarts;
    this.#entries = { starts: [heads, gaps, rests], bytes: new Uint8Array(parts.entries.bytes) };
    this.#skips = emptySkipTable(parts.postings.units);
    this.#postings = {
      starts: [this.#skips.gaps, this.#skips.frequencies, this.#skips.exceptions],
      bytes: new Uint8Array(parts.postings.bytes),
    };
    this.#lengths = [0, 1, 2].map(() => new Uint16Array(size));
    const words = new TermDictionary(meta.words, sectionsOf(this.#words), this.#dictionary('words', head.roots.words));
    const stems = new TermDictionary(meta.stems, sectionsOf(this.#stems), this.#dictionary('stems', head.roots.stems));
    const entries = this.#entries.bytes;
    const postings = this.#postings.bytes;
    // The streams of a piece are stored one after another, so all of them are views of the same memory.
    const entryBytes = { entryHeads: entries, entryGaps: entries, entryRests: entries };
    const postingBytes = { gaps: postings, frequencies: postings, exceptions: postings, ...entryBytes };
    this.index = {
      ...{ meta, size, words, distinctTerms: [], totalTerms: this.#lengths, maxLengths: head.longest },
      stems: new StemIndex(stems, words, sectionsOf(this.#members), this.#availability('stems')),
      lists: new PostingsDirectory(entryBytes, entryStarts, this.#availability('entries')),
      postings: new PostingsReader(postingBytes, this.#skips, this.#availability('postings')),
      documents: pieceDocuments(
        {
          ...{ size, names: head.names, perPiece: parts.cards.perPiece },
          section: (part) => this.#whole(part),
          records: (document) => this.#unit('cards', document),
          titles: (piece) => this.#unit('titles', piece * parts.titles.perPiece),
          requireRecords: (from, to) => this.#availability('cards').require(from, to),
        },
        decode,
      ),
      needLists: (lists) => this.#needLists(lists),
    };
  }

  has(piece: number): boolean {
    return this.#present[piece] === 1;
  }

  /**
   * Adds a downloaded piece.
   *
   * @throws {AskdexError} index_damaged: the piece does not fit its part
   */
  addPiece(piece: number, bytes: Uint8Array): void {
    if (this.has(piece)) return;
    const name = PART_NAMES.find((part) => piece < this.#spans[part].first + this.#spans[part].count);
    if (name === undefined) return;
    const { first, perPiece, units } = this.#spans[name];
    const from = (piece - first) * perPiece;
    this.#put(name, piece, { bytes, from, to: Math.min(units, from + perPiece) });
    this.#present[piece] = 1;
    this.count += 1;
  }

  #put(name: PartName, piece: number, { bytes, from, to }: { bytes: Uint8Array; from: number; to: number }): void {
    const reader = new ByteReader(bytes);
    switch (name) {
      case 'words':
        return readBlocks(reader, this.#words, from, to);
      case 'stems':
        readBlocks(reader, this.#stems, from, to);
        return readBlocks(reader, this.#members, from, to);
      case 'entries':
        return readStreams(reader, this.#entries, from, to);
      case 'postings': {
        let last = 0;
        for (let block = from; block < to; block += 1) {
          last += reader.zigzag();
          this.#skips.last[block] = last;
        }
        for (let block = from; block < to; block += 1) this.#skips.heads[block] = reader.u8();
        return readStreams(reader, this.#postings, from, to);
      }
      case 'lengths':
        return this.#putLengths(reader, from, to);
      case 'cards':
      case 'titles':
      case 'titleRoots':
      case 'keys':
      case 'facets':
      case 'keywords':
        this.#retained.set(piece, bytes);
    }
  }

  #putLengths(reader: ByteReader, from: number, to: number): void {
    const padded = this.#spans.lengths.units / 3;
    const field = Math.floor(from / padded);
    const lengths = this.#lengths[field];
    if (lengths === undefined) return;
    readLengths(reader, lengths, from - field * padded, Math.min(lengths.length, to - field * padded));
  }

  #availability(part: PartName): Availability {
    return {
      require: (from, to) => {
        const missing = this.#missing(part, from, to);
        if (missing.size > 0) throw new MissingPiecesError(missing);
      },
    };
  }

  /** The missing pieces with the units from `from` to `to`, exclusive. Units beyond the last are ignored. */
  #missing(part: PartName, from: number, to: number): Set<number> {
    const { first, units, perPiece } = this.#spans[part];
    const missing = new Set<number>();
    const end = Math.min(to, units);
    for (let piece = Math.floor(from / perPiece); piece * perPiece < end; piece += 1)
      if (this.#present[first + piece] === 0) missing.add(first + piece);
    return missing;
  }

  #dictionary(part: 'words' | 'stems', roots: readonly string[]): DictionaryAvailability {
    return { ...this.#availability(part), blockRange: locateByPieceKeys(roots, this.#spans[part]) };
  }

  #needLists(lists: readonly FieldPostings[]): void {
    // A damaged list with more blocks than there are would never be complete.
    if (lists.some(({ list: { skip, blocks } }) => skip >= 0 && skip + blocks > this.#skips.last.length))
      throw damagedPieceError(LAZY_FILE, 'a posting list exceeds the postings');
    const missingLengths = [0, 1, 2].map((field) => this.#missingLengths(field));
    try {
      this.index.postings.require(lists.map(({ list }) => list));
    } catch (error) {
      if (!(error instanceof MissingPiecesError)) throw error;
      const neededLengths = missingLengths.filter((_, field) => postingsIn(lists, field) >= ALL_LENGTHS_POSTINGS);
      throw new MissingPiecesError(new Set([error.pieces, ...neededLengths].flatMap((pieces) => [...pieces])));
    }
    const wanted = new Set<number>();
    for (const { field, list } of lists) {
      const missing = missingLengths[field];
      if (missing !== undefined && missing.size > 0) this.#addLengths(wanted, { field, list, missing });
    }
    if (wanted.size > 0) throw new MissingPiecesError(wanted);
  }

  #missingLengths(field: number): Set<number> {
    const padded = this.#spans.lengths.units / 3;
    return this.#missing('lengths', field * padded, (field + 1) * padded);
  }

  /** Adds to `wanted` those pieces of `missing` that hold the lengths of the list's documents. */
  #addLengths(wanted: Set<number>, { field, list, missing }: FieldPostings & { missing: Set<number> }): void {
    const { first, units, perPiece } = this.#spans.lengths;
    const start = first + (field * units) / 3 / perPiece;
    for (let block = 0; block < list.blocks && wanted.size < this.#present.length; block += 1) {
      const size = this.index.postings.load(list, block, this.#block);
      for (let at = 0; at < size; at += 1) {
        const piece = start + Math.floor((this.#block.documents[at] ?? 0) / perPiece);
        if (missing.has(piece)) wanted.add(piece);
      }
    }
  }

  /** The bytes of a part that is one piece. */
  #whole(part: PartName): Uint8Array {
    return this.#unit(part, 0);
  }

  #unit(part: PartName, unit: number): Uint8Array {
    const { first, perPiece } = this.#spans[part];
    this.#availability(part).require(unit, unit + 1);
    return this.#retained.get(first + Math.floor(unit / perPiece)) ?? new Uint8Array(0);
  }
}

function postingsIn(lists: readonly FieldPostings[], searched: number): number {
  return lists.reduce((sum, { field, list }) => sum + (field === searched ? list.count : 0), 0);
}

function spansOf({ parts }: LazyHead): Record<PartName, PieceSpan> {
  let first = 0;
  const spans = PART_NAMES.map((name): [PartName, PieceSpan] => {
    const { units, perPiece } = parts[name];
    const span = { first, count: pieceCount(parts[name]), units, perPiece };
    first += span.count;
    return [name, span];
  });
  return Object.fromEntries(spans) as Record<PartName, PieceSpan>;
}

function blocksOf(units: number, bytes: number): Blocks {
  return { starts: new Uint32Array(units), bytes: new Uint8Array(bytes) };
}

/** The same memory in the form that dictionaries take. */
function sectionsOf({ starts, bytes }: Blocks): { blocks: Uint8Array; bytes: Uint8Array } {
  return { blocks: new Uint8Array(starts.buffer), bytes };
}
