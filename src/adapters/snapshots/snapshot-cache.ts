import { sha256 } from '../../sha256.js';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  readSnapshotManifest,
  SNAPSHOT_MANIFEST,
  type SnapshotManifest,
  type TextMode,
} from '../../core/model/snapshot-manifest.js';

/** Generation names that cannot lead out of the folder. */
const GENERATION = /^[0-9A-Za-z][0-9A-Za-z-]{0,99}$/;
/** How long a failed build is reported before it is tried again, in milliseconds. */
const FAILURE_MS = 60_000;

export interface SnapshotBuild {
  readonly generation: string;
  readonly text: TextMode;
  /** The folder to write. */
  readonly out: string;
}

export interface SnapshotCacheOptions {
  /** The index folder. Snapshots are in `snapshots/<generation>/<text>/` below it. */
  readonly folder: string;
  /** Builds a snapshot in another thread. Stops early when `signal` aborts. */
  readonly build: (job: SnapshotBuild, signal: AbortSignal) => Promise<void>;
  readonly now?: () => number;
  readonly onError?: (error: unknown, job: SnapshotBuild) => void;
}

/** The snapshots of a server. Each is built at its first request and removed with its generation. */
export interface SnapshotCache {
  /** Returns null if the snapshot does not exist (yet). Removes a damaged one. */
  get(generation: string, text: TextMode): Promise<SnapshotManifest | null>;
  /** Queues a build unless it is queued or running. For a minute after a failed build, throws its error. */
  startBuild(generation: string, text: TextMode): void;
  filePath(generation: string, text: TextMode, name: string): string;
  /** Settles when no build is queued or running. */
  idle(): Promise<void>;
  /** Cancels the builds. */
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
      const manifest = await read(folderOf(generation, text), known.get(key));
      if (manifest === null) known.delete(key);
      else known.set(key, manifest);
      return manifest;
    },
    startBuild(generation, text) {
      const key = keyOf({ generation, text });
      if (running.has(key) || stop.signal.aborted) return;
      const failure = failed.get(key);
      if (failure !== undefined && now() - failure.at < FAILURE_MS) throw failure.error;
      running.add(key);
      // One build at a time, because each uses a whole processor.
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

/** Reads the manifest in a folder. Returns `before`, the manifest read last, if it has not changed. */
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
    // Handled below like a wrong checksum.
  }
  await rm(folder, { recursive: true, force: true });
  return null;
}

/** Removes the snapshots of generations that no longer exist. */
async function removeOrphans(folder: string): Promise<void> {
  const [snapshots, generations] = await Promise.all(
    ['snapshots', 'generations'].map((name) => readdir(join(folder, name))),
  );
  for (const name of snapshots ?? [])
    if (generations?.includes(name) === false)
      await rm(join(folder, 'snapshots', name), { recursive: true, force: true });
}
