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

/** All optional: the version that manifests name, and what a test gives instead of the machine's own. */
export interface GenerationStoreOptions {
  /** The version of Askdex that a manifest names. */
  readonly version?: string;
  readonly disk?: FileSystem;
  readonly now?: () => number;
  readonly self?: ProcessInfo;
  readonly every?: (ms: number, call: () => void) => () => void;
  readonly wait?: (ms: number) => Promise<void>;
}

/**
 * Generations in a folder: `generations/<id>/` each with its manifest, and `CURRENT`, the name of the one that serves.
 * Nothing is made on disk before the first lock. A crash at any moment leaves the old or the new generation current.
 */
export function createGenerationStore(folder: string, options: GenerationStoreOptions = {}): GenerationStore {
  const { disk = nodeFileSystem, now = Date.now, self = thisProcess, every = unrefInterval, wait = sleep } = options;
  const paths = indexPaths(folder);
  const publication: PublishContext = {
    disk,
    paths,
    now,
    version: options.version ?? '0.0.0',
    assertLockHeld: () => ours(),
  };
  let held: HeldLock | null = null;

  const ours = async (): Promise<void> => {
    if (held !== null && (await held.ours())) return;
    throw new AskdexError('index_locked', 'The lock of the index folder is not held, or was taken over meanwhile.', {
      remedy: 'Build again once the other build has ended.',
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

  const locked = async <T>(work: () => Promise<T>): Promise<T> => {
    if (held !== null) return work();
    const taken = await prepared();
    try {
      return await work();
    } finally {
      await taken.release();
    }
  };

  const prepared = async (): Promise<{ release(): Promise<void> }> => {
    await withDiskErrors('making the index folder', () => disk.createFolder(paths.generations));
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
    rollback: (generation) => locked(() => withDiskErrors('rolling back', () => rollBack(publication, generation))),
    lock: prepared,
    follow: (onChange, since) => watchCurrent({ disk, paths, every }, onChange, since),
  };
}

interface Opening {
  readonly disk: FileSystem;
  readonly paths: ReturnType<typeof indexPaths>;
  readonly open: (generation: string) => Promise<StoredGeneration>;
}

/** A generation may be pruned between the look at `CURRENT` and its opening; then `CURRENT` names another by now. */
async function openCurrent({ disk, paths, open }: Opening): Promise<StoredGeneration | null> {
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
  return missing ? damaged(name, 'CURRENT names it, and it is missing', error) : error;
}

function unrefInterval(ms: number, call: () => void): () => void {
  const timer = setInterval(call, ms);
  timer.unref();
  return () => clearInterval(timer);
}

const POLL_INTERVAL_MS = 500;

export interface FollowEnvironment {
  readonly disk: FileSystem;
  readonly paths: IndexPaths;
  readonly every: (ms: number, call: () => void) => () => void;
}

/** Looks at `CURRENT` twice a second. A look that fails (a volume away for a moment) changes nothing. */
export function watchCurrent(
  { disk, paths, every }: FollowEnvironment,
  onChange: (generation: string) => void,
  since?: string | null,
): () => void {
  let known = since;
  let looking = false;
  let stopped = false;
  const look = async (): Promise<void> => {
    const name = await readPointer(disk, paths).catch(() => null);
    const before = known;
    if (name !== null || before === undefined) known = name;
    if (name !== null && before !== undefined && name !== before && !stopped) onChange(name);
  };
  const lookOnce = (): void => {
    if (looking || stopped) return;
    looking = true;
    void look().finally(() => {
      looking = false;
    });
  };
  lookOnce();
  const stop = every(POLL_INTERVAL_MS, lookOnce);
  return () => {
    stopped = true;
    stop();
  };
}
