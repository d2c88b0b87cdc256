import type { ByteWriter } from './byte-buffer.js';

/**
 * Codes of the field widths 0, 1, 2, 4, 8 and 16 bits. A field never crosses a byte boundary, so equal numbers give
 * equal bytes and general compressors (brotli, gzip) find the repetitions.
 */
const WIDTH_CODES = [0, 1, 2, 3, 4, 5] as const;

/** The width in bits of a code of `WIDTH_CODES`. */
export function widthOf(code: number): number {
  return (1 << code) >>> 1;
}

/**
 * Penalty in bytes for an exception when a width is chosen, since decoding one is slower than decoding wider fields.
 */
const EXCEPTION_COST = 8;

/** Output of packing: the fields of all numbers, and the exceptions for large ones. */
export interface PackedStreams {
  readonly fields: ByteWriter;
  readonly exceptions: ByteWriter;
}

/**
 * Packs at most 128 numbers into fields of one width, the first in the lowest bits, and returns the width code. With 16
 * bits, all low bytes precede all high bytes. A number that does not fit gets the highest field value and an exception.
 * `exceptions`: u8 count, u8 index of each, varint excess of each over the highest field value. (Patched frame of
 * reference, after Zukowski et al., ICDE 2006.)
 */
export function packPfor({ fields, exceptions }: PackedStreams, numbers: Uint32Array, count: number): number {
  const code = codeFor(numbers, count);
  const width = widthOf(code);
  const highest = 2 ** width - 1;
  const places: number[] = [];
  for (let at = 0; at < count; at += 1) if ((numbers[at] ?? 0) > highest) places.push(at);
  exceptions.u8(places.length);
  for (const place of places) exceptions.u8(place);
  for (const place of places) exceptions.varint((numbers[place] ?? 0) - highest);
  packFields(fields, numbers, { count, width });
  return code;
}

function packFields(
  fields: ByteWriter,
  numbers: Uint32Array,
  { count, width }: { readonly count: number; readonly width: number },
): void {
  if (width === 0) return;
  const highest = 2 ** width - 1;
  if (width === 16) {
    for (const shift of [0, 8])
      for (let at = 0; at < count; at += 1) fields.u8((Math.min(numbers[at] ?? 0, highest) >>> shift) & 255);
    return;
  }
  let held = 0;
  let filled = 0;
  for (let at = 0; at < count; at += 1) {
    held |= Math.min(numbers[at] ?? 0, highest) << filled;
    filled += width;
    if (filled === 8) {
      fields.u8(held);
      held = 0;
      filled = 0;
    }
  }
  if (filled > 0) fields.u8(held);
}

/** The code of the width that takes the fewest bytes; the widest if several do. */
function codeFor(numbers: Uint32Array, count: number): number {
  let best = 0;
  let least = Infinity;
  for (const code of WIDTH_CODES) {
    const width = widthOf(code);
    const highest = 2 ** width - 1;
    let size = packedSize(count, width);
    for (let at = 0; at < count; at += 1) {
      const over = (numbers[at] ?? 0) - highest;
      if (over > 0) size += 1 + varintSize(over) + EXCEPTION_COST;
    }
    if (size <= least) [best, least] = [code, size];
  }
  return best;
}

function varintSize(number: number): number {
  return number < 0x80 ? 1 : number < 0x4000 ? 2 : number < 0x20_0000 ? 3 : 4;
}

/** The size in bytes of `count` fields. */
export function packedSize(count: number, width: number): number {
  return (count * width + 7) >>> 3;
}

export interface PackedBytes {
  readonly fields: Uint8Array;
  readonly exceptions: Uint8Array;
}

/** The position and layout of packed numbers. */
export interface PackedPlace {
  readonly at: number;
  readonly exceptionsAt: number;
  readonly width: number;
  readonly count: number;
}

/**
 * Reads the output of `packPfor`, adding one to each number. Returns the end of the exceptions. Overwrites up to seven
 * numbers behind `count`.
 */
export function unpackPfor(bytes: PackedBytes, place: PackedPlace, numbers: Int32Array): number {
  unpackFields(bytes.fields, numbers, place);
  const { exceptions } = bytes;
  let at = place.exceptionsAt;
  const left = exceptions[at++] ?? 0;
  const places = at;
  at += left;
  for (let next = 0; next < left; next += 1) {
    let byte = exceptions[at++] ?? 0;
    let over = byte & 0x7f;
    for (let shift = 7; byte >= 0x80; shift += 7) {
      byte = exceptions[at++] ?? 0;
      over |= (byte & 0x7f) << shift;
    }
    const exceeding = exceptions[places + next] ?? 0;
    numbers[exceeding] = (numbers[exceeding] ?? 0) + over;
  }
  return at;
}

function unpackFields(bytes: Uint8Array, numbers: Int32Array, { at: start, count, width }: PackedPlace): void {
  let from = start;
  if (width === 8) {
    for (let at = 0; at < count; at += 4) {
      numbers[at] = (bytes[from] ?? 0) + 1;
      numbers[at + 1] = (bytes[from + 1] ?? 0) + 1;
      numbers[at + 2] = (bytes[from + 2] ?? 0) + 1;
      numbers[at + 3] = (bytes[from + 3] ?? 0) + 1;
      from += 4;
    }
  } else if (width === 4) {
    for (let at = 0; at < count; at += 4) {
      const low = bytes[from] ?? 0;
      const high = bytes[from + 1] ?? 0;
      from += 2;
      numbers[at] = (low & 15) + 1;
      numbers[at + 1] = (low >>> 4) + 1;
      numbers[at + 2] = (high & 15) + 1;
      numbers[at + 3] = (high >>> 4) + 1;
    }
  } else if (width === 2) {
    for (let at = 0; at < count; at += 4) {
      const byte = bytes[from++] ?? 0;
      numbers[at] = (byte & 3) + 1;
      numbers[at + 1] = ((byte >>> 2) & 3) + 1;
      numbers[at + 2] = ((byte >>> 4) & 3) + 1;
      numbers[at + 3] = (byte >>> 6) + 1;
    }
  } else if (width === 1) {
    for (let at = 0; at < count; at += 8) {
      const byte = bytes[from++] ?? 0;
      numbers[at] = (byte & 1) + 1;
      numbers[at + 1] = ((byte >>> 1) & 1) + 1;
      numbers[at + 2] = ((byte >>> 2) & 1) + 1;
      numbers[at + 3] = ((byte >>> 3) & 1) + 1;
      numbers[at + 4] = ((byte >>> 4) & 1) + 1;
      numbers[at + 5] = ((byte >>> 5) & 1) + 1;
      numbers[at + 6] = ((byte >>> 6) & 1) + 1;
      numbers[at + 7] = (byte >>> 7) + 1;
    }
  } else if (width === 16) {
    for (let at = 0; at < count; at += 1)
      numbers[at] = (bytes[from + at] ?? 0) + ((bytes[from + count + at] ?? 0) << 8) + 1;
  } else {
    numbers.fill(1, 0, count);
  }
}
