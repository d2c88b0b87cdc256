import type { ProcessInfo } from '../../../src/adapters/generations/lock-record.js';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FileSystem } from '../../../src/adapters/generations/file-system.js';
import {
  type GenerationStoreOptions,
  createGenerationStore,
} from '../../../src/adapters/generations/generation-store.js';
import type { GenerationDraft } from '../../../src/core/model/generation-manifest.js';
import type { GenerationStore, PublishOptions } from '../../../src/core/model/ports.js';

/** A folder for one test; `dispose` removes it. */
export async function temporaryFolder(): Promise<{ path: string; dispose: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'askdex-test-'));
  return { path, dispose: () => rm(path, { recursive: true, force: true }) };
}

export function draft(content: string, analyzer = 'en-1'): GenerationDraft {
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
  return {
    analyzer,
    documents: content.length,
    files: [
      { name: 'index.bin', bytes: bytes(`index of ${content}`) },
      { name: 'documents.json', bytes: bytes(`["${content}"]`) },
    ],
  };
}

export const GOOD: PublishOptions = { check: () => Promise.resolve(), keep: 3 };

/** Publishes under the lock, as a build does. */
export async function publish(store: GenerationStore, content: string, options: Partial<PublishOptions> = {}) {
  const lock = await store.lock();
  try {
    return await store.publish(draft(content), { ...GOOD, ...options });
  } finally {
    await lock.release();
  }
}

/** A clock that advances by one second at each reading, so that names and times differ. It starts at 2025-01-01. */
export function tickingClock(): () => number {
  let time = Date.UTC(2025, 0, 1);
  return () => (time += 1000);
}

/** A store with a clock of its own, no timers and no waiting. */
export function testStore(folder: string, options: GenerationStoreOptions = {}): GenerationStore {
  return createGenerationStore(folder, {
    version: '1.2.3',
    now: tickingClock(),
    every: () => () => undefined,
    wait: () => Promise.resolve(),
    ...options,
  });
}

/** Another process, on this host or another. */
export function fakeProcess(
  choices: Partial<ProcessInfo> & { running?: Record<number, string | null> } = {},
): ProcessInfo {
  const { running = {}, ...rest } = choices;
  return {
    pid: 4242,
    host: 'here',
    thread: 0,
    started: (pid) => Promise.resolve(running[pid] ?? null),
    alive: (pid) => pid in running,
    ...rest,
  };
}

export interface Faults {
  /** Which step fails, from 1. */
  readonly at: number;
  /** `kill`: the step and all later ones fail, as in a killed process. `error`: only this step fails. */
  readonly kind: 'kill' | 'error';
  /** How much of the failing step is done. A file may be half written. */
  readonly done: 'nothing' | 'half' | 'all';
}

export interface FaultyDisk extends FileSystem {
  /** Steps so far; true for each that can be half done. */
  readonly steps: () => readonly boolean[];
}

/** A disk with a fault at one step. */
export function faultyDisk(disk: FileSystem, { at, kind, done }: Faults): FaultyDisk {
  const steps: boolean[] = [];
  const run = async <T>(whole: () => Promise<T>, half?: () => Promise<unknown>): Promise<T> => {
    const step = steps.push(half !== undefined);
    const fails = step === at || (kind === 'kill' && step > at);
    if (!fails) return whole();
    if (step === at && done === 'all') await whole();
    if (step === at && done === 'half') await half?.();
    throw Object.assign(new Error('injected'), { code: 'EIO' });
  };
  return {
    steps: () => steps,
    createFolder: (path) => run(() => disk.createFolder(path)),
    list: (path) => run(() => disk.list(path)),
    read: (path) => run(() => disk.read(path)),
    create: (path, bytes) =>
      run(
        () => disk.create(path, bytes),
        () => disk.create(path, bytes.slice(0, bytes.byteLength >> 1)),
      ),
    sync: (path) => run(() => disk.sync(path)),
    rename: (from, to) => run(() => disk.rename(from, to)),
    remove: (path) => run(() => disk.remove(path)),
    touch: (path, time) => run(() => disk.touch(path, time)),
    modified: (path) => run(() => disk.modified(path)),
  };
}

/** A timer that the test fires. */
export function manualTimer() {
  const waiting = new Set<{ ms: number; call: () => void }>();
  return {
    timer: (ms: number, call: () => void) => {
      const entry = { ms, call };
      waiting.add(entry);
      return () => void waiting.delete(entry);
    },
    /** The pending delays, shortest first. */
    delays: () => [...waiting].map(({ ms }) => ms).sort((a, b) => a - b),
    /** Fires every timer of this delay. */
    ring: (ms: number) => {
      for (const entry of [...waiting].filter((one) => one.ms === ms)) {
        waiting.delete(entry);
        entry.call();
      }
    },
  };
}
