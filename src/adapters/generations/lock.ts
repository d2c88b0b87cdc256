import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import { AskdexError, systemErrorCode } from '../../core/errors.js';
import { type FileSystem, nodeFileSystem, withDiskErrors } from './file-system.js';
import { type LockRecord, isAlive, parseRecord, recordBytes, type ProcessInfo, thisProcess } from './lock-record.js';
import { TEMP_PREFIX, type IndexPaths, indexPaths } from './index-paths.js';
import { tempName, replaceFile } from './current-pointer.js';

export interface LockEnvironment {
  readonly disk: FileSystem;
  readonly paths: IndexPaths;
  readonly self: ProcessInfo;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Calls back every `ms` milliseconds. Returns a function that stops. */
  readonly every: (ms: number, call: () => void) => () => void;
  readonly wait: (ms: number) => Promise<void>;
}

export interface HeldLock {
  /** Whether the lock file still has this holder's token. */
  isOurs(): Promise<boolean>;
  release(): Promise<void>;
}

const REFRESH_INTERVAL_MS = 10_000;
/** A lock file without a record is read again after this time, because its holder may still be writing it. */
const WRITE_SETTLE_MS = 100;

interface LockObservation {
  /** null if the file is not a record, even at the second read. */
  readonly record: LockRecord | null;
  readonly age: number;
}

/**
 * Takes the lock of an index folder.
 *
 * @throws {AskdexError} index_locked: if its holder is alive.
 */
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
    if (await createLockFile(disk, paths.lock, record)) return startRefreshing(environment, token);
    const observed = await observe(environment, paths.lock);
    if (observed === null) continue;
    if (await isHolderAlive(environment, observed)) throw locked(observed);
    if (await takeOver(environment, record)) return startRefreshing(environment, token);
  }
  throw locked(null);
}

/**
 * Releases the lock of a thread of this process that was terminated or ran out of memory. Call it after the thread has
 * ended. Does not touch the lock of another holder.
 */
export async function releaseLockOfThread(folder: string, thread: number): Promise<void> {
  const paths = indexPaths(folder);
  const bytes = await nodeFileSystem.read(paths.lock).catch(() => null);
  const record = bytes === null ? null : parseRecord(bytes);
  if (record === null) return;
  const { pid, host } = thisProcess;
  const started = await thisProcess.started(pid);
  if (record.pid !== pid || record.host !== host || record.started !== started || record.thread !== thread) return;
  await removeStaleLock(nodeFileSystem, paths.lock, { record, age: 0 });
}

async function createLockFile(disk: FileSystem, path: string, record: LockRecord): Promise<boolean> {
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

async function observe({ disk, now, wait }: LockEnvironment, path: string): Promise<LockObservation | null> {
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
 * Replaces the record of a dead holder. A guard file lets only one process do so. It checks the holder again, because
 * another process may already have taken over. Returns false if the caller has to start again.
 */
async function takeOver(environment: LockEnvironment, record: LockRecord): Promise<boolean> {
  const { disk, paths } = environment;
  const guard = join(paths.folder, `${TEMP_PREFIX}takeover`);
  if (!(await createLockFile(disk, guard, record))) {
    const rival = await observe(environment, guard);
    if (rival !== null && (await isHolderAlive(environment, rival))) throw locked(rival);
    if (rival !== null) await removeStaleLock(disk, guard, rival);
    return false;
  }
  try {
    const observed = await observe(environment, paths.lock);
    if (observed === null || (await isHolderAlive(environment, observed))) return false;
    await withDiskErrors('taking over the lock', () =>
      replaceFile(disk, paths.folder, { path: paths.lock, bytes: recordBytes(record) }),
    );
    return true;
  } finally {
    await disk.remove(guard).catch(() => undefined);
  }
}

/** Removes a dead holder's file. Moves it away first, and restores it if it belongs to another holder by now. */
async function removeStaleLock(disk: FileSystem, path: string, observed: LockObservation): Promise<void> {
  const temporary = join(dirname(path), tempName());
  await withDiskErrors('taking over the lock', async () => {
    try {
      await disk.rename(path, temporary);
    } catch (error) {
      if (systemErrorCode(error) === 'ENOENT') return;
      throw error;
    }
    const moved = await disk.read(temporary);
    const record = parseRecord(moved);
    if (record !== null && record.token !== observed.record?.token) await restoreLock(disk, path, moved);
    await disk.remove(temporary);
  });
}

async function restoreLock(disk: FileSystem, path: string, bytes: Uint8Array): Promise<void> {
  try {
    await disk.create(path, bytes);
  } catch (error) {
    if (systemErrorCode(error) !== 'EEXIST') throw error;
  }
}

async function isHolderAlive({ self }: LockEnvironment, observed: LockObservation): Promise<boolean> {
  return observed.record !== null && (await isAlive(observed.record, observed.age, self));
}

function startRefreshing({ disk, paths, now, every }: LockEnvironment, token: string): HeldLock {
  const isOurs = async (): Promise<boolean> => {
    try {
      return parseRecord(await disk.read(paths.lock))?.token === token;
    } catch {
      return false;
    }
  };
  const stop = every(REFRESH_INTERVAL_MS, () => {
    // A failed refresh only makes the lock look older. The token is checked again before CURRENT is switched.
    void isOurs()
      .then((mine) => (mine ? disk.touch(paths.lock, now()) : undefined))
      .catch(() => undefined);
  });
  return {
    isOurs,
    async release() {
      stop();
      if (await isOurs()) await withDiskErrors('releasing the lock', () => disk.remove(paths.lock));
    },
  };
}

function locked(observed: LockObservation | null): AskdexError {
  const record = observed?.record ?? null;
  const who = record === null ? 'Another build' : `Another build (process ${record.pid} on ${record.host})`;
  return new AskdexError('index_locked', `${who} is using the index folder.`, {
    remedy: 'Wait until it has ended, then build again.',
  });
}
