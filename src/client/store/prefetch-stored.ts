import { manifestUrl } from './manifest-url.js';
import { SnapshotStore, type StoredSnapshot } from './snapshot-store.js';

/**
 * Reads what was kept of a source, for a worker that only starts: reading takes about as long as that. Nothing of it is checked here.
 * null: nothing was kept.
 */
export async function prefetchStored(url: URL): Promise<StoredSnapshot | null> {
  const store = await SnapshotStore.open(manifestUrl(url));
  return (await store?.read({ whole: true })) ?? null;
}
