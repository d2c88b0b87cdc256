import type { Analyzer } from '../core/analysis/analyzer.js';
import { INDEX_FILE } from '../core/packed/layout.js';
import {
  damagedSnapshot,
  readSnapshotManifest,
  SNAPSHOT_MANIFEST,
  snapshotFile,
  TRANSPORT_FILE,
  type SnapshotManifest,
} from '../core/snapshot.js';
import type { Progress, Source } from './download.js';
import { checkManifest, sha256, type Trust } from './trust.js';

/** What a source gives now. */
export interface Newest {
  readonly manifest: SnapshotManifest;
  /** As it was read. */
  readonly json: string;
  /** What the names of its files are relative to. */
  readonly base: URL;
}

/** Fetches the manifest and checks it. Throws `snapshot_unreachable`, `snapshot_not_ready`, `index_damaged`, `snapshot_untrusted`. */
export async function fetchNewest(source: Source, trust: Trust): Promise<Newest> {
  const { text: json, base } = await source.manifest();
  return { manifest: await checkedManifest(json, trust), json, base };
}

/** A manifest that was fetched or kept, checked. Throws `index_damaged`, `snapshot_untrusted`, `invalid_parameter`. */
export async function checkedManifest(json: string, trust: Trust): Promise<SnapshotManifest> {
  const read = readSnapshotManifest(json);
  await checkManifest(read, trust);
  if (read.manifest.kind === 'packed') return read.manifest;
  throw damagedSnapshot(
    `${SNAPSHOT_MANIFEST} is that of a ${read.manifest.kind} export, which is not for this client`,
  );
}

export interface IndexRequest {
  readonly source: Source;
  readonly newest: Newest;
  readonly analyzer: Analyzer;
  /** `index`: as it is, without decoding. */
  readonly form: 'transport' | 'index';
  readonly onProgress?: (progress: Progress) => void;
}

/** The index file of a manifest, its checksum compared. Throws `snapshot_unreachable`, `index_damaged`. */
export async function fetchIndex(request: IndexRequest): Promise<Uint8Array<ArrayBuffer>> {
  const { source, newest, form } = request;
  const decoded = form === 'index' ? null : await fromTransport(request);
  return decoded ?? (await source.file(snapshotFile(newest.manifest, INDEX_FILE), urlOf(newest, INDEX_FILE)));
}

/**
 * The index out of its encoding; null: this engine decodes it to other bytes (its Unicode tables are older than the writer's), or
 * the snapshot has none.
 */
async function fromTransport({
  source,
  newest,
  analyzer,
  onProgress,
}: IndexRequest): Promise<Uint8Array<ArrayBuffer> | null> {
  const transport = newest.manifest.files.find(({ name }) => name === TRANSPORT_FILE);
  if (transport === undefined) return null;
  const encoded = await source.file(transport, urlOf(newest, TRANSPORT_FILE));
  // A quarter of all code: who opens what was kept does not need it.
  const { decodeTransport } = await import('../core/packed/transport/transport.js');
  const { size } = transport;
  const tell = (share: number): void =>
    onProgress?.({ stage: 'decode', loaded: Math.round(share * size), total: size });
  try {
    tell(0);
    const decoded = decodeTransport(encoded, analyzer, tell);
    tell(1);
    return (await sha256(decoded)) === snapshotFile(newest.manifest, INDEX_FILE).sha256 ? decoded : null;
  } catch {
    return null;
  }
}

function urlOf({ manifest, base }: Newest, name: string): URL {
  return new URL(manifest.prefix + name, base);
}
