import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import { AskdexError, systemErrorCode } from '../../core/errors.js';
import { type FileSystem, nodeFileSystem, withDiskErrors } from './file-system.js';
import { type LockRecord, isAlive, parseRecord, recordBytes } from './lock-record.js';
import { TEMP_PREFIX, type IndexPaths, indexPaths } from './index-paths.js';
import { tempName, replaceFile } from './current-pointer.js';
import { type ProcessInfo, thisProcess } from './process-info.js';

export interface LockEnvironment {
  readonly disk: FileSystem;
  readonly paths: IndexPaths;
  readonly self: ProcessInfo;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Calls back every `ms`; returns how to stop. */
  readonly every: (ms: number, call: () => void) => () => void;
  readonly wait: (ms: number) => Promise<void>;
}

export interface HeldLock {
  /** Whether the lock file still carries this holder's token. */
  ours(): Promise<boolean>;
  release(): Promise<void>;
}

const REFRESH_INTERVAL_MS = 10_000;
/** Between the creation of a lock file and its first bytes another process may look at it. */
const WRITE_SETTLE_MS = 100;

interface LockObservation {
  /** null: not a record, even at the second look. */
  readonly record: LockRecord | null;
  readonly age: number;
}

/** Takes the lock of an index folder. Throws `index_locked` while a living holder has it. */
export async function takeLock(environment: LockEnvironment): Promise<HeldLock> {
  const { disk, paths, self } = environment;
  const token = randomBytes(16).toString('hex');
  const record = {
    pid: self.pid,
    host: self.host,
    started: await self.started(self.pid),
    thread: self.thread,
    token,
  };
  for (let attempt = 0; attempt < 3; attempt += 1) {
    if (await created(disk, paths.lock, record)) return startRefreshing(environment, token);
    const seen = await look(environment, paths.lock);
    if (seen === null) continue;
    if (await isHolderAlive(environment, seen)) throw locked(seen);
    if (await takeOver(environment, record)) return startRefreshing(environment, token);
  }
  throw locked(null);
}

/**
 * Frees the lock that a thread of this process left behind: a thread that was ended or ran out of memory cannot do it,
 * and its process lives on. Call it once the thread has ended. Leaves any other holder's lock alone.
 */
export async function releaseLockOfThread(folder: string, thread: number): Promise<void> {
  const places = indexPaths(folder);
  const bytes = await nodeFileSystem.read(places.lock).catch(() => null);
  const record = bytes === null ? null : parseRecord(bytes);
  if (record === null) return;
  const { pid, host } = thisProcess;
  const started = await thisProcess.started(pid);
  if (record.pid !== pid || record.host !== host || record.started !== started || record.thread !== thread) return;
  await removeStaleLock(nodeFileSystem, places.lock, { record, age: 0 });
}

async function created(disk: FileSystem, path: string, record: LockRecord): Promise<boolean> {
  return withDiskErrors('taking the lock', async () => {
    try {
      await disk.create(path, recordBytes(record));
      return true;
    } catch (error) {
      if (systemErrorCode(error) === 'EEXIST') return false;
      throw error;
    }
  });
}

async function look({ disk, now, wait }: LockEnvironment, path: string): Promise<LockObservation | null> {
  return withDiskErrors('reading the lock', async () => {
    try {
      let record = parseRecord(await disk.read(path));
      if (record === null) {
        await wait(WRITE_SETTLE_MS);
        record = parseRecord(await disk.read(path));
      }
      return { record, age: now() - (await disk.modified(path)) };
    } catch (error) {
      if (systemErrorCode(error) === 'ENOENT') return null;
      throw error;
    }
  });
}

/**
 * Puts a record in the place of a dead holder's. Of the processes that saw it dead only one may, the one that holds the
 * guard; it looks again first, for another may have been through already. false: look again from the start.
 */
async function takeOver(environment: LockEnvironment, record: LockRecord): Promise<boolean> {
  const { disk, paths } = environment;
  const guard = join(paths.folder, `${TEMP_PREFIX}takeover`);
  if (!(await created(disk, guard, record))) {
    const other = await look(environment, guard);
    if (other !== null && (await isHolderAlive(environment, other))) throw locked(other);
    if (other !== null) await removeStaleLock(disk, guard, other);
    return false;
  }
  try {
    const seen = await look(environment, paths.lock);
    if (seen === null || (await isHolderAlive(environment, seen))) return false;
    await withDiskErrors('taking over the lock', () =>
      replaceFile(disk, paths.folder, { path: paths.lock, bytes: recordBytes(record) }),
    );
    return true;
  } finally {
    await disk.remove(guard).catch(() => undefined);
  }
}

/** Removes a dead holder's file; what was moved is looked at, and goes back where it is another's by now. */
async function removeStaleLock(disk: FileSystem, path: string, seen: LockObservation): Promise<void> {
  const aside = join(dirname(path), tempName());
  await withDiskErrors('taking over the lock', async () => {
    try {
      await disk.rename(path, aside);
    } catch (error) {
      if (systemErrorCode(error) === 'ENOENT') return;
      throw error;
    }
    const moved = await disk.read(aside);
    const record = parseRecord(moved);
    if (record !== null && record.token !== seen.record?.token) await restoreLock(disk, path, moved);
    await disk.remove(aside);
  });
}

async function restoreLock(disk: FileSystem, path: string, bytes: Uint8Array): Promise<void> {
  try {
    await disk.create(path, bytes);
  } catch (error) {
    if (systemErrorCode(error) !== 'EEXIST') throw error;
  }
}

async function isHolderAlive({ self }: LockEnvironment, seen: LockObservation): Promise<boolean> {
  return seen.record !== null && (await isAlive(seen.record, seen.age, self));
}

function startRefreshing({ disk, paths, now, every }: LockEnvironment, token: string): HeldLock {
  const ours = async (): Promise<boolean> => {
    try {
      return parseRecord(await disk.read(paths.lock))?.token === token;
    } catch {
      return false;
    }
  };
  const stop = every(REFRESH_INTERVAL_MS, () => {
    // A refresh that fails costs nothing but age; before CURRENT is switched, the token is looked at again.
    void ours()
      .then((mine) => (mine ? disk.touch(paths.lock, now()) : undefined))
      .catch(() => undefined);
  });
  return {
    ours,
    async release() {
      stop();
      if (await ours()) await withDiskErrors('releasing the lock', () => disk.remove(paths.lock));
    },
  };
}

function locked(seen: LockObservation | null): AskdexError {
  const record = seen?.record ?? null;
  const who = record === null ? 'Another build' : `Another build (process ${record.pid} on ${record.host})`;
  return new AskdexError('index_locked', `${who} holds the index folder.`, {
    remedy: 'Wait until it has ended, then build again.',
  });
}
