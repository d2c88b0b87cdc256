import { AskdexError } from '../../errors.js';
import { ByteWriter } from './byte-buffer.js';
import { lazy } from '../../lazy.js';

/** The files of a generation that hold the index and the sha256 of each of its chunks. */
export const INDEX_FILE = 'index.askdex';
export const CHUNKS_FILE = 'index.chunks';

export const MAGIC = 'ASKDEXPK';
export const FORMAT_VERSION = 2;

/** Section ids. An id is never reused for something else. */
const SECTION = {
  meta: 1,
  wordBlocks: 2,
  wordBytes: 3,
  lengths: 14,
  storedLengths: 15,
  stored: 16,
  facets: 17,
  names: 18,
  vocabulary: 19,
  textLengths: 20,
  texts: 21,
  descriptionLengths: 22,
  descriptions: 23,
  titleOrder: 24,
  entrySizes: 25,
  entryHeads: 26,
  entryGaps: 27,
  entryRests: 28,
  blockHeads: 29,
  blockLasts: 30,
  exceptionSizes: 31,
  gaps: 32,
  frequencies: 33,
  exceptions: 34,
  stemGroups: 35,
} as const;
export type SectionName = keyof typeof SECTION;

const HEADER = 16;
const ENTRY = 16;
const ALIGN = 8;

export type Sections = Readonly<Record<SectionName, Uint8Array>>;

const NAMES = Object.keys(SECTION).filter((name): name is SectionName => name in SECTION);

/**
 * Joins sections to one file. All numbers are little-endian. `docs/packed-format.md` describes the format.
 *
 * ```
 * 0        8        12       16
 * "ASKDEXPK" version  count    count × { id u32, crc u32, offset u32, length u32 }   sections, each at a multiple of 8
 * ```
 */
export function writeContainer(sections: Sections): Uint8Array<ArrayBuffer> {
  let size = HEADER + NAMES.length * ENTRY;
  for (const name of NAMES) size = aligned(size) + sections[name].length;
  const writer = new ByteWriter(aligned(size));
  writer.utf8(MAGIC);
  writer.u32(FORMAT_VERSION);
  writer.u32(NAMES.length);
  let offset = aligned(HEADER + NAMES.length * ENTRY);
  for (const name of NAMES) {
    const bytes = sections[name];
    writer.u32(SECTION[name]);
    writer.u32(crc32(bytes));
    writer.u32(offset);
    writer.u32(bytes.length);
    offset = aligned(offset + bytes.length);
  }
  for (const name of NAMES) {
    writer.align(ALIGN);
    writer.bytes(sections[name]);
  }
  return writer.view();
}

function aligned(size: number): number {
  return Math.ceil(size / ALIGN) * ALIGN;
}

/**
 * Returns views of the sections of a file. `verify` also checks the CRC-32 of each section.
 *
 * @throws {AskdexError} index_damaged: the file is no index of this version, or it was cut or changed
 */
export function readContainer(bytes: Uint8Array, verify: boolean): Sections {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEADER || [...MAGIC].some((letter, at) => letter.charCodeAt(0) !== bytes[at])) {
    throw damagedIndexError('it has the wrong file signature');
  }
  const version = view.getUint32(8, true);
  if (version !== FORMAT_VERSION)
    throw damagedIndexError(`its format version is ${version}, but this program reads version ${FORMAT_VERSION}`);
  const count = view.getUint32(12, true);
  const found = new Map<number, Uint8Array>();
  for (let index = 0; index < count; index += 1) {
    const entry = HEADER + index * ENTRY;
    if (entry + ENTRY > bytes.length) throw damagedIndexError('its table of sections is incomplete');
    const id = view.getUint32(entry, true);
    const offset = view.getUint32(entry + 8, true);
    const length = view.getUint32(entry + 12, true);
    if (offset + length > bytes.length || offset % ALIGN !== 0)
      throw damagedIndexError(`section ${id} exceeds the file`);
    const section = bytes.subarray(offset, offset + length);
    if (verify && crc32(section) !== view.getUint32(entry + 4, true))
      throw damagedIndexError(`the checksum of section ${id} does not match`);
    found.set(id, section);
  }
  const section = (name: SectionName): Uint8Array => {
    const section = found.get(SECTION[name]);
    if (section === undefined) throw damagedIndexError(`section "${name}" is missing`);
    return section;
  };
  return Object.fromEntries(NAMES.map((name) => [name, section(name)])) as Record<SectionName, Uint8Array>;
}

/** An `index_damaged` error for an index, a segment or a delta. */
export function damagedIndexError(what: string): AskdexError {
  return new AskdexError('index_damaged', `The index cannot be read: ${what}.`, {
    remedy: 'Download it again, or rebuild it with `askdex index --full`.',
  });
}

const CRC_TABLES = lazy(crcTables);

function crcTables(): Uint32Array {
  const tables = new Uint32Array(4 * 256);
  for (let byte = 0; byte < 256; byte += 1) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
    tables[byte] = crc;
  }
  for (let byte = 0; byte < 256; byte += 1) {
    for (let table = 1; table < 4; table += 1) {
      const before = tables[(table - 1) * 256 + byte] ?? 0;
      tables[table * 256 + byte] = (before >>> 8) ^ (tables[before & 255] ?? 0);
    }
  }
  return tables;
}

/** CRC-32 (ISO 3309, polynomial 0xEDB88320), four bytes per step. */
export function crc32(bytes: Uint8Array): number {
  const t = CRC_TABLES();
  let crc = 0xffffffff;
  let at = 0;
  for (; at + 4 <= bytes.length; at += 4) {
    crc ^=
      byteAt(bytes, at) | (byteAt(bytes, at + 1) << 8) | (byteAt(bytes, at + 2) << 16) | (byteAt(bytes, at + 3) << 24);
    crc =
      (t[768 + (crc & 255)] ?? 0) ^
      (t[512 + ((crc >>> 8) & 255)] ?? 0) ^
      (t[256 + ((crc >>> 16) & 255)] ?? 0) ^
      (t[crc >>> 24] ?? 0);
  }
  for (; at < bytes.length; at += 1) crc = (crc >>> 8) ^ (t[(crc ^ byteAt(bytes, at)) & 255] ?? 0);
  return (crc ^ 0xffffffff) >>> 0;
}

function byteAt(bytes: Uint8Array, at: number): number {
  return bytes[at] ?? 0;
}

/** A view of a section as 32-bit numbers. Sections begin at multiples of 8. */
export function asUint32(section: Uint8Array): Uint32Array {
  return new Uint32Array(section.buffer, section.byteOffset, section.byteLength >> 2);
}

/** Encodes numbers as little-endian 32-bit values. */
export function uint32Bytes(values: ArrayLike<number>): Uint8Array {
  const array = Uint32Array.from(values);
  return new Uint8Array(array.buffer);
}

/**
 * Bytes of a chunk. Chunks are verified separately, since hashing the whole file in one call would block the thread.
 */
export const CHUNK_BYTES = 65_536;
/** The length of a sha256 in bytes. */
export const HASH_BYTES = 32;

/**
 * Computes the content of `index.chunks`: the hash of each chunk in order, 32 bytes each. The last chunk may be
 * shorter. `hash`: sha256.
 */
export function chunkHashes(bytes: Uint8Array, hash: (chunk: Uint8Array) => Uint8Array): Uint8Array {
  const count = Math.ceil(bytes.length / CHUNK_BYTES);
  const hashes = new Uint8Array(count * HASH_BYTES);
  for (let at = 0; at < count; at += 1)
    hashes.set(hash(bytes.subarray(at * CHUNK_BYTES, (at + 1) * CHUNK_BYTES)), at * HASH_BYTES);
  return hashes;
}
