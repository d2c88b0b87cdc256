import { isRecord } from '../../core/guards.js';
import { sha256, sha256Bytes } from '../../sha256.js';
import { type KeyObject, verify } from 'node:crypto';
import { AskdexError } from '../../core/errors.js';
import type { ManifestFile } from '../../core/model/generation-manifest.js';
import { readDeltaHeader } from '../../core/delta/delta-header.js';
import { CHUNKS_FILE, INDEX_FILE, chunkHashes, HASH_BYTES } from '../../core/index/format/container.js';
import { openIndex } from '../../core/index/index-reader.js';
import {
  HASH,
  LAZY_FILE,
  LAZY_HEAD_FILE,
  PART_NAMES,
  damagedPieceError,
  headerBody,
  readHead,
  writeDirectory,
} from '../../core/partial/lazy-directory.js';
import {
  MINISEARCH_FILE,
  SNAPSHOT_MANIFEST,
  damagedSnapshotError,
  readSnapshotManifest,
  snapshotFile,
  type ReadSnapshotManifest,
  type SnapshotDelta,
  type SnapshotManifest,
} from '../../core/model/snapshot-manifest.js';
import { verifyProof } from '../../core/partial/merkle-tree.js';
import { splitIndex } from '../../core/partial/pieces-writer.js';

export interface VerifyDeps {
  /** Reads a file of the snapshot; null if there is none of this name. */
  readonly read: (name: string) => Promise<Uint8Array | null>;
  /** Both throw if the bytes are not in this encoding. */
  readonly brotliDecompress: (bytes: Uint8Array) => Uint8Array;
  readonly gunzip: (bytes: Uint8Array) => Uint8Array;
  /** Decompresses raw deflate; throws if the bytes are none. */
  readonly inflate: (bytes: Uint8Array) => Uint8Array;
  /** The publisher's Ed25519 key; null to skip the signature. */
  readonly publicKey: KeyObject | null;
  /** Called after each successful check. */
  readonly onChecked: (what: string) => void;
}

/**
 * Checks a snapshot's sizes, checksums, encodings, index, deltas, pieces and signature. Stops at the first failure,
 * whose message names the file.
 *
 * @throws {AskdexError} generation_not_found: if there is no manifest. index_damaged: if a check fails.
 *   snapshot_untrusted: if the signature is missing or invalid.
 */
export async function verifySnapshot(deps: VerifyDeps): Promise<SnapshotManifest> {
  const read = await readManifest(deps);
  const { manifest } = read;
  checkSignature(read, deps);
  for (const file of [...manifest.files, ...manifest.deltas]) {
    await checkedFile(file, deps);
    deps.onChecked(`${file.name}: ${file.size} bytes, sha256`);
  }
  await checkEncodings(manifest, deps);
  if (manifest.kind === 'packed') await checkPacked(manifest, deps);
  else await checkMiniSearch(manifest, deps);
  return manifest;
}

async function readManifest({ read, onChecked }: VerifyDeps): Promise<ReadSnapshotManifest> {
  const bytes = await read(SNAPSHOT_MANIFEST);
  if (bytes === null) {
    throw new AskdexError('generation_not_found', `The folder has no ${SNAPSHOT_MANIFEST}.`, {
      remedy: 'Name a folder that `askdex snapshot export` wrote.',
    });
  }
  const found = readSnapshotManifest(Buffer.from(bytes).toString('utf8'));
  if (sha256(found.checksummedText) !== found.manifest.checksum)
    throw damagedSnapshotError(`${SNAPSHOT_MANIFEST} does not match its own checksum`);
  onChecked(`${SNAPSHOT_MANIFEST}: checksum`);
  return found;
}

function checkSignature({ manifest, signedText }: ReadSnapshotManifest, { publicKey, onChecked }: VerifyDeps): void {
  if (publicKey === null) return;
  const { signature } = manifest;
  const valid =
    signature !== undefined && verify(null, Buffer.from(signedText), publicKey, Buffer.from(signature, 'base64'));
  if (valid) {
    onChecked(`${SNAPSHOT_MANIFEST}: signature`);
    return;
  }
  const why = signature === undefined ? 'is not signed' : 'was not signed with this key';
  throw new AskdexError('snapshot_untrusted', `${SNAPSHOT_MANIFEST} ${why}.`, {
    remedy: 'Use the public key of the publisher, or export it again with --sign-key.',
  });
}

async function checkedFile({ name, size, sha256: expected }: ManifestFile, { read }: VerifyDeps): Promise<Uint8Array> {
  const bytes = await read(name);
  if (bytes === null) throw damagedSnapshotError(`${name} is missing`);
  if (bytes.byteLength !== size) throw damagedSnapshotError(`${name} has ${bytes.byteLength} bytes instead of ${size}`);
  if (sha256(bytes) !== expected) throw damagedSnapshotError(`${name} does not match its checksum`);
  return bytes;
}

/** Each `.br` and `.gz` must decompress to the file that it is named after. */
async function checkEncodings(manifest: SnapshotManifest, deps: VerifyDeps): Promise<void> {
  for (const file of manifest.files) {
    const [, name, encoding] = /^(.+)\.(br|gz)$/.exec(file.name) ?? [];
    if (name === undefined) continue;
    const plain = snapshotFile(manifest, name);
    const bytes = await checkedFile(file, deps);
    let unpacked: Uint8Array;
    try {
      unpacked = encoding === 'br' ? deps.brotliDecompress(bytes) : deps.gunzip(bytes);
    } catch (cause) {
      throw damagedSnapshotError(`${file.name} cannot be decompressed`, cause);
    }
    if (sha256(unpacked) !== plain.sha256) throw damagedSnapshotError(`${file.name} does not decompress to ${name}`);
    deps.onChecked(`${file.name}: decompresses to ${name}`);
  }
}

async function checkPacked(manifest: SnapshotManifest, deps: VerifyDeps): Promise<void> {
  const { onChecked } = deps;
  const index = await checkedFile(snapshotFile(manifest, INDEX_FILE), deps);
  const chunks = Buffer.from(await checkedFile(snapshotFile(manifest, CHUNKS_FILE), deps));
  const hashes = chunkHashes(index, sha256Bytes);
  if (!chunks.equals(hashes)) throw damagedSnapshotError(`${CHUNKS_FILE} does not list the chunks of ${INDEX_FILE}`);
  onChecked(`${CHUNKS_FILE}: ${hashes.length / HASH_BYTES} chunks of ${INDEX_FILE}`);
  const { size, meta } = withFileName(INDEX_FILE, () => openIndex(index, { verify: true }));
  if (size !== manifest.documents || meta.analyzer !== manifest.analyzer)
    throw damagedSnapshotError(`${INDEX_FILE} has ${size} documents, ${SNAPSHOT_MANIFEST} lists ${manifest.documents}`);
  onChecked(`${INDEX_FILE}: sections, ${size} documents`);
  await checkLazy(manifest, index, deps);
  for (const delta of manifest.deltas) await checkDelta(delta, snapshotFile(manifest, INDEX_FILE), deps);
}

/** Checks a delta's header. The delta cannot be applied, because the index that it starts from is not available. */
async function checkDelta(delta: SnapshotDelta, index: ManifestFile, deps: VerifyDeps): Promise<void> {
  const bytes = await checkedFile(delta, deps);
  const { from, to } = withFileName(delta.name, () => readDeltaHeader(bytes));
  if (from.sha256 !== delta.from)
    throw damagedSnapshotError(`${delta.name} does not start from the index that ${SNAPSHOT_MANIFEST} lists`);
  if (to.sha256 !== index.sha256 || to.size !== index.size)
    throw damagedSnapshotError(`${delta.name} does not lead to ${INDEX_FILE}`);
  deps.onChecked(`${delta.name}: leads from generation ${delta.generation} to ${INDEX_FILE}`);
}

/** Checks the file of pieces, if the snapshot has one. */
async function checkLazy(manifest: SnapshotManifest, index: Uint8Array, deps: VerifyDeps): Promise<void> {
  if (!manifest.files.some(({ name }) => name === LAZY_FILE)) return;
  const head = await checkedFile(snapshotFile(manifest, LAZY_HEAD_FILE), deps);
  const file = await checkedFile(snapshotFile(manifest, LAZY_FILE), deps);
  const pieces = await verifyLazyFiles({ head, file, index, inflate: deps.inflate });
  deps.onChecked(`${LAZY_FILE}: ${pieces} pieces of ${INDEX_FILE}`);
}

async function checkMiniSearch(manifest: SnapshotManifest, deps: VerifyDeps): Promise<void> {
  const bytes = await checkedFile(snapshotFile(manifest, MINISEARCH_FILE), deps);
  const json = withFileName<unknown>(MINISEARCH_FILE, () => JSON.parse(Buffer.from(bytes).toString('utf8')) as unknown);
  const count = isRecord(json) ? json['documentCount'] : null;
  if (count !== manifest.documents)
    throw damagedSnapshotError(
      `${MINISEARCH_FILE} does not have the ${manifest.documents} documents of ${SNAPSHOT_MANIFEST}`,
    );
  deps.onChecked(`${MINISEARCH_FILE}: JSON, ${manifest.documents} documents`);
}

/** Adds the file's name to errors of `read`. */
function withFileName<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    const why = cause instanceof Error ? ` (${cause.message.replace(/\.$/, '')})` : '';
    throw damagedSnapshotError(`${name} cannot be read${why}`, cause);
  }
}

export interface LazyFiles {
  /** The bytes of `index.lazy-head`, `index.lazy` and `index.askdex`. */
  readonly head: Uint8Array;
  readonly file: Uint8Array;
  readonly index: Uint8Array;
  /** Decompresses raw deflate; throws if the bytes are none. */
  readonly inflate: (bytes: Uint8Array) => Uint8Array;
}

/**
 * Checks that every piece of `index.lazy` matches its checksum in the head and the same part of `index.askdex`. Returns
 * the number of pieces.
 *
 * @throws {AskdexError} index_damaged: if a check fails. The message names the file.
 */
async function verifyLazyFiles({ head, file, index, inflate }: LazyFiles): Promise<number> {
  const inflated = (bytes: Uint8Array, name: string): Uint8Array => {
    try {
      return inflate(bytes);
    } catch (cause) {
      throw damagedPieceError(name, 'it cannot be decompressed', cause);
    }
  };
  const body = inflated(headerBody(head), LAZY_HEAD_FILE);
  const { parts, depth, nodes, pieces } = readHead(body, file.length);
  const perPiece = Object.fromEntries(PART_NAMES.map((name) => [name, parts[name].perPiece]));
  const cut = splitIndex(index, { perPiece });
  const directory = writeDirectory(cut.directory);
  if (Buffer.compare(directory, body.subarray(0, directory.length)) !== 0)
    throw damagedPieceError(LAZY_HEAD_FILE, 'it does not match index.askdex');
  let at = 0;
  for (const [piece, { size, deflated }] of pieces.entries()) {
    const proof = file.subarray(at, at + depth * HASH);
    const stored = file.subarray(at + proof.length, at + proof.length + size);
    const range = `bytes ${at} to ${at + proof.length + size - 1}`;
    at += proof.length + size;
    const hash = (bytes: Uint8Array): Promise<Uint8Array> => Promise.resolve(sha256Bytes(bytes));
    if (!(await verifyProof({ piece, proof, body: stored, depth, nodes }, hash)))
      throw damagedPieceError(LAZY_FILE, `${range} do not match their checksum`);
    const plain = deflated ? inflated(stored, LAZY_FILE) : stored;
    if (Buffer.compare(plain, cut.pieces[piece] ?? new Uint8Array(0)) !== 0)
      throw damagedPieceError(LAZY_FILE, `${range} do not match index.askdex`);
  }
  return pieces.length;
}
