import type { ByteReader, ByteWriter } from './bytes.js';

/** How many of `count` numbers need more than each width, in bits. */
const wider = new Uint32Array(33);

/**
 * Writes numbers with one width for most of them: `exceptions * 32 + width` as a varint, the low `width` bits of each, low bits first, up
 * to a whole byte, then for each number that needs more its place and its further bits. (Patched frame of reference, after
 * Zukowski et al., ICDE 2006.) The width is the one that makes the fewest bytes.
 */
export function packNumbers(writer: ByteWriter, numbers: Uint32Array, count: number): void {
  wider.fill(0);
  let widest = 0;
  for (let at = 0; at < count; at += 1) {
    const bits = 32 - Math.clz32(numbers[at] ?? 0);
    wider[bits] = (wider[bits] ?? 0) + 1;
    if (bits > widest) widest = bits;
  }
  let width = widest;
  let least = Math.ceil((count * widest) / 8);
  let exceptions = 0;
  let above = 0;
  for (let bits = widest - 1; bits >= 0; bits -= 1) {
    above += wider[bits + 1] ?? 0;
    const size = Math.ceil((count * bits) / 8) + above * (widest - bits > 7 ? 3 : 2);
    if (size < least) [width, least, exceptions] = [bits, size, above];
  }
  writer.varint(exceptions * 32 + width);
  packBits(writer, numbers, count, width);
  if (exceptions === 0) return;
  for (let at = 0; at < count; at += 1) {
    const high = Math.floor((numbers[at] ?? 0) / 2 ** width);
    if (high === 0) continue;
    writer.u8(at);
    writer.varint(high);
  }
}

function packBits(writer: ByteWriter, numbers: Uint32Array, count: number, width: number): void {
  if (width === 0) return;
  const mask = 2 ** width - 1;
  const size = Math.ceil((count * width) / 8);
  const bytes = writer.reserve(size + 8);
  let at = writer.length;
  let held = 0;
  let bits = 0;
  for (let index = 0; index < count; index += 1) {
    // At most 7 bits are held and at most 25 come.
    held |= ((numbers[index] ?? 0) & mask) << bits;
    bits += width;
    while (bits >= 8) {
      bytes[at++] = held & 255;
      held >>>= 8;
      bits -= 8;
    }
  }
  if (bits > 0) bytes[at++] = held & 255;
  writer.advance(size);
}

/** Reads what `packNumbers` wrote, each number with `more` added to it; returns where it ends. */
export function unpackNumbers(
  view: DataView,
  start: number,
  numbers: Int32Array,
  { count, more }: { readonly count: number; readonly more: number },
): number {
  let at = start;
  let head = view.getUint8(at++);
  if (head >= 0x80) head = (head & 0x7f) | (view.getUint8(at++) << 7);
  const width = head & 31;
  if (width === 0) {
    numbers.fill(more, 0, count);
  } else {
    const eights = width <= 8 ? unpackEights(view, at, numbers, { count, more, width }) : 0;
    const mask = 0xffffffff >>> (32 - width);
    let bit = at * 8 + eights * width;
    for (let index = eights; index < count; index += 1) {
      numbers[index] = ((view.getUint32(bit >>> 3, true) >>> (bit & 7)) & mask) + more;
      bit += width;
    }
    at += Math.ceil((count * width) / 8);
  }
  for (let exceptions = head >>> 5; exceptions > 0; exceptions -= 1) {
    const index = view.getUint8(at++);
    let byte = view.getUint8(at++);
    let high = byte & 0x7f;
    for (let shift = 7; byte >= 0x80; shift += 7) {
      byte = view.getUint8(at++);
      high |= (byte & 0x7f) << shift;
    }
    numbers[index] = (numbers[index] ?? 0) + (high << width);
  }
  return at;
}

/** Reads numbers of at most 8 bits, eight by eight: these begin at a whole byte. Returns how many were read. */
function unpackEights(
  view: DataView,
  start: number,
  numbers: Int32Array,
  { count, more, width }: { readonly count: number; readonly more: number; readonly width: number },
): number {
  const mask = 0xff >>> (8 - width);
  const double = width * 2;
  const triple = width * 3;
  // The second four begin at a whole byte or within one.
  const second = (width * 4) >>> 3;
  const shift = (width * 4) & 7;
  const end = count - 7;
  let at = start;
  let index = 0;
  for (; index < end; index += 8) {
    const low = view.getUint32(at, true);
    const high = view.getUint32(at + second, true) >>> shift;
    numbers[index] = (low & mask) + more;
    numbers[index + 1] = ((low >>> width) & mask) + more;
    numbers[index + 2] = ((low >>> double) & mask) + more;
    numbers[index + 3] = ((low >>> triple) & mask) + more;
    numbers[index + 4] = (high & mask) + more;
    numbers[index + 5] = ((high >>> width) & mask) + more;
    numbers[index + 6] = ((high >>> double) & mask) + more;
    numbers[index + 7] = ((high >>> triple) & mask) + more;
    at += width;
  }
  return index;
}

/** Steps over what `packNumbers` wrote. */
export function skipNumbers(reader: ByteReader, count: number): void {
  const { bytes } = reader;
  const head = reader.varint();
  let at = reader.at + Math.ceil((count * (head & 31)) / 8);
  for (let exceptions = head >>> 5; exceptions > 0; exceptions -= 1) {
    at += 1;
    while ((bytes[at++] ?? 0) >= 0x80);
  }
  reader.at = at;
}
