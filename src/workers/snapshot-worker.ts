import { Worker } from 'node:worker_threads';

export interface SnapshotThreadOptions {
  /** The module that exports the snapshot described by its `workerData`, then ends. */
  readonly module: URL;
  /** The thread's `workerData`: plain data. */
  readonly input: unknown;
  readonly signal: AbortSignal;
}

/** Exports a snapshot in a new thread. Rejects with the thread's error. Terminates the thread when `signal` aborts. */
export async function runSnapshotThread({ module, input, signal }: SnapshotThreadOptions): Promise<void> {
  signal.throwIfAborted();
  const worker = new Worker(module, { name: 'snapshot', workerData: input });
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
