import { ByteReader, ByteWriter } from '../index/format/byte-buffer.js';
import { crc32, damagedIndexError } from '../index/format/container.js';

const DELTA_MAGIC = 'ASKDEXDL';
const DELTA_VERSION = 3;
/** Bytes of the magic letters, the version and the checksum of the rest. */
const PREAMBLE = 16;
const SHA256_BYTES = 32;
const SHA256 = /^[0-9a-f]{64}$/;

/** Identifies an index file. */
export interface IndexName {
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  /** In bytes. */
  readonly size: number;
  readonly crc: number;
}

/** The index that a delta applies to, and the one that it produces. */
export interface DeltaHeader {
  readonly from: IndexName;
  readonly to: IndexName;
}

/** Puts the header before the body of a delta. */
export function writeDelta({ from, to }: DeltaHeader, body: Uint8Array): Uint8Array<ArrayBuffer> {
  const rest = new ByteWriter(body.length + 128);
  for (const name of [from, to]) {
    rest.bytes(sha256Bytes(name.sha256));
    rest.u32(name.size);
    rest.u32(name.crc);
  }
  rest.bytes(body);
  const writer = new ByteWriter(PREAMBLE + rest.length);
  writer.utf8(DELTA_MAGIC);
  writer.u32(DELTA_VERSION);
  writer.u32(crc32(rest.view()));
  writer.bytes(rest.view());
  return writer.finish();
}

/**
 * Reads the names of the index that a delta applies to and of the one that it produces.
 *
 * @throws {AskdexError} index_damaged: the file is no delta of this version, or it was cut or changed
 */
export function readDeltaHeader(delta: Uint8Array): DeltaHeader {
  return openDelta(delta).header;
}

/**
 * Reads the header and returns it with a reader positioned behind it.
 *
 * @throws {AskdexError} index_damaged: the file is no delta of this version, or it was cut or changed
 */
export function openDelta(delta: Uint8Array): { readonly header: DeltaHeader; readonly reader: ByteReader } {
  if ([...DELTA_MAGIC].some((letter, at) => letter.charCodeAt(0) !== delta[at]))
    throw damagedIndexError('the delta has the wrong file signature');
  const reader = new ByteReader(delta, DELTA_MAGIC.length);
  const version = reader.u32();
  if (version !== DELTA_VERSION)
    throw damagedIndexError(`the delta has version ${version}, but this program reads version ${DELTA_VERSION}`);
  if (reader.u32() !== crc32(delta.subarray(PREAMBLE)))
    throw damagedIndexError('the checksum of the delta does not match');
  const from = readName(reader);
  const to = readName(reader);
  return { header: { from, to }, reader };
}

function readName(reader: ByteReader): IndexName {
  let sha256 = '';
  for (let byte = 0; byte < SHA256_BYTES; byte += 1) sha256 += reader.u8().toString(16).padStart(2, '0');
  return { sha256, size: reader.u32(), crc: reader.u32() };
}

function sha256Bytes(text: string): Uint8Array {
  if (!SHA256.test(text)) throw new RangeError('A sha256 is 64 hexadecimal digits.');
  return Uint8Array.from({ length: SHA256_BYTES }, (_, byte) =>
    Number.parseInt(text.slice(byte * 2, byte * 2 + 2), 16),
  );
}
