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
import { decode, inflate } from './inflate.js';
import { sha256 } from './web-crypto.js';
import { checkManifest, type TrustOptions } from './verify-manifest.js';

/** What a source gives now. */
export interface LatestManifest {
  readonly manifest: SnapshotManifest;
  /** As it was read. */
  readonly json: string;
  /** What the names of its files are relative to. */
  readonly base: URL;
}

/** Fetches the manifest and checks it. Throws `snapshot_unreachable`, `snapshot_not_ready`, `index_damaged`, `snapshot_untrusted`. */
export async function fetchLatestManifest(source: SnapshotSource, trust: TrustOptions): Promise<LatestManifest> {
  const { text: json, base } = await source.manifest();
  return { manifest: await verifyManifestText(json, trust), json, base };
}

/** A manifest that was fetched or kept, checked. Throws `index_damaged`, `snapshot_untrusted`, `invalid_parameter`. */
export async function verifyManifestText(json: string, trust: TrustOptions): Promise<SnapshotManifest> {
  const read = readSnapshotManifest(json);
  await checkManifest(read, trust);
  if (read.manifest.kind === 'packed') return read.manifest;
  throw damagedSnapshotError(
    `${SNAPSHOT_MANIFEST} is that of a ${read.manifest.kind} export, which is not for this client`,
  );
}

export interface IndexRequest {
  readonly source: SnapshotSource;
  readonly newest: LatestManifest;
  readonly analyzer: Analyzer;
  /** The index that is open now, from which little may lead to the new one. */
  readonly base: NamedIndex | null;
}

/** The index file of a manifest, its checksum compared. Throws `snapshot_unreachable`, `index_damaged`. */
export async function fetchIndex(request: IndexRequest): Promise<Uint8Array<ArrayBuffer>> {
  return (await fromDelta(request)) ?? (await wholeIndex(request));
}

/**
 * The index made of the one that is open; null: the snapshot has no delta from that, fetching the whole takes less, or something does
 * not fit.
 */
async function fromDelta({ source, newest, analyzer, base }: IndexRequest): Promise<Uint8Array<ArrayBuffer> | null> {
  const { manifest } = newest;
  const delta = base === null ? null : deltaFrom(manifest, base.sha256);
  const index = snapshotFile(manifest, INDEX_FILE);
  if (base === null || delta === null || delta.size >= downloadSize(manifest, INDEX_FILE)) return null;
  try {
    const encoded = await source.file(delta, urlOf(newest, delta.name));
    const { applyDelta } = await import('./apply-delta.js');
    const made = await applyDelta(base.bytes, encoded, { analyzer, decode, inflate });
    return (await sha256(made)) === index.sha256 ? made : null;
  } catch (error) {
    // Whoever closed the snapshot meanwhile wants no other way.
    if (error instanceof AskdexError && error.code === 'index_not_ready') throw error;
    return null;
  }
}

/**
 * The whole index. A server compresses `index.askdex` on its way, and says so in `Content-Encoding`. A static host sends most files as
 * they are, and a page cannot always tell (browsers hide the header of other origins), so the client asks such a host for the gzip form.
 */
async function wholeIndex({ source, newest }: IndexRequest): Promise<Uint8Array<ArrayBuffer>> {
  const { manifest } = newest;
  const index = snapshotFile(manifest, INDEX_FILE);
  const gzipped = hostCompresses(manifest) ? null : compressedFile(manifest, INDEX_FILE, GZIP_ENDING);
  const inflated = gzipped === null ? null : await source.gzippedFile(index, gzipped, urlOf(newest, gzipped.name));
  return inflated ?? source.file(index, urlOf(newest, INDEX_FILE));
}

/** Only a server's manifest has a prefix: an export's files lie beside its manifest, on any host. */
function hostCompresses({ prefix }: SnapshotManifest): boolean {
  return prefix !== '';
}

/** Where a file of a manifest lies. */
export function urlOf({ manifest, base }: LatestManifest, name: string): URL {
  return new URL(manifest.prefix + name, base);
}
