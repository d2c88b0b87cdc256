import type { ByteReader, ByteWriter } from '../index/format/byte-buffer.js';
import { damagedIndexError } from '../index/format/container.js';

/** The minimum length of a copy, in bytes. */
const MIN_COPY = 8;
const HASH_BITS = 18;

/**
 * Encodes bytes by copies from `known`, which the reader also has: the total length, then repeatedly the number of new
 * bytes, these bytes, the length of a copy, and the distance of the copy's start from the end of the preceding copy.
 */
export function writeCopies(writer: ByteWriter, known: Uint8Array, bytes: Uint8Array): void {
  const positions = new Int32Array(2 ** HASH_BITS).fill(-1);
  // Backwards, so that the first of several equal positions wins.
  for (let at = known.length - MIN_COPY; at >= 0; at -= 1) positions[hashAt(known, at)] = at;
  writer.varint(bytes.length);
  let [written, expected, at] = [0, 0, 0];
  while (at < bytes.length) {
    const copy = bestCopy({ known, bytes, at }, [expected + at - written, positions[hashAt(bytes, at)] ?? -1]);
    if (copy.length < MIN_COPY) {
      at += 1;
      continue;
    }
    writer.varint(at - written);
    writer.copy(bytes, written, at);
    writer.varint(copy.length);
    writer.zigzag(copy.from - expected);
    at += copy.length;
    [written, expected] = [at, copy.from + copy.length];
  }
  if (written === bytes.length) return;
  writer.varint(bytes.length - written);
  writer.copy(bytes, written, bytes.length);
}

interface Search {
  readonly known: Uint8Array;
  readonly bytes: Uint8Array;
  readonly at: number;
}

/** The longest match that begins at one of the given positions of `known`. */
function bestCopy(
  { known, bytes, at }: Search,
  positions: readonly number[],
): { readonly from: number; readonly length: number } {
  let best = { from: 0, length: 0 };
  for (const from of positions) {
    if (from < 0) continue;
    let length = 0;
    while (from + length < known.length && at + length < bytes.length && known[from + length] === bytes[at + length])
      length += 1;
    if (length > best.length) best = { from, length };
  }
  return best;
}

function hashAt(bytes: Uint8Array, at: number): number {
  let hash = 0;
  for (let next = at; next < at + MIN_COPY; next += 1)
    hash = Math.imul(hash ^ (bytes[next] ?? 0), 0x01000193) + next - at;
  return (hash ^ (hash >>> 15)) >>> (32 - HASH_BITS);
}

/**
 * Reads the output of `writeCopies`, at most `limit` bytes.
 *
 * @throws {AskdexError} index_damaged: the input is cut, exceeds the limit, or copies beyond `known`
 */
export function readCopies(reader: ByteReader, known: Uint8Array, limit: number): Uint8Array<ArrayBuffer> {
  const size = reader.varint();
  if (size > limit) throw damagedIndexError('the delta declares too large a size');
  const bytes = new Uint8Array(size);
  let [at, expected] = [0, 0];
  while (at < size) {
    const fresh = reader.varint();
    if (fresh > size - at || fresh > reader.bytes.length - reader.position)
      throw damagedIndexError('the delta is incomplete');
    bytes.set(reader.bytes.subarray(reader.position, reader.position + fresh), at);
    reader.position += fresh;
    at += fresh;
    if (at === size) break;
    const count = reader.varint();
    const from = expected + reader.zigzag();
    if (count === 0 || count > size - at || from < 0 || from + count > known.length)
      throw damagedIndexError('the delta copies beyond the available bytes');
    bytes.set(known.subarray(from, from + count), at);
    at += count;
    expected = from + count;
  }
  return bytes;
}
