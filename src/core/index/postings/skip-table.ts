import type { BlockSections } from './postings-writer.js';
import { readNumbers } from '../format/columns.js';
import { BLOCK_SIZE, FREQUENCY_SHIFT, LAST_BLOCK, WIDTH_CODE, ENTRY_STRIDE } from './postings-format.js';
import { packedSize, widthOf } from '../format/bit-packing.js';
import { ByteReader } from '../format/byte-buffer.js';

/** The skip table as it is searched: for each block its last document, its head, and where its parts begin. */
export interface SkipTable {
  readonly last: Uint32Array;
  readonly heads: Uint8Array;
  readonly gaps: Uint32Array;
  readonly frequencies: Uint32Array;
  readonly exceptions: Uint32Array;
}

/** Reads the skip table of an index. */
export function readSkipTable({ blockHeads, blockLasts, exceptionSizes }: BlockSections): SkipTable {
  const blocks = countBlocks(blockHeads);
  const table = emptySkipTable(blocks);
  const lasts = readNumbers(blockLasts, blocks);
  const sizes = readNumbers(exceptionSizes, blocks);
  let last = -1;
  let [gaps, frequencies, exceptions] = [0, 0, 0];
  // Loops are by hand: they run over all blocks before the first answer.
  for (let block = 0, at = 0; block < blocks; block += 1) {
    const head = blockHeads[at++] ?? 0;
    const ends = (head & LAST_BLOCK) !== 0;
    const count = ends ? (blockHeads[at++] ?? 0) : BLOCK_SIZE;
    last += (lasts[block] ?? 0) + count;
    table.last[block] = last;
    table.heads[block] = head;
    table.gaps[block] = gaps;
    table.frequencies[block] = frequencies;
    table.exceptions[block] = exceptions;
    gaps += packedSize(count, widthOf(head & WIDTH_CODE));
    frequencies += packedSize(count, widthOf((head >>> FREQUENCY_SHIFT) & WIDTH_CODE));
    exceptions += sizes[block] ?? 0;
    if (ends) last = -1;
  }
  return table;
}

function countBlocks(blockHeads: Uint8Array): number {
  let blocks = 0;
  for (let at = 0; at < blockHeads.length; blocks += 1) at += ((blockHeads[at] ?? 0) & LAST_BLOCK) === 0 ? 1 : 2;
  return blocks;
}

export function emptySkipTable(blocks: number): SkipTable {
  return {
    last: new Uint32Array(blocks),
    heads: new Uint8Array(blocks),
    gaps: new Uint32Array(blocks),
    frequencies: new Uint32Array(blocks),
    exceptions: new Uint32Array(blocks),
  };
}

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
