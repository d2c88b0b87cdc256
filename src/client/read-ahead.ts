import { manifestUrl } from './manifest-url.js';
import { SnapshotStore, type KeptBytes } from './store.js';

/**
 * Reads what was kept of a source for a worker that only starts: reading takes about as long as that. Nothing of it is checked here.
 * null: nothing was kept, or it cannot be read; the worker looks by itself then.
 */
export async function readAhead(url: URL): Promise<KeptBytes | null> {
  const store = await SnapshotStore.open(manifestUrl(url));
  const kept = (await store?.read()) ?? null;
  if (kept === null) return null;
  return kept.index().then(
    (index) => ({ manifest: kept.manifest, index }),
    () => null,
  );
}
