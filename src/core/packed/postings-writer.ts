import { ByteWriter } from './bytes.js';
import { uint32Bytes } from './layout.js';
import { packNumbers } from './numbers.js';
import { BLOCK, FIELD_COUNT, lengthToByte, ONCE, PACKED_FROM, PADDING, STRIDE } from './postings-layout.js';

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
