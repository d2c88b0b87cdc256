import type { BuildOptions } from '../app/build/reindex.js';
import { type Timer, systemTimer } from '../app/tasks/run-with-timeout.js';
import { getHeapStatistics } from 'node:v8';
import { Worker } from 'node:worker_threads';
import type { RunHooks, RunRequest } from '../app/tasks/task-queue.js';
import { AskdexError, systemErrorCode } from '../core/errors.js';
import type { BuildReport } from '../core/model/build-report.js';
import { CHECK_LOG, deserializeBuildError, parseBuildMessage } from './build-protocol.js';
import type { WorkerInput } from './build-thread.js';

export interface WorkerRunnerOptions {
  /** The module that exports `runBuild` (see `RunBuild`). */
  readonly module: URL;
  /** The options that all builds share. */
  readonly build: Omit<BuildOptions, 'full' | 'force'>;
  /** Limit of the thread's heap in MB. Default: the limit of this process. */
  readonly heapMb?: number;
  /** Time for a canceled build to stop before its thread is terminated, in milliseconds. */
  readonly graceMs?: number;
  readonly timer?: Timer;
  /** Called after a thread has ended for any reason, to free a lock that it could not release. */
  readonly onThreadEnded?: (thread: number) => Promise<void>;
}

const MB = 1024 * 1024;

/**
 * Returns the `run` function of a task queue, which runs each build in a new thread. An uncaught error, an exit or an
 * exhausted heap of the thread does not end the process but rejects with `build_failed`.
 */
export function createWorkerRunner(
  options: WorkerRunnerOptions,
): (request: RunRequest, hooks: RunHooks) => Promise<BuildReport> {
  const { module, build, graceMs = 2_000, timer = systemTimer, onThreadEnded = () => Promise.resolve() } = options;
  const heapMb = options.heapMb ?? Math.floor(getHeapStatistics().heap_size_limit / MB);
  return async ({ full, force }, { onProgress, signal }) => {
    if (signal.aborted) throw canceled();
    const cancel = new SharedArrayBuffer(4);
    const input: WorkerInput = { module: module.href, options: { ...build, full, force }, cancel };
    const worker = new Worker(new URL('./build-thread.js', import.meta.url), {
      name: 'build',
      workerData: input,
      resourceLimits: { maxOldGenerationSizeMb: heapMb },
    });
    const thread = worker.threadId;
    let cancelGrace = (): void => undefined;
    const onAbort = (): void => {
      Atomics.store(new Int32Array(cancel), 0, 1);
      cancelGrace = timer(graceMs, () => void worker.terminate());
    };
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      return await outcomeOf(worker, { onProgress, signal, heapMb });
    } finally {
      signal.removeEventListener('abort', onAbort);
      cancelGrace();
      await worker.terminate();
      await onThreadEnded(thread);
    }
  };
}

interface ThreadHooks extends RunHooks {
  readonly heapMb: number;
}

function outcomeOf(worker: Worker, { onProgress, signal, heapMb }: ThreadHooks): Promise<BuildReport> {
  return new Promise((resolve, reject) => {
    worker.on('message', (value: unknown) => {
      const message = parseBuildMessage(value);
      if (message === null) reject(failed('The build thread sent an invalid message.'));
      else if (message.kind === 'progress') onProgress(message.progress);
      else if (message.kind === 'report') resolve(message.report);
      else reject(deserializeBuildError(message.error));
    });
    worker.on('messageerror', (error) =>
      reject(failed('A message of the build thread could not be deserialized.', error)),
    );
    worker.on('error', (error: unknown) =>
      reject(systemErrorCode(error) === 'ERR_WORKER_OUT_OF_MEMORY' ? outOfMemory(heapMb, error) : crashed(error)),
    );
    worker.on('exit', (code) => {
      reject(
        signal.aborted
          ? canceled()
          : failed(`The build thread ended with exit code ${code} before the build was done.`),
      );
    });
  });
}

function canceled(): AskdexError {
  return new AskdexError('build_canceled', 'The build was canceled; the served index is unchanged.');
}

function failed(message: string, cause?: unknown): AskdexError {
  return new AskdexError('build_failed', message, { remedy: CHECK_LOG, cause });
}

function crashed(error: unknown): AskdexError {
  return failed(
    `The build thread failed with an error (${error instanceof Error ? error.name : typeof error}).`,
    error,
  );
}

function outOfMemory(heapMb: number, cause: unknown): AskdexError {
  return new AskdexError('build_failed', `The build ran out of memory (its limit is ${heapMb} MB).`, {
    remedy: 'Raise the limit with NODE_OPTIONS=--max-old-space-size=MEGABYTES.',
    cause,
  });
}
