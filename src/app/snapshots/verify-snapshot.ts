import { isRecord } from '../../core/guards.js';
import { sha256, sha256Bytes } from '../../sha256.js';
import { verify, type KeyObject } from 'node:crypto';
import { AskdexError } from '../../core/errors.js';
import type { ManifestFile } from '../../core/model/generation-manifest.js';
import { readDeltaHeader } from '../../core/delta/delta-header.js';
import { CHUNKS_FILE, INDEX_FILE, chunkHashes, HASH_BYTES } from '../../core/index/format/container.js';
import { openIndex } from '../../core/index/index-reader.js';
import { LAZY_FILE, LAZY_HEAD_FILE } from '../../core/partial/lazy-directory.js';
import {
  damagedSnapshotError,
  MINISEARCH_FILE,
  readSnapshotManifest,
  SNAPSHOT_MANIFEST,
  snapshotFile,
  type ReadSnapshotManifest,
  type SnapshotDelta,
  type SnapshotManifest,
} from '../../core/model/snapshot-manifest.js';
import { verifyLazyFiles } from './verify-lazy-files.js';

export interface VerifyDeps {
  /** A file of the snapshot; null: there is none of this name. */
  readonly read: (name: string) => Promise<Uint8Array | null>;
  /** Undo the encodings; throw where the bytes are none. */
  readonly brotliDecompress: (bytes: Uint8Array) => Uint8Array;
  readonly gunzip: (bytes: Uint8Array) => Uint8Array;
  /** Raw deflate. */
  readonly inflate: (bytes: Uint8Array) => Uint8Array;
  /** The publisher's Ed25519 key; null: signatures are not looked at. */
  readonly publicKey: KeyObject | null;
  /** Told of each check as it holds. */
  readonly onChecked: (what: string) => void;
}

/**
 * Checks everything that a snapshot says of itself. Throws at the first thing that does not hold, naming the file:
 * `generation_not_found` (no manifest), `index_damaged`, `snapshot_untrusted` (its signature).
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
  const good =
    signature !== undefined && verify(null, Buffer.from(signedText), publicKey, Buffer.from(signature, 'base64'));
  if (good) {
    onChecked(`${SNAPSHOT_MANIFEST}: signature`);
    return;
  }
  const why = signature === undefined ? 'is not signed' : 'has a signature that is not of this key';
  throw new AskdexError('snapshot_untrusted', `${SNAPSHOT_MANIFEST} ${why}.`, {
    remedy: 'Use the public key of who exported it, or export it again with --sign-key.',
  });
}

async function checkedFile({ name, size, sha256: expected }: ManifestFile, { read }: VerifyDeps): Promise<Uint8Array> {
  const bytes = await read(name);
  if (bytes === null) throw damagedSnapshotError(`${name} is missing`);
  if (bytes.byteLength !== size) throw damagedSnapshotError(`${name} has ${bytes.byteLength} bytes instead of ${size}`);
  if (sha256(bytes) !== expected) throw damagedSnapshotError(`${name} does not match its checksum`);
  return bytes;
}

/** Each `.br` and `.gz` must unpack to the file that it is named after. */
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
      throw damagedSnapshotError(`${file.name} cannot be unpacked`, cause);
    }
    if (sha256(unpacked) !== plain.sha256)
      throw damagedSnapshotError(`${file.name} unpacks to other bytes than ${name}`);
    deps.onChecked(`${file.name}: unpacks to ${name}`);
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
    throw damagedSnapshotError(
      `${INDEX_FILE} holds ${size} documents, ${SNAPSHOT_MANIFEST} says ${manifest.documents}`,
    );
  onChecked(`${INDEX_FILE}: sections, ${size} documents`);
  await checkLazy(manifest, index, deps);
  for (const delta of manifest.deltas) await checkDelta(delta, snapshotFile(manifest, INDEX_FILE), deps);
}

/** A delta says which index it starts from and which it gives; the one that it starts from is not here. */
async function checkDelta(delta: SnapshotDelta, index: ManifestFile, deps: VerifyDeps): Promise<void> {
  const bytes = await checkedFile(delta, deps);
  const { from, to } = withFileName(delta.name, () => readDeltaHeader(bytes));
  if (from.sha256 !== delta.from)
    throw damagedSnapshotError(`${delta.name} starts from another index than ${SNAPSHOT_MANIFEST} says`);
  if (to.sha256 !== index.sha256 || to.size !== index.size)
    throw damagedSnapshotError(`${delta.name} leads to another index than ${INDEX_FILE}`);
  deps.onChecked(`${delta.name}: leads from generation ${delta.generation} to ${INDEX_FILE}`);
}

/** The file of pieces, where the snapshot has one. */
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
      `${MINISEARCH_FILE} does not hold the ${manifest.documents} documents of ${SNAPSHOT_MANIFEST}`,
    );
  deps.onChecked(`${MINISEARCH_FILE}: JSON, ${manifest.documents} documents`);
}

/** What goes wrong while a file is read names that file. */
function withFileName<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    const why = cause instanceof Error ? ` (${cause.message.replace(/\.$/, '')})` : '';
    throw damagedSnapshotError(`${name} cannot be read${why}`, cause);
  }
}
