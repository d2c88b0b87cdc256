import type { BuildOptions, RunBuild } from '../app/build/reindex.js';
import { parentPort, workerData } from 'node:worker_threads';
import { type BuildMessage, serializeBuildError } from './build-protocol.js';
import { lowerThreadPriority } from './thread-priority.js';

/** The `workerData` of a build thread. */
export interface WorkerInput {
  /** URL of the module that exports `runBuild`. */
  readonly module: string;
  readonly options: BuildOptions;
  /** One 32-bit cell; 1 cancels the build. Shared memory, because a busy thread reads no messages. */
  readonly cancel: SharedArrayBuffer;
}

async function main({ module, options, cancel }: WorkerInput): Promise<void> {
  const cell = new Int32Array(cancel);
  const signal = {
    get aborted(): boolean {
      return Atomics.load(cell, 0) === 1;
    },
  };
  try {
    const { runBuild } = await loadBuild(module);
    const report = await runBuild(options, {
      signal,
      onProgress: (progress) => post({ kind: 'progress', progress }),
    });
    post({ kind: 'report', report });
  } catch (error) {
    post({ kind: 'error', error: serializeBuildError(error) });
  }
}

async function loadBuild(url: string): Promise<{ runBuild: RunBuild }> {
  const loaded: unknown = await import(url);
  if (isBuildModule(loaded)) return loaded;
  throw new TypeError('The build module does not export runBuild.');
}

function isBuildModule(value: unknown): value is { runBuild: RunBuild } {
  return typeof value === 'object' && value !== null && 'runBuild' in value && typeof value.runBuild === 'function';
}

function post(message: BuildMessage): void {
  parentPort?.postMessage(message);
}

function isInput(value: unknown): value is WorkerInput {
  if (typeof value !== 'object' || value === null) return false;
  const { module, options, cancel }: Partial<Record<keyof WorkerInput, unknown>> = value;
  return typeof module === 'string' && typeof options === 'object' && cancel instanceof SharedArrayBuffer;
}

const input: unknown = workerData;
if (!isInput(input)) throw new TypeError('This module can only be started by build-worker.ts.');
lowerThreadPriority();
await main(input);
