import { ByteReader } from '../format/byte-buffer.js';
import { unpackPfor, widthOf, type PackedBytes } from '../format/bit-packing.js';
import {
  BLOCK_SIZE,
  NO_MORE_DOCS,
  FIELD_COUNT,
  FREQUENCY_SHIFT,
  HEAD_COUNT_ESCAPE,
  HEAD_FIELDS,
  ENTRY_STRIDE,
  WIDTH_CODE,
} from './postings-format.js';
import type { BlockSections } from './postings-writer.js';
import type { EntrySections } from './postings-writer.js';
import { mapCollectingMissing, type Availability } from '../format/availability.js';
import type { SkipTable, EntryStarts } from './skip-table.js';

const INLINE = -1;
const IN_MEMORY = -2;

/** The position of the postings of one (term, field). */
export interface PostingList {
  /** The number of documents. */
  readonly count: number;
  /** 1 for an inline list. */
  readonly blocks: number;
  /** Its first entry in the skip table; `INLINE` or `IN_MEMORY` for other lists. */
  readonly skip: number;
  /** For an inline list: its offsets in the gaps and rests of the entries. */
  readonly gaps: number;
  readonly rests: number;
  /** For an in-memory list: documents and frequencies alternately. */
  readonly pairs: Uint32Array;
}

export interface FieldPostings {
  readonly field: number;
  readonly list: PostingList;
}

/** The posting lists of one term by field; null if the term does not occur in the field. */
export type TermLists = readonly (PostingList | null)[];

const NO_PAIRS = new Uint32Array(0);

/** Creates a list that is not in the index: ascending `documents` with their frequencies. */
export function inMemoryList(documents: readonly number[], frequencies: readonly number[]): PostingList {
  const pairs = new Uint32Array(documents.length * 2);
  for (const [at, document] of documents.entries()) {
    pairs[at * 2] = document;
    pairs[at * 2 + 1] = frequencies[at] ?? 1;
  }
  const count = documents.length;
  return { count, blocks: Math.ceil(count / BLOCK_SIZE), skip: IN_MEMORY, gaps: 0, rests: 0, pairs };
}

function loadInMemory({ pairs, count }: PostingList, block: number, into: Decoded): number {
  const first = block * BLOCK_SIZE;
  const size = Math.min(BLOCK_SIZE, count - first);
  for (let at = 0; at < size; at += 1) {
    into.documents[at] = pairs[(first + at) * 2] ?? 0;
    into.frequencies[at] = pairs[(first + at) * 2 + 1] ?? 1;
  }
  return size;
}

function lastInMemory({ pairs, count }: PostingList, block: number): number {
  return pairs[(Math.min(count, (block + 1) * BLOCK_SIZE) - 1) * 2] ?? NO_MORE_DOCS;
}

/** Receives a decoded block: at least `BLOCK_SIZE` numbers each. */
interface Decoded {
  readonly documents: Int32Array;
  readonly frequencies: Int32Array;
}

/** The sections that postings are decoded from. */
export type PostingBytes = Pick<
  BlockSections & EntrySections,
  'gaps' | 'frequencies' | 'exceptions' | 'entryGaps' | 'entryRests'
>;

/** Decodes posting lists block by block. A reader must not be shared by concurrent searches. */
export class PostingsReader {
  /** The documents of the block decoded last, if no target was given, ascending. */
  readonly documents = new Int32Array(BLOCK_SIZE);
  /** The frequencies of these documents, from 1. */
  readonly frequencies = new Int32Array(BLOCK_SIZE);
  readonly #gaps: PackedBytes;
  readonly #frequencies: PackedBytes;
  readonly #entryGaps: Uint8Array;
  readonly #entryRests: Uint8Array;

  constructor(
    { gaps, frequencies, exceptions, entryGaps, entryRests }: PostingBytes,
    private readonly skips: SkipTable,
    private readonly availability?: Availability,
  ) {
    this.#gaps = { fields: gaps, exceptions };
    this.#frequencies = { fields: frequencies, exceptions };
    this.#entryGaps = entryGaps;
    this.#entryRests = entryRests;
  }

  /** Decodes one block of a list and returns its number of postings. */
  load(list: PostingList, block: number, into: Decoded = this): number {
    if (list.skip < 0) return list.skip === IN_MEMORY ? loadInMemory(list, block, into) : this.#loadShort(list, into);
    const skip = list.skip + block;
    this.availability?.require(skip - (block === 0 ? 0 : 1), skip + 1);
    const count = block === list.blocks - 1 ? list.count - block * BLOCK_SIZE : BLOCK_SIZE;
    const { skips } = this;
    const head = skips.heads[skip] ?? 0;
    const { documents, frequencies } = into;
    const rests = unpackPfor(
      this.#gaps,
      {
        at: skips.gaps[skip] ?? 0,
        exceptionsAt: skips.exceptions[skip] ?? 0,
        width: widthOf(head & WIDTH_CODE),
        count,
      },
      documents,
    );
    let document = block === 0 ? -1 : (skips.last[skip - 1] ?? 0);
    for (let index = 0; index < count; index += 1) {
      document += documents[index] ?? 0;
      documents[index] = document;
    }
    unpackPfor(
      this.#frequencies,
      {
        at: skips.frequencies[skip] ?? 0,
        exceptionsAt: rests,
        width: widthOf((head >>> FREQUENCY_SHIFT) & WIDTH_CODE),
        count,
      },
      frequencies,
    );
    return count;
  }

  #loadShort({ gaps, rests, count }: PostingList, { documents, frequencies }: Decoded): number {
    const entryGaps = this.#entryGaps;
    const entryRests = this.#entryRests;
    let from = gaps;
    let rest = rests;
    let document = -1;
    // `ByteReader.varint`, inlined: most lists are short.
    for (let index = 0; index < count; index += 1) {
      let byte = entryGaps[from++] ?? 0;
      let code = byte & 0x7f;
      for (let shift = 7; byte >= 0x80; shift += 7) {
        byte = entryGaps[from++] ?? 0;
        code |= (byte & 0x7f) << shift;
      }
      document += (code >>> 1) + 1;
      documents[index] = document;
      let frequency = 1;
      if (code & 1) {
        byte = entryRests[rest++] ?? 0;
        frequency = byte & 0x7f;
        for (let shift = 7; byte >= 0x80; shift += 7) {
          byte = entryRests[rest++] ?? 0;
          frequency |= (byte & 0x7f) << shift;
        }
        frequency += 2;
      }
      frequencies[index] = frequency;
    }
    return count;
  }

  /**
   * Checks that every block of these lists is loaded.
   *
   * @throws {MissingPiecesError} a block is not loaded
   */
  require(lists: readonly PostingList[]): void {
    const { availability } = this;
    if (availability === undefined) return;
    mapCollectingMissing(
      lists.filter(({ skip }) => skip >= 0),
      ({ skip, blocks }) => availability.require(skip, skip + blocks),
    );
  }

  /** The last document of a block. */
  last(list: PostingList, block: number): number {
    if (list.skip < 0) return list.skip === IN_MEMORY ? lastInMemory(list, block) : NO_MORE_DOCS;
    return this.skips.last[list.skip + block] ?? 0;
  }
}

/** Finds the lists of a term by its number. */
export class PostingsDirectory {
  readonly #heads: Uint8Array;
  readonly #gaps: Uint8Array;
  readonly #rests: Uint8Array;

  constructor(
    { entryHeads, entryGaps, entryRests }: Omit<EntrySections, 'entrySizes'>,
    private readonly starts: EntryStarts,
    private readonly availability?: Availability,
  ) {
    this.#heads = entryHeads;
    this.#gaps = entryGaps;
    this.#rests = entryRests;
  }

  /** Visits the terms from `from` to `to`, exclusive, each with the document count of its longest list. */
  eachCount(from: number, to: number, visit: (term: number, documents: number) => void): void {
    this.require(from, to);
    const { heads } = this.#walkTo(from);
    for (let term = from; term < to; term += 1) {
      // Entries that came in pieces do not follow one another everywhere.
      if (term % ENTRY_STRIDE === 0) heads.position = this.starts.heads[term / ENTRY_STRIDE] ?? 0;
      visit(term, longestList(heads));
    }
  }

  /** The posting lists of a term. */
  lists(term: number): TermLists {
    this.require(term, term + 1);
    const walk = this.#walkTo(term);
    const lists: (PostingList | null)[] = [null, null, null];
    const { heads } = walk;
    const head = heads.u8();
    const fields = head & HEAD_FIELDS;
    let count = fields === 0 ? 0 : firstCount(heads, head);
    for (let field = 0, left = fields; left !== 0; field += 1, left >>>= 1) {
      if ((left & 1) === 0) continue;
      if (count >= BLOCK_SIZE) {
        const blocks = Math.ceil(count / BLOCK_SIZE);
        lists[field] = { count, blocks, skip: heads.varint(), gaps: 0, rests: 0, pairs: NO_PAIRS };
      } else {
        this.#skipRests(walk);
        const { gaps, rests } = walk;
        lists[field] = { count, blocks: 1, skip: INLINE, gaps, rests, pairs: NO_PAIRS };
        if (left !== 1) this.#skipShort(walk, count);
      }
      if (left !== 1) count = heads.varint();
    }
    return lists;
  }

  /**
   * Checks that the entries of the terms from `from` to `to`, exclusive, are loaded.
   *
   * @throws {MissingPiecesError} an entry is not loaded
   */
  require(from: number, to: number): void {
    if (from < to) this.availability?.require(Math.floor(from / ENTRY_STRIDE), Math.ceil(to / ENTRY_STRIDE));
  }

  /** Skips to the entry of a term. */
  #walkTo(term: number): EntryWalk {
    const { starts } = this;
    const stride = Math.floor(term / ENTRY_STRIDE);
    const heads = new ByteReader(this.#heads, starts.heads[stride] ?? 0);
    const walk = { heads, gaps: starts.gaps[stride] ?? 0, rests: starts.rests[stride] ?? 0, flagged: 0 };
    for (let left = term % ENTRY_STRIDE; left > 0; left -= 1) {
      const head = heads.u8();
      const fields = head & HEAD_FIELDS;
      if (fields === 0) continue;
      this.#skipList(walk, firstCount(heads, head));
      // Clearing the lowest bit leaves one bit per further field.
      for (let rest = fields & (fields - 1); rest !== 0; rest &= rest - 1) this.#skipList(walk, heads.varint());
    }
    return walk;
  }

  #skipList(walk: EntryWalk, count: number): void {
    if (count >= BLOCK_SIZE) walk.heads.varint();
    else this.#skipShort(walk, count);
  }

  #skipShort(walk: EntryWalk, count: number): void {
    const entryGaps = this.#gaps;
    let { gaps, flagged } = walk;
    for (let left = count; left > 0; left -= 1) {
      let byte = entryGaps[gaps++] ?? 0;
      flagged += byte & 1;
      while (byte >= 0x80) byte = entryGaps[gaps++] ?? 0;
    }
    walk.gaps = gaps;
    walk.flagged = flagged;
  }

  /** Skips the rests of the lists that were skipped. */
  #skipRests(walk: EntryWalk): void {
    const rests = this.#rests;
    let at = walk.rests;
    for (let left = walk.flagged; left > 0; left -= 1) while ((rests[at++] ?? 0) >= 0x80);
    walk.rests = at;
    walk.flagged = 0;
  }
}

/** A position in the entry streams. */
interface EntryWalk {
  readonly heads: ByteReader;
  gaps: number;
  rests: number;
  /** The number of rests that belong to lists skipped since `rests` was updated. */
  flagged: number;
}

/** The document count of the first list of an entry, given its head. */
function firstCount(heads: ByteReader, head: number): number {
  const count = head >>> FIELD_COUNT;
  return count === HEAD_COUNT_ESCAPE ? count + heads.varint() : count;
}

/** Skips an entry and returns the document count of its longest list. */
function longestList(heads: ByteReader): number {
  const head = heads.u8();
  const fields = head & HEAD_FIELDS;
  if (fields === 0) return 0;
  let longest = firstCount(heads, head);
  if (longest >= BLOCK_SIZE) heads.varint();
  for (let rest = fields & (fields - 1); rest !== 0; rest &= rest - 1) {
    const count = heads.varint();
    if (count >= BLOCK_SIZE) heads.varint();
    if (count > longest) longest = count;
  }
  return longest;
}
