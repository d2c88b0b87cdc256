import { BlockWriter, type FieldLengths, type Postings } from './block-writer.js';
import { ByteWriter } from './bytes.js';
import { uint32Bytes } from './layout.js';
import { packNumbers } from './numbers.js';
import { BLOCK, FIELD_COUNT, ONCE, PACKED_FROM, PADDING, STRIDE } from './postings-layout.js';

/** The lists of one term while they are written: documents in ascending order, with term frequencies from 1. */
export interface ListSource extends Postings {
  /** Where the list of (term, field) begins in `documents` and `frequencies`: index `term * 3 + field`; one more at the end. */
  readonly starts: Uint32Array;
  /** How many postings (term, field) has. */
  readonly counts: Uint32Array;
}

/** Of each field, a lower bound of every document's length. */
export type Lengths = readonly FieldLengths[];

/** Writes the lists of all terms: the long ones as a run of blocks, the short ones with their terms. */
export class PostingsWriter {
  readonly blocks = new BlockWriter();
  readonly entries = new ByteWriter(1 << 16);
  readonly #starts: number[] = [];
  #terms = 0;

  constructor(readonly lengths: Lengths) {}

  /** Writes the lists of `terms` terms and returns their directory. */
  directory(terms: number, source: ListSource): { blocks: Uint8Array; entries: Uint8Array } {
    for (let term = 0; term < terms; term += 1) {
      this.begin();
      this.term(source, term);
    }
    return this.finishDirectory();
  }

  /** Notes where the entry of the next term begins. */
  begin(): void {
    if (this.#terms % STRIDE === 0) this.#starts.push(this.entries.length);
    this.#terms += 1;
  }

  /** Writes the entry of a term. */
  term(source: ListSource, term: number): void {
    const { entries } = this;
    let head = 0;
    for (let field = 0; field < FIELD_COUNT; field += 1) {
      if ((source.counts[term * FIELD_COUNT + field] ?? 0) > 0) head |= 1 << field;
    }
    const once = this.#onlyDocument(source, term);
    if (once >= 0) {
      entries.u8(head | ONCE);
      entries.varint(once);
      return;
    }
    entries.u8(head);
    for (let field = 0; field < FIELD_COUNT; field += 1) {
      if (head & (1 << field)) this.list(source, term * FIELD_COUNT + field, this.lengths[field]);
    }
  }

  finishDirectory(): { blocks: Uint8Array; entries: Uint8Array } {
    for (let pad = 0; pad < PADDING; pad += 1) this.entries.u8(0);
    return { blocks: uint32Bytes(this.#starts), entries: this.entries.finish() };
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

  /** Writes one list; `lengths` are those of its field. */
  list(source: ListSource, list: number, lengths: FieldLengths | undefined): void {
    const { entries, blocks } = this;
    const start = source.starts[list] ?? 0;
    const count = source.counts[list] ?? 0;
    entries.varint(count);
    if (count === 1) {
      entries.varint(source.documents[start] ?? 0);
      entries.varint(source.frequencies[start] ?? 0);
    } else if (count < BLOCK) {
      this.#short(source, start, count);
    } else {
      entries.varint(blocks.count);
      for (let from = 0; from < count; from += BLOCK) {
        const last = from === 0 ? -1 : (source.documents[start + from - 1] ?? 0);
        blocks.write(source, { start: start + from, count: Math.min(BLOCK, count - from), last }, lengths);
      }
    }
  }

  #short(source: ListSource, start: number, count: number): void {
    const { entries } = this;
    const { gaps, rests } = this.blocks.split(source, { start, count, last: -1 });
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

  finish(): { last: Uint8Array; sizes: Uint8Array; impact: Uint8Array; postings: Uint8Array } {
    return this.blocks.finish();
  }
}
