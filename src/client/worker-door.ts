import type { Snapshot, SnapshotOptions } from './index.js';
import type { Said } from './messages.js';
import { platform, type Thread } from './platform.js';

/** Named as such, so that bundlers see it and take the worker's module along. */
declare const Worker: (new (url: URL, options: { type: 'module'; name: string }) => Thread) | undefined;

/**
 * Opens a snapshot in a worker that this page starts. null: there is no page here, workers cannot be had, or none are wanted; then
 * the snapshot is opened in this thread.
 */
export async function openInWorker(url: URL, options: SnapshotOptions): Promise<Snapshot | null> {
  if (options.worker === false || platform().document === undefined) return null;
  const thread = await startWorker();
  if (thread === null) return null;
  const { openThrough } = await import('./worker-snapshot.js');
  return openThrough(thread, url, options);
}

/** null: the policy of the page forbids it, its module cannot be loaded, or there are no workers. */
async function startWorker(): Promise<Thread | null> {
  if (typeof Worker === 'undefined') return null;
  try {
    const thread = new Worker(new URL('./worker.js', import.meta.url), { type: 'module', name: 'askdex' });
    return await new Promise((resolve) => {
      thread.addEventListener('message', ({ data }) => {
        if (isSaid(data) && data.say === 'ready') resolve(thread);
      });
      thread.addEventListener('error', (event) => {
        event.preventDefault?.();
        thread.terminate();
        resolve(null);
      });
    });
  } catch {
    return null;
  }
}

/** The worker is our own: that it speaks at all is all that is asked. */
export function isSaid(data: unknown): data is Said {
  return typeof data === 'object' && data !== null && 'say' in data;
}
