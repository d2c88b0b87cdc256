import { ByteReader, ByteWriter } from './bytes.js';
import { readStarts } from './columns.js';
import { asUint32, uint32Bytes } from './layout.js';

/** Postings of one block; a list that is shorter is written with its term, byte by byte. */
export const BLOCK = 128;
/** Terms between two starting points in the directory of lists. */
const STRIDE = 16;
/** Postings from which a list that is written with its term is packed by bits. */
const PACKED_FROM = 5;
export const FIELD_COUNT = 3;
/** Unpacking reads four bytes at a time, past the end of the last numbers. */
const PADDING = 8;
/** In an entry's head: the term stands once, in one document. */
const ONCE = 1 << FIELD_COUNT;

/** The lists of one term while they are written: documents in ascending order, with term frequencies from 1. */
export interface ListSource {
  /** Where the list of (term, field) begins in `documents` and `frequencies`: index `term * 3 + field`; one more at the end. */
  readonly starts: Uint32Array;
  /** How many postings (term, field) has. */
  readonly counts: Uint32Array;
  readonly documents: Uint32Array;
  readonly frequencies: Uint32Array | Uint16Array;
}

/** Of each field, a lower bound of every document's length. */
export type Lengths = readonly (Uint8Array | Uint16Array | Uint32Array)[];

/**
 * A length as one byte, rounded down: exact to 15, then sixteen steps a doubling. With the highest frequency of a block it
 * bounds what the block can score, whatever the ranking's parameters.
 */
export function lengthToByte(length: number): number {
  if (length < 16) return length;
  const exponent = 31 - Math.clz32(length);
  const byte = (exponent - 3) * 16 + ((length >>> (exponent - 4)) & 15);
  return Math.min(byte, 255);
}

/** The least length that has this byte. */
export function byteToLength(byte: number): number {
  if (byte < 16) return byte;
  return (16 + (byte & 15)) * 2 ** ((byte >>> 4) - 1);
}

/** Writes the lists of all terms: the long ones as a run of blocks, the short ones with their terms. */
export class PostingsWriter {
  readonly #blocks = new ByteWriter(1 << 16);
  readonly #last: number[] = [];
  readonly #sizes = new ByteWriter(1 << 12);
  readonly #impact = new ByteWriter(1 << 12);
  readonly #gaps = new Uint32Array(BLOCK);
  readonly #rests = new Uint32Array(BLOCK);

  constructor(private readonly lengths: Lengths) {}

  /** Writes the lists of `terms` terms and returns their directory. */
  directory(terms: number, source: ListSource): { blocks: Uint8Array; entries: Uint8Array } {
    const starts: number[] = [];
    const entries = new ByteWriter(1 << 16);
    for (let term = 0; term < terms; term += 1) {
      if (term % STRIDE === 0) starts.push(entries.length);
      let head = 0;
      for (let field = 0; field < FIELD_COUNT; field += 1) {
        if ((source.counts[term * FIELD_COUNT + field] ?? 0) > 0) head |= 1 << field;
      }
      const once = this.#onlyDocument(source, term);
      if (once >= 0) {
        entries.u8(head | ONCE);
        entries.varint(once);
        continue;
      }
      entries.u8(head);
      for (let field = 0; field < FIELD_COUNT; field += 1) {
        if (head & (1 << field)) this.#list(entries, source, term * FIELD_COUNT + field, field);
      }
    }
    for (let pad = 0; pad < PADDING; pad += 1) entries.u8(0);
    return { blocks: uint32Bytes(starts), entries: entries.finish() };
  }

  /** The document of a term that stands once, in one document; else -1. */
  #onlyDocument(source: ListSource, term: number): number {
    let only = -1;
    for (let list = term * FIELD_COUNT; list < (term + 1) * FIELD_COUNT; list += 1) {
      const count = source.counts[list] ?? 0;
      if (count === 0) continue;
      const at = source.starts[list] ?? 0;
      if (count > 1 || only >= 0 || (source.frequencies[at] ?? 0) > 1) return -1;
      only = source.documents[at] ?? 0;
    }
    return only;
  }

  #list(entries: ByteWriter, source: ListSource, list: number, field: number): void {
    const start = source.starts[list] ?? 0;
    const count = source.counts[list] ?? 0;
    entries.varint(count);
    if (count === 1) {
      entries.varint(source.documents[start] ?? 0);
      entries.varint(source.frequencies[start] ?? 0);
    } else if (count < BLOCK) {
      this.#short(entries, source, start, count);
    } else {
      entries.varint(this.#last.length);
      for (let from = 0; from < count; from += BLOCK) {
        this.#block(source, start + from, Math.min(BLOCK, count - from), { first: from === 0, field });
      }
    }
  }

  #short(entries: ByteWriter, source: ListSource, start: number, count: number): void {
    const { gaps, rests } = this.#split(source, start, count, -1);
    if (count >= PACKED_FROM) {
      packNumbers(entries, gaps, count);
      packNumbers(entries, rests, count);
    } else {
      for (let at = 0; at < count; at += 1) {
        const rest = rests[at] ?? 0;
        entries.varint((gaps[at] ?? 0) * 2 + (rest > 0 ? 1 : 0));
        if (rest > 0) entries.varint(rest - 1);
      }
    }
  }

  /** The gaps between documents, less one each, and the frequencies less one. */
  #split(
    source: ListSource,
    start: number,
    count: number,
    last: number,
  ): { gaps: Uint32Array; rests: Uint32Array } {
    const gaps = this.#gaps;
    const rests = this.#rests;
    let before = last;
    for (let at = 0; at < count; at += 1) {
      const document = source.documents[start + at] ?? 0;
      gaps[at] = document - before - 1;
      rests[at] = (source.frequencies[start + at] ?? 1) - 1;
      before = document;
    }
    return { gaps, rests };
  }

  #block(source: ListSource, start: number, count: number, place: { first: boolean; field: number }): void {
    const last = place.first ? -1 : (source.documents[start - 1] ?? 0);
    const { gaps, rests } = this.#split(source, start, count, last);
    let highest = 0;
    let shortest = 0xffffffff;
    for (let at = 0; at < count; at += 1) {
      highest = Math.max(highest, (rests[at] ?? 0) + 1);
      shortest = Math.min(shortest, this.lengths[place.field]?.[source.documents[start + at] ?? 0] ?? 0);
    }
    this.#last.push(source.documents[start + count - 1] ?? 0);
    const begin = this.#blocks.length;
    this.#impact.u8(Math.min(highest, 255));
    this.#impact.u8(lengthToByte(shortest));
    packNumbers(this.#blocks, gaps, count);
    packNumbers(this.#blocks, rests, count);
    this.#sizes.varint(this.#blocks.length - begin);
  }

  finish(): { last: Uint8Array; sizes: Uint8Array; impact: Uint8Array; postings: Uint8Array } {
    for (let pad = 0; pad < PADDING; pad += 1) this.#blocks.u8(0);
    return {
      last: uint32Bytes(this.#last),
      sizes: this.#sizes.finish(),
      impact: this.#impact.finish(),
      postings: this.#blocks.finish(),
    };
  }
}

/** How many of `count` numbers need more than each width, in bits. */
const wider = new Uint32Array(33);

/**
 * Writes numbers with one width for most of them: `exceptions * 32 + width` as a varint, the low `width` bits of each, low bits first, up
 * to a whole byte, then for each number that needs more its place and its further bits. (Patched frame of reference, after
 * Zukowski et al., ICDE 2006.) The width is the one that makes the fewest bytes.
 */
function packNumbers(writer: ByteWriter, numbers: Uint32Array, count: number): void {
  wider.fill(0);
  let widest = 0;
  for (let at = 0; at < count; at += 1) {
    const bits = 32 - Math.clz32(numbers[at] ?? 0);
    wider[bits] = (wider[bits] ?? 0) + 1;
    if (bits > widest) widest = bits;
  }
  let width = widest;
  let least = Math.ceil((count * widest) / 8);
  let exceptions = 0;
  let above = 0;
  for (let bits = widest - 1; bits >= 0; bits -= 1) {
    above += wider[bits + 1] ?? 0;
    const size = Math.ceil((count * bits) / 8) + above * (widest - bits > 7 ? 3 : 2);
    if (size < least) [width, least, exceptions] = [bits, size, above];
  }
  writer.varint(exceptions * 32 + width);
  packBits(writer, numbers, count, width);
  if (exceptions === 0) return;
  for (let at = 0; at < count; at += 1) {
    const high = Math.floor((numbers[at] ?? 0) / 2 ** width);
    if (high === 0) continue;
    writer.u8(at);
    writer.varint(high);
  }
}

function packBits(writer: ByteWriter, numbers: Uint32Array, count: number, width: number): void {
  if (width === 0) return;
  const mask = 2 ** width - 1;
  const size = Math.ceil((count * width) / 8);
  const bytes = writer.reserve(size + 8);
  let at = writer.length;
  let held = 0;
  let bits = 0;
  for (let index = 0; index < count; index += 1) {
    // At most 7 bits are held and at most 25 come.
    held |= ((numbers[index] ?? 0) & mask) << bits;
    bits += width;
    while (bits >= 8) {
      bytes[at++] = held & 255;
      held >>>= 8;
      bits -= 8;
    }
  }
  if (bits > 0) bytes[at++] = held & 255;
  writer.advance(size);
}

const WITH_TERM = -1;
const ONCE_ONLY = -2;

/** Where the postings of one (term, field) lie. */
export interface PostingList {
  /** Documents. */
  readonly count: number;
  /** 1 for a list written with its term. */
  readonly blocks: number;
  /** First entry in the skip table; -1 for a list written with its term, -2 for one document without a frequency. */
  readonly skip: number;
  /** Byte in the entries, for a list written with its term. */
  readonly at: number;
  readonly entries: Uint8Array;
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

/** Reads lists block by block into `documents` and `frequencies`. One reader serves one search at a time. */
export class PostingsReader {
  /** The documents of the block loaded last, ascending. */
  readonly documents = new Uint32Array(BLOCK);
  /** Their term frequencies, from 1. */
  readonly frequencies = new Uint32Array(BLOCK);
  readonly #last: Uint32Array;
  readonly #offset: Uint32Array;
  readonly #impact: Uint8Array;
  readonly #view: DataView;

  readonly #entries: DataView;

  constructor(sections: PostingSections) {
    this.#last = asUint32(sections.skipLast);
    this.#offset = readStarts(sections.blockSizes, this.#last.length);
    this.#impact = sections.skipImpact;
    const { buffer, byteOffset, byteLength } = sections.postings;
    this.#view = new DataView(buffer, byteOffset, byteLength);
    const entries = sections.wordEntries;
    this.#entries = new DataView(entries.buffer, entries.byteOffset, entries.byteLength);
  }

  /** Loads block `block` of a list; returns how many postings it has. */
  load(list: PostingList, block: number): number {
    if (list.skip < 0) return this.#loadShort(list);
    const skip = list.skip + block;
    const count = block === list.blocks - 1 ? list.count - block * BLOCK : BLOCK;
    const last = block === 0 ? -1 : (this.#last[skip - 1] ?? 0);
    return this.#loadPacked(this.#view, this.#offset[skip] ?? 0, { count, last });
  }

  #loadPacked(view: DataView, start: number, { count, last }: { count: number; last: number }): number {
    const { documents, frequencies } = this;
    const at = unpack(view, start, documents, count);
    let document = last;
    for (let index = 0; index < count; index += 1) {
      document += (documents[index] ?? 0) + 1;
      documents[index] = document;
    }
    unpack(view, at, frequencies, count);
    for (let index = 0; index < count; index += 1) frequencies[index] = (frequencies[index] ?? 0) + 1;
    return count;
  }

  #loadShort(list: PostingList): number {
    const { documents, frequencies } = this;
    const reader = new ByteReader(list.entries, list.at);
    if (list.count === 1) {
      documents[0] = reader.varint();
      frequencies[0] = list.skip === ONCE_ONLY ? 1 : reader.varint();
      return 1;
    }
    if (list.count >= PACKED_FROM)
      return this.#loadPacked(this.#entries, list.at, { count: list.count, last: -1 });
    let document = -1;
    for (let index = 0; index < list.count; index += 1) {
      const head = reader.varint();
      document += (head >>> 1) + 1;
      documents[index] = document;
      frequencies[index] = head & 1 ? reader.varint() + 2 : 1;
    }
    return list.count;
  }

  /** The last document of a block. */
  last(list: PostingList, block: number): number {
    return list.skip < 0 ? 0xffffffff : (this.#last[list.skip + block] ?? 0);
  }

  /** The highest term frequency in a block (255 stands for any higher one) and its shortest length. */
  impact(list: PostingList, block: number): [frequency: number, length: number] {
    if (list.skip < 0) return [255, 0];
    const at = (list.skip + block) * 2;
    return [this.#impact[at] ?? 255, byteToLength(this.#impact[at + 1] ?? 0)];
  }
}

/** Reads what `packNumbers` wrote; returns where it ends. */
function unpack(view: DataView, start: number, numbers: Uint32Array, count: number): number {
  let at = start;
  let head = view.getUint8(at++);
  if (head >= 0x80) head = (head & 0x7f) | (view.getUint8(at++) << 7);
  const width = head & 31;
  if (width === 0) {
    numbers.fill(0, 0, count);
  } else {
    const mask = 0xffffffff >>> (32 - width);
    let bit = at * 8;
    for (let index = 0; index < count; index += 1) {
      numbers[index] = (view.getUint32(bit >>> 3, true) >>> (bit & 7)) & mask;
      bit += width;
    }
    at += Math.ceil((count * width) / 8);
  }
  for (let exceptions = head >>> 5; exceptions > 0; exceptions -= 1) {
    const index = view.getUint8(at++);
    let byte = view.getUint8(at++);
    let high = byte & 0x7f;
    for (let shift = 7; byte >= 0x80; shift += 7) {
      byte = view.getUint8(at++);
      high |= (byte & 0x7f) << shift;
    }
    numbers[index] = (numbers[index] ?? 0) + high * 2 ** width;
  }
  return at;
}

/** Steps over what `packNumbers` wrote. */
function skipNumbers(reader: ByteReader, count: number): void {
  const head = reader.varint();
  reader.at += Math.ceil((count * (head & 31)) / 8);
  for (let exceptions = head >>> 5; exceptions > 0; exceptions -= 1) {
    reader.at += 1;
    reader.varint();
  }
}

/** Steps over the postings of a list that is written with its term. */
function skipShort(reader: ByteReader, count: number): void {
  if (count >= PACKED_FROM) {
    skipNumbers(reader, count);
    skipNumbers(reader, count);
  } else {
    for (let left = count; left > 0; left -= 1) if (reader.varint() & 1) reader.varint();
  }
}

/** Steps over the entry of a term; returns the documents of its longest list. */
function skipEntry(reader: ByteReader): number {
  const head = reader.u8();
  if (head & ONCE) {
    reader.varint();
    return 1;
  }
  let longest = 0;
  for (let field = 0; field < FIELD_COUNT; field += 1) {
    if (!(head & (1 << field))) continue;
    const count = reader.varint();
    if (count > longest) longest = count;
    if (count >= BLOCK) {
      reader.varint();
    } else if (count === 1) {
      reader.varint();
      reader.varint();
    } else {
      skipShort(reader, count);
    }
  }
  return longest;
}

/** Finds the lists of a term by its number. */
export class PostingsDirectory {
  readonly #starts: Uint32Array;

  constructor(
    blocks: Uint8Array,
    private readonly entries: Uint8Array,
  ) {
    this.#starts = asUint32(blocks);
  }

  /** Calls back with each term from `from` to `to` and the documents of its longest list. */
  eachCount(from: number, to: number, visit: (term: number, documents: number) => void): void {
    const reader = this.#entry(from);
    for (let term = from; term < to; term += 1) visit(term, skipEntry(reader));
  }

  /** The lists of a term. */
  lists(term: number): TermLists {
    const reader = this.#entry(term);
    const head = reader.u8();
    const lists: (PostingList | null)[] = [null, null, null];
    for (let field = 0; field < FIELD_COUNT; field += 1) {
      if (head & (1 << field)) lists[field] = head & ONCE ? this.#once(reader) : this.#list(reader);
    }
    return lists;
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
