import { ByteReader } from './bytes.js';
import { readStarts } from './columns.js';
import { asUint32 } from './layout.js';
import { skipNumbers, unpackNumbers } from './numbers.js';
import { BLOCK, byteToLength, END, FIELD_COUNT, ONCE, PACKED_FROM, STRIDE } from './postings-layout.js';
import { gather, type Residence } from './residence.js';

const WITH_TERM = -1;
const ONCE_ONLY = -2;
const MADE = -3;

/** Where the postings of one (term, field) lie. */
export interface PostingList {
  /** Documents. */
  readonly count: number;
  /** 1 for a list written with its term. */
  readonly blocks: number;
  /**
   * First entry in the skip table; -1 for a list written with its term, -2 for one document without a frequency, -3 for one
   * that `madeList` made.
   */
  readonly skip: number;
  /** Byte in the entries, for a list written with its term. */
  readonly at: number;
  readonly entries: Uint8Array;
}

export interface FieldList {
  readonly field: number;
  readonly list: PostingList;
}

/** The lists of one term, by field; null where the field has none. */
export type TermLists = readonly (PostingList | null)[];

export interface PostingSections {
  readonly skipLast: Uint8Array;
  readonly blockSizes: Uint8Array;
  readonly skipImpact: Uint8Array;
  readonly postings: Uint8Array;
  readonly wordEntries: Uint8Array;
}

/** The skip table as it is searched: for each block its last document, where it begins, and what it can score. */
export interface SkipTable {
  readonly last: Uint32Array;
  readonly offset: Uint32Array;
  readonly impact: Uint8Array;
}

export function skipTableOf({ skipLast, blockSizes, skipImpact }: PostingSections): SkipTable {
  const last = asUint32(skipLast);
  return { last, offset: readStarts(blockSizes, last.length), impact: skipImpact };
}

/** A list that no index holds: `documents`, ascending, with their frequencies; its entries are pairs of `u32`. */
export function madeList(documents: readonly number[], frequencies: readonly number[]): PostingList {
  const pairs = new Uint32Array(documents.length * 2);
  for (const [at, document] of documents.entries()) {
    pairs[at * 2] = document;
    pairs[at * 2 + 1] = frequencies[at] ?? 1;
  }
  const count = documents.length;
  return {
    count,
    blocks: Math.ceil(count / BLOCK),
    skip: MADE,
    at: 0,
    entries: new Uint8Array(pairs.buffer),
  };
}

function loadMade({ entries, count }: PostingList, block: number, into: Decoded): number {
  const pairs = asUint32(entries);
  const first = block * BLOCK;
  const size = Math.min(BLOCK, count - first);
  for (let at = 0; at < size; at += 1) {
    into.documents[at] = pairs[(first + at) * 2] ?? 0;
    into.frequencies[at] = pairs[(first + at) * 2 + 1] ?? 1;
  }
  return size;
}

function lastMade({ entries, count }: PostingList, block: number): number {
  return asUint32(entries)[(Math.min(count, (block + 1) * BLOCK) - 1) * 2] ?? END;
}

/** Where a block is decoded to: at least `BLOCK` numbers each. */
interface Decoded {
  readonly documents: Int32Array;
  readonly frequencies: Int32Array;
}

/** Reads lists block by block. One reader serves one search at a time. */
export class PostingsReader {
  /** The documents of the block loaded last without saying where to, ascending. */
  readonly documents = new Int32Array(BLOCK);
  /** Their term frequencies, from 1. */
  readonly frequencies = new Int32Array(BLOCK);
  readonly #last: Uint32Array;
  readonly #offset: Uint32Array;
  readonly #impact: Uint8Array;
  readonly #view: DataView;

  readonly #entries: DataView;

  constructor(
    sections: Pick<PostingSections, 'postings' | 'wordEntries'>,
    { last, offset, impact }: SkipTable,
    private readonly residence?: Residence,
  ) {
    this.#last = last;
    this.#offset = offset;
    this.#impact = impact;
    const { buffer, byteOffset, byteLength } = sections.postings;
    this.#view = new DataView(buffer, byteOffset, byteLength);
    const entries = sections.wordEntries;
    this.#entries = new DataView(entries.buffer, entries.byteOffset, entries.byteLength);
  }

  /** Decodes block `block` of a list; returns how many postings it has. */
  load(list: PostingList, block: number, into: Decoded = this): number {
    if (list.skip < 0) return list.skip === MADE ? loadMade(list, block, into) : this.#loadShort(list, into);
    const skip = list.skip + block;
    this.residence?.need(skip - (block === 0 ? 0 : 1), skip + 1);
    const count = block === list.blocks - 1 ? list.count - block * BLOCK : BLOCK;
    const last = block === 0 ? -1 : (this.#last[skip - 1] ?? 0);
    return loadPacked(this.#view, { at: this.#offset[skip] ?? 0, count, last }, into);
  }

  #loadShort(list: PostingList, into: Decoded): number {
    const { documents, frequencies } = into;
    const reader = new ByteReader(list.entries, list.at);
    if (list.count === 1) {
      documents[0] = reader.varint();
      frequencies[0] = list.skip === ONCE_ONLY ? 1 : reader.varint();
      return 1;
    }
    if (list.count >= PACKED_FROM)
      return loadPacked(this.#entries, { at: list.at, count: list.count, last: -1 }, into);
    let document = -1;
    for (let index = 0; index < list.count; index += 1) {
      const head = reader.varint();
      document += (head >>> 1) + 1;
      documents[index] = document;
      frequencies[index] = head & 1 ? reader.varint() + 2 : 1;
    }
    return list.count;
  }

  /** Throws `PiecesMissing` unless every block of these lists can be read. */
  need(lists: readonly PostingList[]): void {
    const { residence } = this;
    if (residence === undefined) return;
    gather(
      lists.filter(({ skip }) => skip >= 0),
      ({ skip, blocks }) => residence.need(skip, skip + blocks),
    );
  }

  /** The last document of a block. */
  last(list: PostingList, block: number): number {
    if (list.skip < 0) return list.skip === MADE ? lastMade(list, block) : END;
    return this.#last[list.skip + block] ?? 0;
  }

  /** The highest term frequency in a block (255 stands for any higher one) and its shortest length. */
  impact(list: PostingList, block: number): [frequency: number, length: number] {
    if (list.skip < 0) return [255, 0];
    const at = (list.skip + block) * 2;
    return [this.#impact[at] ?? 255, byteToLength(this.#impact[at + 1] ?? 0)];
  }
}

interface PackedBlock {
  readonly at: number;
  readonly count: number;
  /** The document before the first. */
  readonly last: number;
}

function loadPacked(view: DataView, { at, count, last }: PackedBlock, into: Decoded): number {
  const { documents, frequencies } = into;
  const rests = unpackNumbers(view, at, documents, { count, more: 1 });
  let document = last;
  for (let index = 0; index < count; index += 1) {
    document += documents[index] ?? 0;
    documents[index] = document;
  }
  unpackNumbers(view, rests, frequencies, { count, more: 1 });
  return count;
}

/** Steps over the postings of a list that is written with its term. */
export function skipShort(reader: ByteReader, count: number): void {
  if (count >= PACKED_FROM) {
    skipNumbers(reader, count);
    skipNumbers(reader, count);
  } else {
    for (let left = count; left > 0; left -= 1) if (reader.varint() & 1) reader.varint();
  }
}

/**
 * Steps over the entry of a term; returns the documents of its longest list. Varints that are stepped over are so by hand: a first
 * query steps over some ten thousand entries before the machine has compiled anything.
 */
function skipEntry(reader: ByteReader): number {
  const { bytes } = reader;
  let at = reader.at;
  const head = bytes[at++] ?? 0;
  if (head & ONCE) {
    while ((bytes[at++] ?? 0) >= 0x80);
    reader.at = at;
    return 1;
  }
  let longest = 0;
  for (let field = 1; field < ONCE; field <<= 1) {
    if (!(head & field)) continue;
    let count = bytes[at++] ?? 0;
    if (count >= 0x80) {
      reader.at = at - 1;
      count = reader.varint();
      at = reader.at;
    }
    if (count > longest) longest = count;
    if (count >= BLOCK) {
      while ((bytes[at++] ?? 0) >= 0x80);
    } else if (count === 1) {
      while ((bytes[at++] ?? 0) >= 0x80);
      while ((bytes[at++] ?? 0) >= 0x80);
    } else {
      reader.at = at;
      skipShort(reader, count);
      at = reader.at;
    }
  }
  reader.at = at;
  return longest;
}

/** Finds the lists of a term by its number. */
export class PostingsDirectory {
  readonly #starts: Uint32Array;

  constructor(
    blocks: Uint8Array,
    private readonly entries: Uint8Array,
    private readonly residence?: Residence,
  ) {
    this.#starts = asUint32(blocks);
  }

  /** Calls back with each term from `from` to `to` and the documents of its longest list. */
  eachCount(from: number, to: number, visit: (term: number, documents: number) => void): void {
    this.need(from, to);
    const reader = this.#entry(from);
    for (let term = from; term < to; term += 1) visit(term, skipEntry(reader));
  }

  /** The lists of a term. */
  lists(term: number): TermLists {
    this.need(term, term + 1);
    const reader = this.#entry(term);
    const head = reader.u8();
    const lists: (PostingList | null)[] = [null, null, null];
    for (let field = 0; field < FIELD_COUNT; field += 1) {
      if (head & (1 << field)) lists[field] = head & ONCE ? this.#once(reader) : this.#list(reader);
    }
    return lists;
  }

  /** Throws `PiecesMissing` unless the entries of the terms from `from` to `to`, exclusive, can be read. */
  need(from: number, to: number): void {
    if (from < to) this.residence?.need(Math.floor(from / STRIDE), Math.ceil(to / STRIDE));
  }

  #entry(term: number): ByteReader {
    const reader = new ByteReader(this.entries, this.#starts[Math.floor(term / STRIDE)] ?? 0);
    for (let skipped = term % STRIDE; skipped > 0; skipped -= 1) skipEntry(reader);
    return reader;
  }

  #once(reader: ByteReader): PostingList {
    return { count: 1, blocks: 1, skip: ONCE_ONLY, at: reader.at, entries: this.entries };
  }

  #list(reader: ByteReader): PostingList {
    const count = reader.varint();
    const { entries } = this;
    if (count >= BLOCK) {
      return { count, blocks: Math.ceil(count / BLOCK), skip: reader.varint(), at: 0, entries };
    }
    if (count === 1) {
      const at = reader.at;
      reader.varint();
      reader.varint();
      return { count, blocks: 1, skip: WITH_TERM, at, entries };
    }
    const at = reader.at;
    skipShort(reader, count);
    return { count, blocks: 1, skip: WITH_TERM, at, entries };
  }
}
