import { readIndex } from '../build/index-to-segment.js';
import { crc32, damagedIndexError } from '../index/format/container.js';
import type { DecodeUtf8 } from '../index/documents/token-vocabulary.js';
import { applyChange, orDamaged, readChange, type DeltaAnalyzer } from './apply-change.js';
import { openDelta } from './delta-header.js';

/** An index file with its sha256, in lower-case hexadecimal. */
export interface NamedIndex {
  readonly bytes: Uint8Array;
  readonly sha256: string;
}

/** Bytes of a body that may come of any delta, and besides of each of its bytes. */
const MAX_SMALL_BODY = 1 << 20;
const MAX_INFLATION = 64;

/** Whether a body is larger than a delta of so many bytes may say: it is refused before it is inflated. */
export function exceeds(body: number, deflated: number): boolean {
  return body > MAX_SMALL_BODY + deflated * MAX_INFLATION;
}

export interface DeltaTools {
  /** The one that both indexes were built with. */
  readonly analyzer: DeltaAnalyzer;
  readonly decode: DecodeUtf8;
  /** Undoes raw deflate; stops with an error of any kind behind `size` bytes. */
  readonly inflate: (bytes: Uint8Array, size: number) => Promise<Uint8Array> | Uint8Array;
}

/**
 * Makes the later index file of the earlier one: the very bytes that `encodeDelta` was given. Their length and CRC-32 are
 * compared; who fetched the delta compares the sha256.
 *
 * @throws AskdexError `index_damaged`: no delta, another version, cut or changed, for another index, or of another analyzer.
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
  if (exceeds(size, body.length)) throw damagedIndexError('the delta says to hold more than its size');
  const inflated = await inflateDelta(() => inflate(body, size));
  if (inflated.length !== size) throw damagedIndexError('the delta holds less than it says');
  const file = orDamaged(() => {
    const index = readIndex(before, decode);
    if (index.analyzer !== analyzer.id) throw damagedIndexError('another analyzer built it');
    return applyChange(index, readChange(inflated, index), analyzer);
  });
  if (file.length !== header.to.size || crc32(file) !== header.to.crc)
    throw damagedIndexError('the delta gave other bytes than it was made for');
  return file;
}

async function inflateDelta(inflate: () => Promise<Uint8Array> | Uint8Array): Promise<Uint8Array> {
  try {
    return await inflate();
  } catch {
    throw damagedIndexError('the delta cannot be inflated');
  }
}
