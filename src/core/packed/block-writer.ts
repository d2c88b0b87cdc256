import { ByteWriter } from './bytes.js';
import { uint32Bytes } from './layout.js';
import { packNumbers } from './numbers.js';
import { BLOCK, lengthToByte, PADDING } from './postings-layout.js';

/** Documents in ascending order, with their term frequencies from 1. */
export interface Postings {
  readonly documents: Uint32Array;
  readonly frequencies: Uint32Array | Uint16Array;
}

/** Some postings that stand one after another: at most `BLOCK` of them. */
export interface BlockPlace {
  readonly start: number;
  readonly count: number;
  /** The document of the posting before; -1 where there is none. */
  readonly last: number;
}

/** Of one field, a lower bound of every document's length. */
export type FieldLengths = Uint8Array | Uint16Array | Uint32Array;

/** Writes the blocks of long lists, one after another, with what lets a search step over them. */
export class BlockWriter {
  readonly #blocks = new ByteWriter(1 << 16);
  readonly #last: number[] = [];
  readonly #sizes = new ByteWriter(1 << 12);
  readonly #impact = new ByteWriter(1 << 12);
  readonly #gaps = new Uint32Array(BLOCK);
  readonly #rests = new Uint32Array(BLOCK);

  /** Blocks so far. */
  get count(): number {
    return this.#last.length;
  }

  /**
   * The gaps between documents, less one each, and the frequencies less one. Valid until the next call.
   */
  split(
    { documents, frequencies }: Postings,
    { start, count, last }: BlockPlace,
  ): { gaps: Uint32Array; rests: Uint32Array } {
    const gaps = this.#gaps;
    const rests = this.#rests;
    let before = last;
    for (let at = 0; at < count; at += 1) {
      const document = documents[start + at] ?? 0;
      gaps[at] = document - before - 1;
      rests[at] = (frequencies[start + at] ?? 1) - 1;
      before = document;
    }
    return { gaps, rests };
  }

  /** Writes a block; `lengths` are those of its field. */
  write(postings: Postings, place: BlockPlace, lengths: FieldLengths | undefined): void {
    const { start, count } = place;
    const { gaps, rests } = this.split(postings, place);
    let highest = 0;
    let shortest = 0xffffffff;
    for (let at = 0; at < count; at += 1) {
      highest = Math.max(highest, (rests[at] ?? 0) + 1);
      shortest = Math.min(shortest, lengths?.[postings.documents[start + at] ?? 0] ?? 0);
    }
    this.#last.push(postings.documents[start + count - 1] ?? 0);
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
