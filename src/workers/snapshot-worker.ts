import { Worker } from 'node:worker_threads';
import { threadEntry } from './thread-entry.js';

export interface SnapshotThreadOptions {
  /** The module that makes a snapshot of its `workerData`, then ends. */
  readonly module: URL;
  /** Plain data. */
  readonly input: unknown;
  readonly signal: AbortSignal;
}

/** Makes a snapshot in a thread of its own. Rejects with what it failed with; ends it when `signal` aborts. */
export async function runSnapshotThread({ module, input, signal }: SnapshotThreadOptions): Promise<void> {
  signal.throwIfAborted();
  const worker = new Worker(threadEntry(module), { name: 'snapshot', workerData: input });
  const onAbort = (): void => void worker.terminate();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    await new Promise<void>((resolve, reject) => {
      worker.once('error', reject);
      worker.once('exit', (code) => {
        if (code === 0) resolve();
        else reject(new Error(`The snapshot thread ended with exit code ${code}.`));
      });
    });
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
