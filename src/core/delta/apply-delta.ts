import { readIndex } from '../build/index-to-segment.js';
import { crc32, damagedIndexError } from '../index/format/container.js';
import type { DecodeUtf8 } from '../index/documents/token-vocabulary.js';
import { applyChange, orDamaged, readChange, type DeltaAnalyzer } from './apply-change.js';
import { openDelta } from './delta-header.js';

/** An index file with its sha256 in lower-case hexadecimal. */
export interface NamedIndex {
  readonly bytes: Uint8Array;
  readonly sha256: string;
}

/** Limits of the inflated body: a constant, plus a multiple of the deflated bytes. */
const MAX_SMALL_BODY = 1 << 20;
const MAX_INFLATION = 64;

/** Whether a body of `body` bytes is too large for a delta of `deflated` bytes. Checked before inflating. */
export function exceeds(body: number, deflated: number): boolean {
  return body > MAX_SMALL_BODY + deflated * MAX_INFLATION;
}

export interface DeltaTools {
  /** The analyzer that both indexes were built with. */
  readonly analyzer: DeltaAnalyzer;
  readonly decode: DecodeUtf8;
  /** Inflates a raw deflate stream. Must stop with an error if the output exceeds `size` bytes. */
  readonly inflate: (bytes: Uint8Array, size: number) => Promise<Uint8Array> | Uint8Array;
}

/**
 * Applies a delta to an index file and returns the new index file, byte for byte. Compares the length and CRC-32 of
 * both files; the caller verifies the sha256 of the delta.
 *
 * @throws {AskdexError} index_damaged: the delta is damaged, has another version, or belongs to another index or
 * analyzer
 */
export async function applyDelta(
  before: Uint8Array,
  delta: Uint8Array,
  { analyzer, decode, inflate }: DeltaTools,
): Promise<Uint8Array<ArrayBuffer>> {
  const { header, reader } = openDelta(delta);
  if (before.length !== header.from.size || crc32(before) !== header.from.crc)
    throw damagedIndexError('the delta is for another index');
  const size = reader.u32();
  const body = delta.subarray(reader.position);
  if (exceeds(size, body.length)) throw damagedIndexError('the delta declares too large a size');
  const inflated = await inflateDelta(() => inflate(body, size));
  if (inflated.length !== size) throw damagedIndexError('the delta is shorter than declared');
  const file = orDamaged(() => {
    const index = readIndex(before, decode);
    if (index.analyzer !== analyzer.id) throw damagedIndexError('it was built with another analyzer');
    return applyChange(index, readChange(inflated, index), analyzer);
  });
  if (file.length !== header.to.size || crc32(file) !== header.to.crc)
    throw damagedIndexError('applying the delta did not give the expected index');
  return file;
}

async function inflateDelta(inflate: () => Promise<Uint8Array> | Uint8Array): Promise<Uint8Array> {
  try {
    return await inflate();
  } catch {
    throw damagedIndexError('the delta cannot be inflated');
  }
}
