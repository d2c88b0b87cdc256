import { ByteReader, ByteWriter } from './byte-buffer.js';

/** One number per document, in as few bytes as the highest number needs. */
export type Column = Uint8Array | Uint16Array | Uint32Array;

/** Writes columns: the width of each in bytes (1, 2 or 4; 0 if all numbers are 0), then its numbers, aligned to 4. */
export function writeColumns(columns: readonly Uint32Array[]): Uint8Array {
  const writer = new ByteWriter();
  for (const column of columns) {
    let highest = 0;
    for (const value of column) if (value > highest) highest = value;
    if (highest === 0) {
      writer.align(4);
      writer.u32(0);
      continue;
    }
    const numbers = highest < 0x100 ? Uint8Array.from(column) : highest < 0x10000 ? Uint16Array.from(column) : column;
    writer.align(4);
    writer.u32(numbers.BYTES_PER_ELEMENT);
    writer.bytes(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength));
  }
  return writer.finish();
}

/** Returns views of `count` columns of `size` numbers each. */
export function readColumns(section: Uint8Array, count: number, size: number): Column[] {
  const view = new DataView(section.buffer, section.byteOffset, section.byteLength);
  const columns: Column[] = [];
  let at = 0;
  for (let column = 0; column < count; column += 1) {
    at = Math.ceil(at / 4) * 4;
    const width = view.getUint32(at, true);
    at += 4;
    const offset = section.byteOffset + at;
    if (width === 0) columns.push(new Uint8Array(size));
    else if (width === 1) columns.push(new Uint8Array(section.buffer, offset, size));
    else if (width === 2) columns.push(new Uint16Array(section.buffer, offset, size));
    else columns.push(new Uint32Array(section.buffer, offset, size));
    at += width * size;
  }
  return columns;
}

/** Reads `count` varints. */
export function readNumbers(bytes: Uint8Array, count: number): Uint32Array {
  const numbers = new Uint32Array(count);
  const reader = new ByteReader(bytes);
  let from = 0;
  for (let at = 0; at < count; at += 1) {
    // `reader.varint()`, inlined: this loop visits all parts before the first answer.
    let number = bytes[from++] ?? 0;
    if (number >= 0x80) {
      const high = bytes[from] ?? 0;
      if (high < 0x80) {
        number = (number & 0x7f) | (high << 7);
        from += 1;
      } else {
        reader.position = from - 1;
        number = reader.varint();
        from = reader.position;
      }
    }
    numbers[at] = number;
  }
  return numbers;
}

/** Sums up lengths to the offset of each part. */
export function prefixSums(lengths: Uint8Array, size: number): Uint32Array {
  const starts = readNumbers(lengths, size);
  let start = 0;
  for (let part = 0; part < size; part += 1) {
    const length = starts[part] ?? 0;
    starts[part] = start;
    start += length;
  }
  return starts;
}

/** Byte strings one after another: the UTF-8 bytes of all, where each begins, and its number of bytes. */
export interface TokenBytes {
  readonly bytes: Uint8Array;
  readonly starts: Uint32Array;
  readonly byteLengths: Uint16Array;
}
