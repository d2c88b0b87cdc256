import { prefetchStored } from './store/snapshot-store.js';
import type { Snapshot, SnapshotOptions } from './types.js';
import { isWorkerMessage } from './worker-protocol.js';
import { platform, type WorkerLike } from './store/platform.js';
import { openWorkerSnapshot } from './worker-snapshot.js';

/** Named as such, so that bundlers see it and take the worker's module along. */
declare const Worker: (new (url: URL, options: { type: 'module'; name: string }) => WorkerLike) | undefined;

/**
 * Opens a snapshot in a worker that this page starts. null: there is no page here, workers cannot be had, or none are wanted; then
 * the snapshot is opened in this thread.
 */
export async function openInWorker(url: URL, options: SnapshotOptions): Promise<Snapshot | null> {
  if (options.worker === false || platform().document === undefined) return null;
  // Before the worker is there: both take about as long, and what it is sent waits until its module was loaded.
  const ahead = options.store === false ? Promise.resolve(null) : prefetchStored(url);
  const thread = startWorker();
  if (thread === null) return null;
  const runs = waitUntilReady(thread);
  const opened = openWorkerSnapshot(thread, { url, options, prefetched: ahead });
  const ended = opened.then(
    () => true,
    () => true,
  );
  return (await Promise.race([runs, ended])) ? opened : null;
}

/** null: there are no workers, or the policy of the page forbids it. */
function startWorker(): WorkerLike | null {
  if (typeof Worker === 'undefined') return null;
  try {
    return new Worker(new URL('./worker/worker.js', import.meta.url), { type: 'module', name: 'askdex' });
  } catch {
    return null;
  }
}

/** Whether a worker begins to run. false: the policy of the page forbids it, or its module cannot be loaded. */
function waitUntilReady(thread: WorkerLike): Promise<boolean> {
  return new Promise((resolve) => {
    thread.addEventListener('message', ({ data }) => {
      if (isWorkerMessage(data) && data.type === 'ready') resolve(true);
    });
    thread.addEventListener('error', (event) => {
      event.preventDefault?.();
      resolve(false);
    });
  });
}
