import { ByteWriter } from '../format/byte-buffer.js';
import { packPfor } from '../format/bit-packing.js';
import { BLOCK_SIZE, FREQUENCY_SHIFT, LAST_BLOCK } from './postings-format.js';

/** Documents in ascending order, with their term frequencies from 1. */
export interface PostingsToWrite {
  readonly documents: Uint32Array;
  readonly frequencies: Uint32Array | Uint16Array;
}

/** Some postings that stand one after another: at most `BLOCK` of them. */
export interface BlockRange {
  readonly start: number;
  readonly count: number;
  /** The document of the posting before; -1 where there is none. */
  readonly last: number;
  /** Whether the list ends with them. */
  readonly ends: boolean;
}

/** The sections that `BlockWriter` writes. */
export interface BlockSections {
  readonly blockHeads: Uint8Array;
  readonly blockLasts: Uint8Array;
  readonly exceptionSizes: Uint8Array;
  readonly gaps: Uint8Array;
  readonly frequencies: Uint8Array;
  readonly exceptions: Uint8Array;
}

/**
 * Writes the blocks of long lists, one after another, with what lets a search step over them. Gaps, frequencies and exceptions stand apart: each
 * compresses better among its like.
 */
export class BlockWriter {
  readonly #heads = new ByteWriter(1 << 12);
  readonly #lasts = new ByteWriter(1 << 12);
  readonly #exceptionSizes = new ByteWriter(1 << 12);
  readonly #gaps = new ByteWriter(1 << 16);
  readonly #frequencies = new ByteWriter(1 << 16);
  readonly #exceptions = new ByteWriter(1 << 16);
  readonly #numbers = new Uint32Array(BLOCK_SIZE);
  /** Blocks so far. */
  count = 0;

  write({ documents, frequencies }: PostingsToWrite, { start, count, last, ends }: BlockRange): void {
    const numbers = this.#numbers;
    const exceptions = this.#exceptions;
    const begin = exceptions.length;
    let before = last;
    for (let at = 0; at < count; at += 1) {
      const document = documents[start + at] ?? 0;
      numbers[at] = document - before - 1;
      before = document;
    }
    const gapCode = packPfor({ fields: this.#gaps, exceptions }, numbers, count);
    for (let at = 0; at < count; at += 1) numbers[at] = (frequencies[start + at] ?? 1) - 1;
    const frequencyCode = packPfor({ fields: this.#frequencies, exceptions }, numbers, count);
    this.#heads.u8(gapCode | (frequencyCode << FREQUENCY_SHIFT) | (ends ? LAST_BLOCK : 0));
    if (ends) this.#heads.u8(count);
    // As many documents stand there at least.
    this.#lasts.varint(before - last - count);
    this.#exceptionSizes.varint(exceptions.length - begin);
    this.count += 1;
  }

  finish(): BlockSections {
    return {
      blockHeads: this.#heads.finish(),
      blockLasts: this.#lasts.finish(),
      exceptionSizes: this.#exceptionSizes.finish(),
      gaps: this.#gaps.finish(),
      frequencies: this.#frequencies.finish(),
      exceptions: this.#exceptions.finish(),
    };
  }
}
