import { SnapshotSource } from './download/snapshot-source.js';
import type { Snapshot, SnapshotOptions } from './types.js';
import { openStored } from './open-stored.js';
import { preloadFilterParser } from './on-demand/load-filter-parser.js';
import { LiveSnapshot } from './live-snapshot.js';
import { fetchLatestManifest } from './download/fetch-latest.js';
import { downloadSnapshot } from './snapshot-context.js';
import { SnapshotStore, type StoredSnapshot, manifestUrl } from './store/snapshot-store.js';

/**
 * Opens a snapshot from a URL, in this thread, with what browsers, workers and Node have in common; see `openSnapshot`. `ahead`: what
 * another thread reads of the store.
 */
export async function openRemote(
  url: URL,
  options: SnapshotOptions,
  ahead: StoredSnapshot | null = null,
): Promise<Snapshot> {
  const source = new SnapshotSource(manifestUrl(url), options);
  const opening = options.store === false ? Promise.resolve(null) : SnapshotStore.open(source.url);
  const kept = await openStored({ store: opening, options }, ahead);
  const place = { source, store: await opening, options };
  const live = new LiveSnapshot(
    place,
    kept ?? (await downloadSnapshot(place, await fetchLatestManifest(source, options), null)),
  );
  // Filters shall work without a network later.
  preloadFilterParser().catch(() => undefined);
  if (kept === null) await live.keep();
  else if (options.update !== 'manual') live.updateInBackground();
  return live;
}
