import { ByteWriter } from '../format/byte-buffer.js';
import {
  BLOCK_SIZE,
  FIELD_COUNT,
  HEAD_COUNT_ESCAPE,
  ENTRY_STRIDE,
  FREQUENCY_SHIFT,
  LAST_BLOCK,
} from './postings-format.js';
import { packPfor } from '../format/bit-packing.js';

/** The posting lists of all terms before they are written. */
export interface ListSource extends PostingsToWrite {
  /**
   * The start of the list of (term, field) in `documents` and `frequencies`, at `term * 3 + field`, and one further
   * element with the end.
   */
  readonly starts: Uint32Array;
  /** The number of postings of (term, field), at `term * 3 + field`. */
  readonly counts: Uint32Array;
}

/** The sections with the entry of each term, which locates its lists and contains the short ones. */
export interface EntrySections {
  readonly entrySizes: Uint8Array;
  readonly entryHeads: Uint8Array;
  readonly entryGaps: Uint8Array;
  readonly entryRests: Uint8Array;
}

/** Writes the posting lists of all terms: long ones as blocks, short ones inline in the entries. */
export class PostingsWriter {
  readonly #blocks = new BlockWriter();
  readonly #sizes = new ByteWriter(1 << 12);
  readonly #streams = [new ByteWriter(1 << 16), new ByteWriter(1 << 16), new ByteWriter(1 << 14)] as const;

  /** Writes the lists of `terms` terms. */
  write(terms: number, source: ListSource): EntrySections & BlockSections {
    const [heads, gaps, rests] = this.#streams;
    for (let from = 0; from < terms; from += ENTRY_STRIDE) {
      const before = this.#streams.map(({ length }) => length);
      for (let term = from; term < Math.min(terms, from + ENTRY_STRIDE); term += 1) this.#term(source, term);
      for (const [at, { length }] of this.#streams.entries()) this.#sizes.varint(length - (before[at] ?? 0));
    }
    return {
      entrySizes: this.#sizes.finish(),
      entryHeads: heads.finish(),
      entryGaps: gaps.finish(),
      entryRests: rests.finish(),
      ...this.#blocks.finish(),
    };
  }

  #term({ starts, counts, documents, frequencies }: ListSource, term: number): void {
    const [heads] = this.#streams;
    const first = term * FIELD_COUNT;
    const inField = [0, 1, 2].filter((field) => (counts[first + field] ?? 0) > 0);
    const fields = inField.reduce((bits, field) => bits | (1 << field), 0);
    for (const [at, field] of inField.entries()) {
      const count = counts[first + field] ?? 0;
      const start = starts[first + field] ?? 0;
      if (at > 0) {
        heads.varint(count);
      } else {
        heads.u8(fields | (Math.min(count, HEAD_COUNT_ESCAPE) << FIELD_COUNT));
        if (count >= HEAD_COUNT_ESCAPE) heads.varint(count - HEAD_COUNT_ESCAPE);
      }
      if (count < BLOCK_SIZE) this.#short({ documents, frequencies }, start, count);
      else this.#long({ documents, frequencies }, start, count);
    }
    if (fields === 0) heads.u8(0);
  }

  #long(source: PostingsToWrite, start: number, count: number): void {
    this.#streams[0].varint(this.#blocks.count);
    for (let from = 0; from < count; from += BLOCK_SIZE) {
      const last = from === 0 ? -1 : (source.documents[start + from - 1] ?? 0);
      const ends = from + BLOCK_SIZE >= count;
      const size = Math.min(BLOCK_SIZE, count - from);
      this.#blocks.write(source, { start: start + from, count: size, last, ends });
    }
  }

  /** Most frequencies are 1, so a bit in each gap says whether a frequency is stored. */
  #short({ documents, frequencies }: PostingsToWrite, start: number, count: number): void {
    const [, gaps, rests] = this.#streams;
    let before = -1;
    for (let at = start; at < start + count; at += 1) {
      const document = documents[at] ?? 0;
      const frequency = frequencies[at] ?? 1;
      gaps.varint((document - before - 1) * 2 + (frequency > 1 ? 1 : 0));
      if (frequency > 1) rests.varint(frequency - 2);
      before = document;
    }
  }
}

/** Ascending documents with their term frequencies, from 1. */
export interface PostingsToWrite {
  readonly documents: Uint32Array;
  readonly frequencies: Uint32Array | Uint16Array;
}

/** A range of at most `BLOCK_SIZE` consecutive postings. */
export interface BlockRange {
  readonly start: number;
  readonly count: number;
  /** The document of the preceding posting; -1 if there is none. */
  readonly last: number;
  /** Whether the range ends its list. */
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
 * Writes the blocks of long lists and the skip table. Gaps, frequencies and exceptions are separate streams, which
 * compress better than mixed ones.
 */
class BlockWriter {
  readonly #heads = new ByteWriter(1 << 12);
  readonly #lasts = new ByteWriter(1 << 12);
  readonly #exceptionSizes = new ByteWriter(1 << 12);
  readonly #gaps = new ByteWriter(1 << 16);
  readonly #frequencies = new ByteWriter(1 << 16);
  readonly #exceptions = new ByteWriter(1 << 16);
  readonly #numbers = new Uint32Array(BLOCK_SIZE);
  /** The number of blocks written. */
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
    // The distance is at least the number of postings, so that is subtracted.
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
