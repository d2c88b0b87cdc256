import { AskdexError } from '../errors.js';
import { ByteReader, ByteWriter, readUtf8 } from '../index/format/byte-buffer.js';
import type { DictionaryAvailability } from '../index/terms/term-dictionary.js';

/** The files of a snapshot that is downloaded in pieces: the pieces, and the head with their sizes and checksums. */
export const LAZY_FILE = 'index.lazy';
export const LAZY_HEAD_FILE = 'index.lazy-head';

const MAGIC = 'ASKDEXLZ';
const VERSION = 2;
/** Bytes of a checksum: a prefix of a sha256. */
export const HASH = 16;

/**
 * The parts that are cut into pieces, in the order of the file. Units of a part: blocks of sixteen words or stems,
 * strides of sixteen entries, blocks of postings, or documents. Each of the last four parts is one unit.
 */
export const PART_NAMES = [
  ...(['words', 'stems', 'entries', 'postings', 'lengths', 'cards', 'titles'] as const),
  ...(['titleRoots', 'keys', 'facets', 'keywords'] as const),
] as const;
export type PartName = (typeof PART_NAMES)[number];

export interface PartInfo {
  readonly units: number;
  /** Units of a piece. The last piece has the rest. */
  readonly perPiece: number;
  /** Bytes of the part's sections; for stems, `more` is the size of their member lists. 0 if not needed. */
  readonly bytes: number;
  readonly more: number;
}

/** The data that is needed before any look-up. */
export interface LazyDirectory {
  /** The section `meta` of the index. */
  readonly meta: Uint8Array;
  readonly parts: Readonly<Record<PartName, PartInfo>>;
  /** The first word and stem of each piece except the first piece. */
  readonly roots: { readonly words: readonly string[]; readonly stems: readonly string[] };
  /** The maximum number of terms of a document, by field. */
  readonly longest: readonly number[];
  /** Vocabularies of subjects, dates and languages. */
  readonly names: readonly Uint8Array[];
}

/** A piece in the file: its proof, then its body. */
export interface StoredPiece {
  /** Bytes of the body. */
  readonly size: number;
  /** Whether the body is a raw deflate stream; otherwise it is the piece itself. */
  readonly deflated: boolean;
}

export interface LazyHead extends LazyDirectory {
  /** The number of checksums before each body; see `merkle-tree.ts`. */
  readonly depth: number;
  /** The checksums of the tree roots. */
  readonly nodes: Uint8Array;
  readonly pieces: readonly StoredPiece[];
}

/** The number of pieces of a part. */
export function pieceCount({ units, perPiece }: PartInfo): number {
  return Math.ceil(units / perPiece);
}

/** Encodes a directory, uncompressed. */
export function writeDirectory(directory: LazyDirectory): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter(1 << 16);
  writer.varint(directory.meta.length);
  writer.bytes(directory.meta);
  for (const name of PART_NAMES) {
    const { units, perPiece, bytes, more } = directory.parts[name];
    for (const number of [units, perPiece, bytes, more]) writer.varint(number);
  }
  for (const roots of [directory.roots.words, directory.roots.stems]) {
    writer.varint(roots.length);
    for (const root of roots) writer.text(root);
  }
  for (const field of [0, 1, 2]) writer.varint(directory.longest[field] ?? 0);
  for (const names of directory.names) {
    writer.varint(names.length);
    writer.bytes(names);
  }
  return writer.finish();
}

/** Writes the head file: magic letters and version, then directory, checksums and sizes, deflated. */
export function writeHead(
  directory: Uint8Array,
  { depth, nodes, pieces }: Pick<LazyHead, 'depth' | 'nodes' | 'pieces'>,
  deflate: (bytes: Uint8Array) => Uint8Array,
): Uint8Array<ArrayBuffer> {
  const body = new ByteWriter(directory.length + nodes.length + pieces.length * 2 + 64);
  body.bytes(directory);
  body.varint(depth);
  body.varint(nodes.length / HASH);
  body.bytes(nodes);
  body.varint(pieces.length);
  for (const { size, deflated } of pieces) body.varint(size * 2 + (deflated ? 1 : 0));
  const writer = new ByteWriter(body.length);
  writer.utf8(MAGIC);
  writer.u32(VERSION);
  writer.bytes(deflate(body.view()));
  return writer.finish();
}

/**
 * The deflated body of a head file.
 *
 * @throws {AskdexError} index_damaged: the file is no head, or it has another version
 */
export function headerBody(file: Uint8Array): Uint8Array {
  const reader = new ByteReader(file, MAGIC.length);
  if (readUtf8(file, 0, MAGIC.length) !== MAGIC)
    throw damagedPieceError(LAZY_HEAD_FILE, 'it has the wrong file signature');
  const version = reader.u32();
  if (version !== VERSION)
    throw damagedPieceError(LAZY_HEAD_FILE, `its version is ${version}, but this program reads version ${VERSION}`);
  return file.subarray(reader.position);
}

/**
 * Reads the inflated body of a head. `fileSize`: bytes of `LAZY_FILE`.
 *
 * @throws {AskdexError} index_damaged: the head is cut, inconsistent, or describes another file
 */
export function readHead(body: Uint8Array, fileSize: number): LazyHead {
  const reader = new ByteReader(body);
  const take = (length: number): Uint8Array => {
    if (length > body.length - reader.position) throw damagedHead('it is incomplete');
    const bytes = body.subarray(reader.position, reader.position + length);
    reader.position += length;
    return bytes;
  };
  const count = (): number => {
    const number = reader.varint();
    if (number > body.length) throw damagedHead('a count exceeds its size');
    return number;
  };
  const texts = (): string[] => Array.from({ length: count() }, () => reader.text());
  const meta = take(reader.varint());
  const parts = partsOf(reader, fileSize);
  const roots = { words: texts(), stems: texts() };
  const longest = [reader.varint(), reader.varint(), reader.varint()];
  const names = [0, 1, 2].map(() => take(reader.varint()));
  const depth = reader.varint();
  const nodes = take(reader.varint() * HASH);
  const pieces = Array.from({ length: count() }, () => {
    const code = reader.varint();
    return { size: Math.floor(code / 2), deflated: code % 2 === 1 };
  });
  const head = { meta, parts, roots, longest, names, depth, nodes, pieces };
  checkHead(head, fileSize);
  return head;
}

/** Maximum size of all pieces, per byte of their file. Memory for them is allocated at once. */
const MAX_INFLATED_BYTES = 64;
const MIN_LIMIT = 1 << 20;
const MAX_PER_PIECE = 1 << 16;

function partsOf(reader: ByteReader, fileSize: number): Record<PartName, PartInfo> {
  const parts = PART_NAMES.map((name): [PartName, PartInfo] => {
    const part = {
      units: reader.varint(),
      perPiece: reader.varint(),
      bytes: reader.varint(),
      more: reader.varint(),
    };
    const limit = fileSize * MAX_INFLATED_BYTES + MIN_LIMIT;
    if (part.perPiece < 1 || part.perPiece > MAX_PER_PIECE || Object.values(part).some((number) => !(number <= limit)))
      throw damagedHead(`the declared size of part "${name}" is invalid`);
    return [name, part];
  });
  return Object.fromEntries(parts) as Record<PartName, PartInfo>;
}

function checkHead({ parts, roots, longest, depth, nodes, pieces }: LazyHead, fileSize: number): void {
  const expected = PART_NAMES.reduce((sum, name) => sum + pieceCount(parts[name]), 0);
  if (pieces.length !== expected) throw damagedHead(`it has ${pieces.length} pieces instead of ${expected}`);
  if (depth > 40 || nodes.length / HASH !== Math.ceil(pieces.length / 2 ** depth))
    throw damagedHead('the number of its checksums is wrong');
  for (const name of ['words', 'stems'] as const)
    if (roots[name].length !== Math.max(0, pieceCount(parts[name]) - 1))
      throw damagedHead('the number of its root terms is wrong');
  if (longest.some((length) => length > 0xffff)) throw damagedHead('a maximum length is too large');
  const size = pieces.reduce((sum, piece) => sum + depth * HASH + piece.size, 0);
  if (size !== fileSize) throw damagedHead(`it describes ${size} bytes, but ${LAZY_FILE} has ${fileSize}`);
}

function damagedHead(what: string): AskdexError {
  return damagedPieceError(LAZY_HEAD_FILE, what);
}

/** An `index_damaged` error for one of the two files. */
export function damagedPieceError(file: string, what: string, cause?: unknown): AskdexError {
  return new AskdexError('index_damaged', `The snapshot is damaged: ${file} cannot be used: ${what}.`, {
    remedy: 'Fetch or export it again.',
    cause,
  });
}

/**
 * Returns a function that finds the piece of a dictionary that contains a term. `roots`: the first terms of all pieces
 * except the first.
 */
export function locateByPieceKeys(
  roots: readonly string[],
  { perPiece, units }: { readonly perPiece: number; readonly units: number },
): DictionaryAvailability['blockRange'] {
  const encoded = roots.map(utf8);
  return (term, length) => {
    let low = 0;
    let high = encoded.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareBytes(encoded[middle] ?? term, term.subarray(0, length)) <= 0) low = middle + 1;
      else high = middle;
    }
    return [low * perPiece, Math.min(units, (low + 1) * perPiece) - 1];
  };
}

function utf8(text: string): Uint8Array {
  const writer = new ByteWriter(text.length * 3 + 8);
  writer.utf8(text);
  return writer.finish();
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at += 1) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
