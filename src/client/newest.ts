import type { Analyzer } from '../core/analysis/analyzer.js';
import { AskdexError } from '../core/errors.js';
import type { NamedIndex } from '../core/packed/delta/delta.js';
import { INDEX_FILE } from '../core/packed/layout.js';
import {
  damagedSnapshot,
  deltaFrom,
  readSnapshotManifest,
  SNAPSHOT_MANIFEST,
  snapshotFile,
  TRANSPORT_FILE,
  type SnapshotManifest,
} from '../core/snapshot.js';
import type { Progress, Source } from './download.js';
import { decode, inflate } from './inflate.js';
import { sha256 } from './web-crypto.js';
import { checkManifest, type Trust } from './trust.js';

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
  /** The index that is open now, from which little may lead to the new one. */
  readonly have: NamedIndex | null;
}

/** The index file of a manifest, its checksum compared. Throws `snapshot_unreachable`, `index_damaged`. */
export async function fetchIndex(request: IndexRequest): Promise<Uint8Array<ArrayBuffer>> {
  const { source, newest, form } = request;
  const smaller = (await fromDelta(request)) ?? (form === 'index' ? null : await fromTransport(request));
  return smaller ?? (await source.file(snapshotFile(newest.manifest, INDEX_FILE), urlOf(newest, INDEX_FILE)));
}

/**
 * The index made of the one that is open; null: the snapshot has no delta from that, fetching the whole takes less, or something does
 * not fit.
 */
async function fromDelta({
  source,
  newest,
  analyzer,
  form,
  have,
}: IndexRequest): Promise<Uint8Array<ArrayBuffer> | null> {
  const { manifest } = newest;
  const delta = have === null ? null : deltaFrom(manifest, have.sha256);
  const index = snapshotFile(manifest, INDEX_FILE);
  const transport = manifest.files.find(({ name }) => name === TRANSPORT_FILE);
  const whole = (form === 'index' ? undefined : transport) ?? index;
  if (have === null || delta === null || delta.size >= whole.size) return null;
  try {
    const encoded = await source.file(delta, urlOf(newest, delta.name));
    const { applyDelta } = await import('./decode.js');
    const made = await applyDelta(have.bytes, encoded, { analyzer, decode, inflate });
    return (await sha256(made)) === index.sha256 ? made : null;
  } catch (error) {
    // Whoever closed the snapshot meanwhile wants no other way.
    if (error instanceof AskdexError && error.code === 'index_not_ready') throw error;
    return null;
  }
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
  const { decodeTransport } = await import('./decode.js');
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

/** Where a file of a manifest lies. */
export function urlOf({ manifest, base }: Newest, name: string): URL {
  return new URL(manifest.prefix + name, base);
}
