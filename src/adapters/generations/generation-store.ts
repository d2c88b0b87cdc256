import { thisProcess, type ProcessInfo } from './lock-record.js';
import { setTimeout as sleep } from 'node:timers/promises';
import { AskdexError } from '../../core/errors.js';
import type { GenerationStore, StoredGeneration } from '../../core/model/ports.js';
import { nodeFileSystem, type FileSystem, withDiskErrors } from './file-system.js';
import { takeLock, type HeldLock } from './lock.js';
import { indexPaths, type IndexPaths } from './index-paths.js';
import { readPointer } from './current-pointer.js';
import { publishDraft, type PublishContext, rollBack } from './publish.js';
import { damaged } from './manifest-file.js';
import { openGeneration } from './generation.js';
import { readGenerations, removeLeftovers } from './generation-writer.js';

export interface GenerationStoreOptions {
  /** The version of Askdex, for the manifests. Default `0.0.0`. */
  readonly version?: string;
  // Tests replace the following.
  readonly disk?: FileSystem;
  readonly now?: () => number;
  readonly self?: ProcessInfo;
  readonly every?: (ms: number, call: () => void) => () => void;
  readonly wait?: (ms: number) => Promise<void>;
}

/**
 * Creates the store of an index folder: `generations/<name>/` with a manifest each, and `CURRENT` with the name of the
 * current one. Nothing is written before the first lock. After a crash the old or the new generation is current.
 */
export function createGenerationStore(folder: string, options: GenerationStoreOptions = {}): GenerationStore {
  const { disk = nodeFileSystem, now = Date.now, self = thisProcess, every = unrefInterval, wait = sleep } = options;
  const paths = indexPaths(folder);
  const publication: PublishContext = {
    disk,
    paths,
    now,
    version: options.version ?? '0.0.0',
    assertLockHeld: () => assertLockHeld(),
  };
  let held: HeldLock | null = null;

  const assertLockHeld = async (): Promise<void> => {
    if (held !== null && (await held.isOurs())) return;
    throw new AskdexError('index_locked', 'The lock of the index folder is not held or was taken over.', {
      remedy: 'Build again when the other build has ended.',
    });
  };

  const lock = async (): Promise<{ release(): Promise<void> }> => {
    const taken = await takeLock({
      disk,
      paths,
      self,
      now,
      every,
      wait,
    });
    held = taken;
    const release = async (): Promise<void> => {
      if (held === taken) held = null;
      await taken.release();
    };
    try {
      await withDiskErrors('removing leftovers', () => removeLeftovers(disk, paths));
    } catch (error) {
      await release().catch(() => undefined);
      throw error;
    }
    return { release };
  };

  const open = (generation: string): Promise<StoredGeneration> => openGeneration(disk, paths, generation);

  const withLock = async <T>(work: () => Promise<T>): Promise<T> => {
    if (held !== null) return work();
    const taken = await createAndLock();
    try {
      return await work();
    } finally {
      await taken.release();
    }
  };

  const createAndLock = async (): Promise<{ release(): Promise<void> }> => {
    await withDiskErrors('creating the index folder', () => disk.createFolder(paths.generations));
    return lock();
  };

  return {
    list: (onDamaged) =>
      withDiskErrors('listing generations', async () =>
        (await readGenerations(disk, paths, onDamaged)).map(({ manifest }) => manifest),
      ),
    current: () => withDiskErrors('reading CURRENT', () => openCurrent({ disk, paths, open })),
    open,
    publish: (draft, publishOptions) =>
      withDiskErrors('publishing', () => publishDraft(publication, draft, publishOptions)),
    rollback: (generation) => withLock(() => withDiskErrors('rolling back', () => rollBack(publication, generation))),
    lock: createAndLock,
    follow: (onChange, since) => watchCurrent({ disk, paths, every }, onChange, since),
  };
}

interface CurrentSource {
  readonly disk: FileSystem;
  readonly paths: IndexPaths;
  readonly open: (generation: string) => Promise<StoredGeneration>;
}

/**
 * Opens the current generation. Retries if it was pruned after `CURRENT` was read, since `CURRENT` has changed then.
 */
async function openCurrent({ disk, paths, open }: CurrentSource): Promise<StoredGeneration | null> {
  let name = await readPointer(disk, paths);
  for (;;) {
    if (name === null) return null;
    try {
      return await open(name);
    } catch (error) {
      const next: string | null = await readPointer(disk, paths);
      if (next === name) throw missingIsDamaged(name, error);
      name = next;
    }
  }
}

function missingIsDamaged(name: string, error: unknown): unknown {
  const missing = error instanceof AskdexError && error.code === 'generation_not_found';
  return missing ? damaged(name, 'CURRENT names it, but it is missing', error) : error;
}

function unrefInterval(ms: number, call: () => void): () => void {
  const timer = setInterval(call, ms);
  timer.unref();
  return () => clearInterval(timer);
}

const POLL_INTERVAL_MS = 500;

interface FollowEnvironment {
  readonly disk: FileSystem;
  readonly paths: IndexPaths;
  readonly every: (ms: number, call: () => void) => () => void;
}

/**
 * Polls `CURRENT` and calls `onChange` when it names another generation than before (at first `since`). Ignores failed
 * reads, such as of a volume that is briefly unavailable. Returns a function that stops.
 */
function watchCurrent(
  { disk, paths, every }: FollowEnvironment,
  onChange: (generation: string) => void,
  since?: string | null,
): () => void {
  let known = since;
  let reading = false;
  let stopped = false;
  const poll = async (): Promise<void> => {
    const name = await readPointer(disk, paths).catch(() => null);
    const before = known;
    if (name !== null || before === undefined) known = name;
    if (name !== null && before !== undefined && name !== before && !stopped) onChange(name);
  };
  const pollOnce = (): void => {
    if (reading || stopped) return;
    reading = true;
    void poll().finally(() => {
      reading = false;
    });
  };
  pollOnce();
  const stop = every(POLL_INTERVAL_MS, pollOnce);
  return () => {
    stopped = true;
    stop();
  };
}
