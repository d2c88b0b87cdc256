import { SnapshotSource } from './download/snapshot-source.js';
import type { Snapshot, SnapshotOptions } from './types.js';
import { openStored } from './open-stored.js';
import { preloadFilterParser } from './on-demand/load-filter-parser.js';
import { LiveSnapshot } from './live-snapshot.js';
import { fetchLatestManifest } from './download/fetch-latest.js';
import { downloadSnapshot } from './snapshot-context.js';
import { SnapshotStore, type StoredSnapshot, manifestUrl } from './store/snapshot-store.js';

/**
 * Opens a snapshot from a URL in this thread. `prefetched`: the stored snapshot that another thread is reading.
 *
 * @throws {AskdexError} the errors of `openSnapshot`
 */
export async function openRemote(
  url: URL,
  options: SnapshotOptions,
  prefetched: StoredSnapshot | null = null,
): Promise<Snapshot> {
  const source = new SnapshotSource(manifestUrl(url), options);
  const opening = options.store === false ? Promise.resolve(null) : SnapshotStore.open(source.url);
  const stored = await openStored({ store: opening, options }, prefetched);
  const context = { source, store: await opening, options };
  const live = new LiveSnapshot(
    context,
    stored ?? (await downloadSnapshot(context, await fetchLatestManifest(source, options), null)),
  );
  // Filters have to work later without a network.
  preloadFilterParser().catch(() => undefined);
  if (stored === null) await live.store();
  else if (options.update !== 'manual') live.updateInBackground();
  return live;
}
