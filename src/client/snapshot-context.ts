import { INDEX_FILE } from '../core/index/format/container.js';
import type { SearchSettings } from '../core/model/settings.js';
import { snapshotFile, type SnapshotManifest } from '../core/model/snapshot-manifest.js';
import type { SnapshotSource } from './download/snapshot-source.js';
import type { SnapshotOptions } from './types.js';
import { fetchIndex, type LatestManifest } from './download/fetch-latest.js';
import { createCheckedAnalyzer, openSnapshotIndex, type OpenSnapshot } from './snapshot.js';
import type { SnapshotStore } from './store/snapshot-store.js';

/** Where a snapshot comes from, where it is kept, and what was asked for. */
export interface SnapshotContext {
  readonly source: SnapshotSource;
  /** null: nowhere. */
  readonly store: SnapshotStore | null;
  readonly options: SnapshotOptions;
}

/** A snapshot with the manifest that it was opened by, as it was read. */
export interface DownloadedSnapshot extends OpenSnapshot {
  readonly json: string;
}

/** Downloads what a manifest tells of and opens it. `have` is open already: what is the same in it is not fetched again. */
export async function downloadSnapshot(
  { source, options }: Pick<SnapshotContext, 'source' | 'options'>,
  newest: LatestManifest,
  have: OpenSnapshot | null,
): Promise<DownloadedSnapshot> {
  const { manifest, json } = newest;
  const settings = settingsFor(manifest, options);
  // Before the download: with other settings it would be for nothing.
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

/** Of the index file. */
export function sha256Of(manifest: SnapshotManifest): string {
  return snapshotFile(manifest, INDEX_FILE).sha256;
}

/** What the publisher searches with; a caller may say otherwise. */
export function settingsFor(
  { settings }: SnapshotManifest,
  { settings: own }: SnapshotOptions,
): Partial<SearchSettings> {
  return { ...settings, ...own };
}

/** Whether a snapshot is from before another. A publisher may begin to count anew, but not both. */
export function isOlder(one: SnapshotManifest, other: SnapshotManifest): boolean {
  return one.sequence < other.sequence && one.createdAt < other.createdAt;
}
