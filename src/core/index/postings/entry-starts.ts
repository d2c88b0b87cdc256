import { ByteReader } from '../format/byte-buffer.js';
import { ENTRY_STRIDE } from './postings-format.js';

/** Where the entries of every `STRIDE`th term begin in each of their streams. */
export interface EntryStarts {
  readonly heads: Uint32Array;
  readonly gaps: Uint32Array;
  readonly rests: Uint32Array;
}

/** Reads where entries begin. */
export function readEntryStarts(entrySizes: Uint8Array, terms: number): EntryStarts {
  // A term takes a byte at least, its stride three: a damaged number makes no absurd arrays.
  const count = Math.min(Math.ceil(terms / ENTRY_STRIDE), entrySizes.length);
  const reader = new ByteReader(entrySizes);
  const starts = emptyEntryStarts(count);
  let [heads, gaps, rests] = [0, 0, 0];
  for (let stride = 0; stride < count; stride += 1) {
    starts.heads[stride] = heads;
    starts.gaps[stride] = gaps;
    starts.rests[stride] = rests;
    heads += reader.varint();
    gaps += reader.varint();
    rests += reader.varint();
  }
  return starts;
}

export function emptyEntryStarts(count: number): EntryStarts {
  return { heads: new Uint32Array(count), gaps: new Uint32Array(count), rests: new Uint32Array(count) };
}
