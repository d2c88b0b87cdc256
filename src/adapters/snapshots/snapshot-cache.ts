import { sha256 } from '../../sha256.js';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  readSnapshotManifest,
  SNAPSHOT_MANIFEST,
  type SnapshotManifest,
  type TextMode,
} from '../../core/model/snapshot-manifest.js';

/** What a generation and a text mode name on disk: nothing that leads out of the folder. */
const GENERATION = /^[0-9A-Za-z][0-9A-Za-z-]{0,99}$/;
/** How long a failed making is told before it is tried again. */
const FAILURE_MS = 60_000;

export interface SnapshotBuild {
  readonly generation: string;
  readonly text: TextMode;
  /** The folder to write. */
  readonly out: string;
}

export interface SnapshotCacheOptions {
  /** The index folder; snapshots lie in `snapshots/<generation>/<text>/` of it. */
  readonly folder: string;
  /** Makes a snapshot, off the thread that serves; ends early when `signal` aborts. */
  readonly build: (job: SnapshotBuild, signal: AbortSignal) => Promise<void>;
  readonly now?: () => number;
  readonly onError?: (error: unknown, job: SnapshotBuild) => void;
}

/** The snapshots that a server hands out: each made once, the first time that it is asked for, and removed with its generation. */
export interface SnapshotCache {
  /** null: there is none of this generation, or not yet. A damaged one is removed. */
  get(generation: string, text: TextMode): Promise<SnapshotManifest | null>;
  /** Begins the making unless it runs or waits already. Throws what the last try failed with, for a minute. */
  startBuild(generation: string, text: TextMode): void;
  filePath(generation: string, text: TextMode, name: string): string;
  /** Settles when nothing is being made. */
  idle(): Promise<void>;
  /** Ends what runs. */
  close(): Promise<void>;
}

export function createSnapshotCache(options: SnapshotCacheOptions): SnapshotCache {
  const { folder, build, now = Date.now, onError = () => undefined } = options;
  const stop = new AbortController();
  const known = new Map<string, SnapshotManifest>();
  const running = new Set<string>();
  const failed = new Map<string, { readonly at: number; readonly error: unknown }>();
  let last: Promise<void> = Promise.resolve();

  const folderOf = (generation: string, text: TextMode): string => join(folder, 'snapshots', generation, text);

  const run = async (job: SnapshotBuild): Promise<void> => {
    const key = keyOf(job);
    try {
      stop.signal.throwIfAborted();
      await build(job, stop.signal);
      failed.delete(key);
    } catch (error) {
      if (stop.signal.aborted) return;
      failed.set(key, { at: now(), error });
      onError(error, job);
    } finally {
      running.delete(key);
      await removeOrphans(folder).catch(() => undefined);
    }
  };

  return {
    async get(generation, text) {
      if (!GENERATION.test(generation)) return null;
      const key = keyOf({ generation, text });
      const there = await read(folderOf(generation, text), known.get(key));
      if (there === null) known.delete(key);
      else known.set(key, there);
      return there;
    },
    startBuild(generation, text) {
      const key = keyOf({ generation, text });
      if (running.has(key) || stop.signal.aborted) return;
      const failure = failed.get(key);
      if (failure !== undefined && now() - failure.at < FAILURE_MS) throw failure.error;
      running.add(key);
      // One after the other: each takes a processor for itself.
      last = last.then(() => run({ generation, text, out: folderOf(generation, text) }));
    },
    filePath: (generation, text, name) => join(folderOf(generation, text), name),
    idle: () => last,
    async close() {
      stop.abort();
      await last;
    },
  };
}

function keyOf({ generation, text }: Pick<SnapshotBuild, 'generation' | 'text'>): string {
  return `${generation}/${text}`;
}

/** The manifest in a folder; `before`: what it was when it was read last, if that still stands there. */
async function read(folder: string, before: SnapshotManifest | undefined): Promise<SnapshotManifest | null> {
  let text: string;
  try {
    text = await readFile(join(folder, SNAPSHOT_MANIFEST), 'utf8');
  } catch {
    return null;
  }
  try {
    const { manifest, checksummedText } = readSnapshotManifest(text);
    if (before?.checksum === manifest.checksum) return before;
    if (sha256(checksummedText) === manifest.checksum) return manifest;
  } catch {
    // Told below.
  }
  await rm(folder, { recursive: true, force: true });
  return null;
}

/** Removes the snapshots of generations that are no longer kept. */
async function removeOrphans(folder: string): Promise<void> {
  const [snapshots, generations] = await Promise.all(
    ['snapshots', 'generations'].map((name) => readdir(join(folder, name))),
  );
  for (const name of snapshots ?? [])
    if (generations?.includes(name) === false)
      await rm(join(folder, 'snapshots', name), { recursive: true, force: true });
}
