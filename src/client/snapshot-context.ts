import { INDEX_FILE } from '../core/index/format/container.js';
import type { SearchSettings } from '../core/model/settings.js';
import { snapshotFile, type SnapshotManifest } from '../core/model/snapshot-manifest.js';
import type { SnapshotSource } from './download/snapshot-source.js';
import type { SnapshotOptions } from './types.js';
import { fetchIndex, type LatestManifest } from './download/fetch-latest.js';
import { createCheckedAnalyzer, openSnapshotIndex, type OpenSnapshot } from './snapshot.js';
import type { SnapshotStore } from './store/snapshot-store.js';

/** The source of a snapshot, its store and the caller's options. */
export interface SnapshotContext {
  readonly source: SnapshotSource;
  /** null: it is not stored. */
  readonly store: SnapshotStore | null;
  readonly options: SnapshotOptions;
}

/** A snapshot with the text of its manifest. */
export interface DownloadedSnapshot extends OpenSnapshot {
  readonly json: string;
}

/** Downloads the snapshot of a manifest and opens it. `have`, the open one, saves the download of an equal index. */
export async function downloadSnapshot(
  { source, options }: Pick<SnapshotContext, 'source' | 'options'>,
  newest: LatestManifest,
  have: OpenSnapshot | null,
): Promise<DownloadedSnapshot> {
  const { manifest, json } = newest;
  const settings = settingsFor(manifest, options);
  // Checked before the download, which is useless with other settings.
  const analyzer = await createCheckedAnalyzer(settings, manifest);
  const same = have !== null && sha256Of(have.manifest) === sha256Of(manifest);
  const bytes = same
    ? have.bytes
    : await fetchIndex({
        ...{ source, newest, analyzer },
        base: have === null ? null : { bytes: have.bytes, sha256: sha256Of(have.manifest) },
      });
  return { ...(await openSnapshotIndex({ manifest, bytes, settings, text: manifest.text })), json };
}

/** The sha256 of the index file. */
export function sha256Of(manifest: SnapshotManifest): string {
  return snapshotFile(manifest, INDEX_FILE).sha256;
}

/** The publisher's settings, overridden by those of the caller. */
export function settingsFor(
  { settings }: SnapshotManifest,
  { settings: own }: SnapshotOptions,
): Partial<SearchSettings> {
  return { ...settings, ...own };
}

/** Whether a snapshot precedes another. A publisher may reset the sequence, so the creation time counts too. */
export function isOlder(one: SnapshotManifest, other: SnapshotManifest): boolean {
  return one.sequence < other.sequence && one.createdAt < other.createdAt;
}
