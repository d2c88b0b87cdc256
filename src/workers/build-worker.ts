import { getHeapStatistics } from 'node:v8';
import { Worker } from 'node:worker_threads';
import type { BuildOptions } from '../app/build/build-options.js';
import type { RunHooks, RunRequest } from '../app/tasks/task-queue.js';
import { type Timer, systemTimer } from '../app/tasks/timer.js';
import { AskdexError, systemErrorCode } from '../core/errors.js';
import type { BuildReport } from '../core/model/build-report.js';
import { CHECK_LOG, deserializeBuildError, parseBuildMessage } from './build-protocol.js';
import { threadEntry } from './thread-entry.js';
import type { WorkerInput } from './build-thread.js';

export interface WorkerRunnerOptions {
  /** The module that exports `runBuild` (see `RunBuild`). */
  readonly module: URL;
  /** What stays the same from build to build. */
  readonly build: Omit<BuildOptions, 'full' | 'force'>;
  /** The thread's heap, in MB; the default is this process's own limit. */
  readonly heapMb?: number;
  /** What a canceled build gets to end by itself before its thread is ended, in milliseconds. */
  readonly graceMs?: number;
  readonly timer?: Timer;
  /** Told when a thread has ended, in whatever way: the place to free a lock that it could not release. */
  readonly onThreadEnded?: (thread: number) => Promise<void>;
}

const MB = 1024 * 1024;

/**
 * Runs each build in a fresh thread, as the `run` of a task queue. Nothing that happens in the thread ends the process:
 * an uncaught error, an exit, no memory left are all `build_failed`.
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
    const worker = new Worker(threadEntry(new URL(`./build-thread${extension()}`, import.meta.url)), {
      name: 'build',
      workerData: input,
      resourceLimits: { maxOldGenerationSizeMb: heapMb },
    });
    const thread = worker.threadId;
    let forget = (): void => undefined;
    const onAbort = (): void => {
      Atomics.store(new Int32Array(cancel), 0, 1);
      forget = timer(graceMs, () => void worker.terminate());
    };
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      return await outcomeOf(worker, { onProgress, signal, heapMb });
    } finally {
      signal.removeEventListener('abort', onAbort);
      forget();
      await worker.terminate();
      await onThreadEnded(thread);
    }
  };
}

interface Listening extends RunHooks {
  readonly heapMb: number;
}

function outcomeOf(worker: Worker, { onProgress, signal, heapMb }: Listening): Promise<BuildReport> {
  return new Promise((resolve, reject) => {
    worker.on('message', (value: unknown) => {
      const message = parseBuildMessage(value);
      if (message === null) reject(failed('The build thread sent a message that cannot be understood.'));
      else if (message.kind === 'progress') onProgress(message.progress);
      else if (message.kind === 'report') resolve(message.report);
      else reject(deserializeBuildError(message.error));
    });
    worker.on('messageerror', (error) => reject(failed('A message of the build thread could not be read.', error)));
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

/** `.js` where this is compiled, `.ts` where it is run from source. */
function extension(): string {
  return import.meta.url.endsWith('.ts') ? '.ts' : '.js';
}

function canceled(): AskdexError {
  return new AskdexError('build_canceled', 'The build was canceled; what is served has not changed.');
}

function failed(message: string, cause?: unknown): AskdexError {
  return new AskdexError('build_failed', message, { remedy: CHECK_LOG, cause });
}

function crashed(error: unknown): AskdexError {
  return failed(`The build thread stopped at an error (${error instanceof Error ? error.name : typeof error}).`, error);
}

function outOfMemory(heapMb: number, cause: unknown): AskdexError {
  return new AskdexError('build_failed', `The build ran out of memory (its limit is ${heapMb} MB).`, {
    remedy: 'Give the process more with NODE_OPTIONS=--max-old-space-size=MEGABYTES.',
    cause,
  });
}
