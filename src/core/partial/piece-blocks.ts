import type { ByteReader, ByteWriter } from '../index/format/byte-buffer.js';
import { damagedPieceError, LAZY_FILE } from './lazy-directory.js';

/** A section that is read block by block: where each block begins, and the bytes of all. */
export interface Blocks {
  readonly starts: Uint32Array;
  readonly bytes: Uint8Array;
}

function endOf({ starts, bytes }: Blocks, block: number): number {
  return starts[block + 1] ?? bytes.length;
}

/** Writes the blocks from `from` to `to`, exclusive: where the first begins, the length of each, their bytes. */
export function writeBlocks(writer: ByteWriter, blocks: Blocks, from: number, to: number): void {
  const start = blocks.starts[from] ?? 0;
  writer.varint(start);
  for (let block = from; block < to; block += 1) writer.varint(endOf(blocks, block) - (blocks.starts[block] ?? 0));
  writer.bytes(blocks.bytes.subarray(start, to === from ? start : endOf(blocks, to - 1)));
}

/** Puts blocks where they belong. Throws `index_damaged`: they would lie elsewhere than in their section. */
export function readBlocks(reader: ByteReader, blocks: Blocks, from: number, to: number): void {
  const start = reader.varint();
  let end = start;
  for (let block = from; block < to; block += 1) {
    blocks.starts[block] = end;
    end += reader.varint();
  }
  if (end > blocks.bytes.length || end - start > reader.bytes.length - reader.position)
    throw damagedPieceError(LAZY_FILE, 'a piece of it reaches beyond its section');
  blocks.bytes.set(reader.bytes.subarray(reader.position, reader.position + end - start), start);
  reader.position += end - start;
}

/** Sections that are read together, block by block. */
export type Streams = readonly Blocks[];

/** Bytes of all of them. */
export function streamBytes(streams: Streams): number {
  return streams.reduce((sum, { bytes }) => sum + bytes.length, 0);
}

/**
 * Writes the blocks of several sections from `from` to `to`, exclusive: where they begin if all sections lie block by block in one, of each
 * section the length of each block, then their bytes.
 */
export function writeStreams(writer: ByteWriter, streams: Streams, from: number, to: number): void {
  const ends = (blocks: Blocks, block: number): number =>
    block < blocks.starts.length ? (blocks.starts[block] ?? 0) : blocks.bytes.length;
  writer.varint(streams.reduce((sum, blocks) => sum + ends(blocks, from), 0));
  for (const blocks of streams)
    for (let block = from; block < to; block += 1) writer.varint(ends(blocks, block + 1) - ends(blocks, block));
  for (const blocks of streams) writer.bytes(blocks.bytes.subarray(ends(blocks, from), ends(blocks, to)));
}

/** Where the blocks of each section begin in the memory that they share. */
export interface SharedStreams {
  readonly starts: readonly Uint32Array[];
  readonly bytes: Uint8Array;
}

/** Puts blocks into the memory that sections share. Throws `index_damaged`: they would lie outside of it. */
export function readStreams(reader: ByteReader, shared: SharedStreams, from: number, to: number): void {
  const start = reader.varint();
  let end = start;
  for (const starts of shared.starts)
    for (let block = from; block < to; block += 1) {
      starts[block] = end;
      end += reader.varint();
    }
  if (end > shared.bytes.length || end - start > reader.bytes.length - reader.position)
    throw damagedPieceError(LAZY_FILE, 'a piece of it reaches beyond its section');
  shared.bytes.set(reader.bytes.subarray(reader.position, reader.position + end - start), start);
  reader.position += end - start;
}

/** Highest length that is told; it stands for any above, as in the ranking. */
export const MAX_BLOCK_BYTES = 0xffff;

/** Units of a part with the lengths of three fields: those of a field fill whole pieces, so that each is fetched by itself. */
export function lengthUnits(size: number, perPiece: number): number {
  return 3 * Math.ceil(size / perPiece) * perPiece;
}

/** Writes lengths of one field: low bytes, then high ones if any. */
export function writeLengths(writer: ByteWriter, lengths: ArrayLike<number>, from: number, to: number): void {
  const some = Uint16Array.from({ length: Math.max(0, to - from) }, (_, at) =>
    Math.min(MAX_BLOCK_BYTES, lengths[from + at] ?? 0),
  );
  const high = some.some((length) => length > 255);
  writer.u8(high ? 1 : 0);
  writer.bytes(Uint8Array.from(some, (length) => length & 255));
  if (high) writer.bytes(Uint8Array.from(some, (length) => length >>> 8));
}

export function readLengths(reader: ByteReader, lengths: Uint16Array, from: number, to: number): void {
  const high = reader.u8() === 1;
  for (let document = from; document < to; document += 1) lengths[document] = reader.u8();
  if (!high) return;
  for (let document = from; document < to; document += 1)
    lengths[document] = (lengths[document] ?? 0) + reader.u8() * 256;
}
