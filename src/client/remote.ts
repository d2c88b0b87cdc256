import type { Analyzer } from '../core/analysis/analyzer.js';
import { INDEX_FILE } from '../core/packed/layout.js';
import { decodeTransport } from '../core/packed/transport/transport.js';
import {
  damagedSnapshot,
  readSnapshotManifest,
  SNAPSHOT_MANIFEST,
  snapshotFile,
  TRANSPORT_FILE,
  type SnapshotManifest,
} from '../core/snapshot.js';
import { Source } from './download.js';
import type { Snapshot, SnapshotOptions } from './index.js';
import { analyzerFrom, snapshotOf } from './snapshot.js';
import { checkManifest, sha256 } from './trust.js';

/** Opens a snapshot from a URL with what browsers, workers and Node have in common; see `openSnapshot`. */
export async function openRemote(url: URL, options: SnapshotOptions): Promise<Snapshot> {
  const source = new Source(manifestUrl(url), options);
  const { text, base } = await source.manifest();
  const read = readSnapshotManifest(text);
  const { manifest } = read;
  await checkManifest(read, options);
  if (manifest.kind !== 'packed')
    throw damagedSnapshot(
      `${SNAPSHOT_MANIFEST} is that of a ${manifest.kind} export, which is not for this client`,
    );
  const settings = options.settings ?? {};
  // Before the download: with other settings it would be for nothing.
  const analyzer = await analyzerFrom(settings, manifest);
  const urlOf = (name: string): URL => new URL(manifest.prefix + name, base);
  const bytes =
    (options.form === 'index' ? null : await fromTransport({ source, manifest, urlOf, analyzer })) ??
    (await source.file(snapshotFile(manifest, INDEX_FILE), urlOf(INDEX_FILE)));
  return snapshotOf({ manifest, bytes, settings, text: manifest.text });
}

interface Parts {
  readonly source: Source;
  readonly manifest: SnapshotManifest;
  readonly urlOf: (name: string) => URL;
  readonly analyzer: Analyzer;
}

/**
 * The index out of its encoding; null: this engine decodes it to other bytes (its Unicode tables are older than the writer's), or
 * the snapshot has none.
 */
async function fromTransport({ source, manifest, urlOf, analyzer }: Parts): Promise<Uint8Array | null> {
  const transport = manifest.files.find(({ name }) => name === TRANSPORT_FILE);
  if (transport === undefined) return null;
  const encoded = await source.file(transport, urlOf(TRANSPORT_FILE));
  try {
    const decoded = decodeTransport(encoded, analyzer);
    return (await sha256(decoded)) === snapshotFile(manifest, INDEX_FILE).sha256 ? decoded : null;
  } catch {
    return null;
  }
}

/** A folder's manifest lies in it. */
function manifestUrl(url: URL): URL {
  return url.pathname.endsWith('/') ? new URL(SNAPSHOT_MANIFEST, url) : url;
}
