import { prefetchStored } from './store/snapshot-store.js';
import type { Snapshot, SnapshotOptions } from './types.js';
import { isWorkerMessage } from './worker-protocol.js';
import { platform, type WorkerLike } from './store/platform.js';
import { openWorkerSnapshot } from './worker-snapshot.js';

/** Declared under its own name, so that bundlers recognize it and include the worker's module. */
declare const Worker: (new (url: URL, options: { type: 'module'; name: string }) => WorkerLike) | undefined;

/**
 * Opens a snapshot in a worker of this page. Returns null if this is not a page, workers are unavailable or the options
 * exclude them. The caller then opens the snapshot in this thread.
 */
export async function openInWorker(url: URL, options: SnapshotOptions): Promise<Snapshot | null> {
  if (options.worker === false || platform().document === undefined) return null;
  // Starts before the worker is ready: both take about as long, and messages wait until its module is loaded.
  const prefetched = options.store === false ? Promise.resolve(null) : prefetchStored(url);
  const thread = startWorker();
  if (thread === null) return null;
  const runs = waitUntilReady(thread);
  const opened = openWorkerSnapshot(thread, { url, options, prefetched });
  const ended = opened.then(
    () => true,
    () => true,
  );
  return (await Promise.race([runs, ended])) ? opened : null;
}

/** Returns null if there are no workers or the page's policy forbids them. */
function startWorker(): WorkerLike | null {
  if (typeof Worker === 'undefined') return null;
  try {
    return new Worker(new URL('./worker/worker.js', import.meta.url), { type: 'module', name: 'askdex' });
  } catch {
    return null;
  }
}

/** Whether the worker starts. It does not if the page's policy forbids it or its module cannot be loaded. */
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
