import type { ByteReader, ByteWriter } from '../index/format/byte-buffer.js';
import { damagedPieceError, LAZY_FILE } from './lazy-directory.js';

/** A section divided into blocks: the offset of each block, and all bytes. */
export interface Blocks {
  readonly starts: Uint32Array;
  readonly bytes: Uint8Array;
}

function endOf({ starts, bytes }: Blocks, block: number): number {
  return starts[block + 1] ?? bytes.length;
}

/** Writes the blocks from `from` to `to`, exclusive: the offset of the first, the length of each, their bytes. */
export function writeBlocks(writer: ByteWriter, blocks: Blocks, from: number, to: number): void {
  const start = blocks.starts[from] ?? 0;
  writer.varint(start);
  for (let block = from; block < to; block += 1) writer.varint(endOf(blocks, block) - (blocks.starts[block] ?? 0));
  writer.bytes(blocks.bytes.subarray(start, to === from ? start : endOf(blocks, to - 1)));
}

/**
 * Reads blocks into their section.
 *
 * @throws {AskdexError} index_damaged: the blocks exceed their section
 */
export function readBlocks(reader: ByteReader, blocks: Blocks, from: number, to: number): void {
  const start = reader.varint();
  let end = start;
  for (let block = from; block < to; block += 1) {
    blocks.starts[block] = end;
    end += reader.varint();
  }
  if (end > blocks.bytes.length || end - start > reader.bytes.length - reader.position)
    throw damagedPieceError(LAZY_FILE, 'a piece exceeds its section');
  blocks.bytes.set(reader.bytes.subarray(reader.position, reader.position + end - start), start);
  reader.position += end - start;
}

/** Sections that are divided into blocks together. */
export type Streams = readonly Blocks[];

/** The total size of all streams in bytes. */
export function streamBytes(streams: Streams): number {
  return streams.reduce((sum, { bytes }) => sum + bytes.length, 0);
}

/**
 * Writes the blocks from `from` to `to`, exclusive, of several sections: the offset of the first if all sections share
 * one memory in this order, the length of each block, section by section, then their bytes.
 */
export function writeStreams(writer: ByteWriter, streams: Streams, from: number, to: number): void {
  const ends = (blocks: Blocks, block: number): number =>
    block < blocks.starts.length ? (blocks.starts[block] ?? 0) : blocks.bytes.length;
  writer.varint(streams.reduce((sum, blocks) => sum + ends(blocks, from), 0));
  for (const blocks of streams)
    for (let block = from; block < to; block += 1) writer.varint(ends(blocks, block + 1) - ends(blocks, block));
  for (const blocks of streams) writer.bytes(blocks.bytes.subarray(ends(blocks, from), ends(blocks, to)));
}

/** The offsets of the blocks of each section in the memory that the sections share. */
export interface SharedStreams {
  readonly starts: readonly Uint32Array[];
  readonly bytes: Uint8Array;
}

/**
 * Reads blocks into the memory that the sections share.
 *
 * @throws {AskdexError} index_damaged: the blocks exceed the memory
 */
export function readStreams(reader: ByteReader, shared: SharedStreams, from: number, to: number): void {
  const start = reader.varint();
  let end = start;
  for (const starts of shared.starts)
    for (let block = from; block < to; block += 1) {
      starts[block] = end;
      end += reader.varint();
    }
  if (end > shared.bytes.length || end - start > reader.bytes.length - reader.position)
    throw damagedPieceError(LAZY_FILE, 'a piece exceeds its section');
  shared.bytes.set(reader.bytes.subarray(reader.position, reader.position + end - start), start);
  reader.position += end - start;
}

/** Lengths are capped at this value, as in the ranking. */
export const MAX_LENGTH = 0xffff;

/**
 * Units of the part `lengths`. The lengths of each of the three fields fill whole pieces, so that fields are loaded
 * separately.
 */
export function lengthUnits(size: number, perPiece: number): number {
  return 3 * Math.ceil(size / perPiece) * perPiece;
}

/** Writes lengths of one field: the low bytes, then the high bytes if any is non-zero. */
export function writeLengths(writer: ByteWriter, lengths: ArrayLike<number>, from: number, to: number): void {
  const capped = Uint16Array.from({ length: Math.max(0, to - from) }, (_, at) =>
    Math.min(MAX_LENGTH, lengths[from + at] ?? 0),
  );
  const high = capped.some((length) => length > 255);
  writer.u8(high ? 1 : 0);
  writer.bytes(Uint8Array.from(capped, (length) => length & 255));
  if (high) writer.bytes(Uint8Array.from(capped, (length) => length >>> 8));
}

export function readLengths(reader: ByteReader, lengths: Uint16Array, from: number, to: number): void {
  const high = reader.u8() === 1;
  for (let document = from; document < to; document += 1) lengths[document] = reader.u8();
  if (!high) return;
  for (let document = from; document < to; document += 1)
    lengths[document] = (lengths[document] ?? 0) + reader.u8() * 256;
}
