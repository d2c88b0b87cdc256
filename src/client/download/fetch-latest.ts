import type { Analyzer } from '../../core/analysis/analyzer.js';
import { AskdexError } from '../../core/errors.js';
import type { NamedIndex } from '../../core/delta/apply-delta.js';
import { INDEX_FILE } from '../../core/index/format/container.js';
import {
  compressedFile,
  damagedSnapshotError,
  deltaFrom,
  downloadSize,
  GZIP_ENDING,
  readSnapshotManifest,
  SNAPSHOT_MANIFEST,
  snapshotFile,
  type SnapshotManifest,
} from '../../core/model/snapshot-manifest.js';
import type { SnapshotSource } from './snapshot-source.js';
import { sha256 } from './web-crypto.js';
import { checkManifest, type TrustOptions } from './verify-manifest.js';

/** The newest snapshot of a source. */
export interface LatestManifest {
  readonly manifest: SnapshotManifest;
  /** The manifest's text as it was received. */
  readonly json: string;
  /** The names of the files are relative to this URL. */
  readonly base: URL;
}

/**
 * Fetches the manifest and verifies it.
 *
 * @throws {AskdexError} snapshot_unreachable, snapshot_not_ready, index_damaged, snapshot_untrusted, invalid_parameter
 */
export async function fetchLatestManifest(source: SnapshotSource, trust: TrustOptions): Promise<LatestManifest> {
  const { text: json, base } = await source.manifest();
  return { manifest: await verifyManifestText(json, trust), json, base };
}

/**
 * Verifies a manifest that was downloaded or stored.
 *
 * @throws {AskdexError} index_damaged, snapshot_untrusted; invalid_parameter: `publicKey` is not a key
 */
export async function verifyManifestText(json: string, trust: TrustOptions): Promise<SnapshotManifest> {
  const read = readSnapshotManifest(json);
  await checkManifest(read, trust);
  if (read.manifest.kind === 'packed') return read.manifest;
  throw damagedSnapshotError(
    `${SNAPSHOT_MANIFEST} belongs to a ${read.manifest.kind} export, which this client cannot open`,
  );
}

export interface IndexRequest {
  readonly source: SnapshotSource;
  readonly newest: LatestManifest;
  readonly analyzer: Analyzer;
  /** The index that is open now; a delta from it may be smaller than the new index. */
  readonly base: NamedIndex | null;
}

/**
 * Downloads the index file of a manifest and verifies its checksum.
 *
 * @throws {AskdexError} snapshot_unreachable, index_damaged
 */
export async function fetchIndex(request: IndexRequest): Promise<Uint8Array<ArrayBuffer>> {
  return (await fromDelta(request)) ?? (await wholeIndex(request));
}

/**
 * Updates the open index by a delta. Returns null if the snapshot has no delta from that index, the whole index is
 * smaller, or the outcome does not match its checksum.
 */
async function fromDelta({ source, newest, analyzer, base }: IndexRequest): Promise<Uint8Array<ArrayBuffer> | null> {
  const { manifest } = newest;
  const delta = base === null ? null : deltaFrom(manifest, base.sha256);
  const index = snapshotFile(manifest, INDEX_FILE);
  if (base === null || delta === null || delta.size >= downloadSize(manifest, INDEX_FILE)) return null;
  try {
    const encoded = await source.file(delta, urlOf(newest, delta.name));
    const { updatedIndex } = await import('./apply-delta.js');
    const updated = await updatedIndex(base.bytes, encoded, analyzer);
    return (await sha256(updated)) === index.sha256 ? updated : null;
  } catch (error) {
    // The snapshot was closed meanwhile, so the whole index is not needed either.
    if (error instanceof AskdexError && error.code === 'index_not_ready') throw error;
    return null;
  }
}

/**
 * Downloads the whole index. A server compresses `index.askdex` during the transfer (`Content-Encoding`). A static host
 * usually does not, and a page cannot always find out, since browsers hide that header for other origins. The client
 * therefore requests the gzip file from static hosts.
 */
async function wholeIndex({ source, newest }: IndexRequest): Promise<Uint8Array<ArrayBuffer>> {
  const { manifest } = newest;
  const index = snapshotFile(manifest, INDEX_FILE);
  const gzipped = hostCompresses(manifest) ? null : compressedFile(manifest, INDEX_FILE, GZIP_ENDING);
  const inflated = gzipped === null ? null : await source.gzippedFile(index, gzipped, urlOf(newest, gzipped.name));
  return inflated ?? source.file(index, urlOf(newest, INDEX_FILE));
}

/** Only a server's manifest has a prefix. The files of an export are beside its manifest, on any host. */
function hostCompresses({ prefix }: SnapshotManifest): boolean {
  return prefix !== '';
}

/** The URL of a file that a manifest names. */
export function urlOf({ manifest, base }: LatestManifest, name: string): URL {
  return new URL(manifest.prefix + name, base);
}
