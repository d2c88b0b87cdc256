import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import { errorCode } from '../../core/system-error-code.js';
import { AskdexError } from '../../core/errors.js';
import { type Disk, nodeDisk, onDisk } from './file-system.js';
import { type LockRecord, isAlive, parseRecord, recordBytes } from './lock-record.js';
import { ASIDE, type Places, placesIn } from './index-paths.js';
import { asideName, replaceFile } from './current-pointer.js';
import { type ProcessInfo, thisProcess } from './process-info.js';

export interface LockEnvironment {
  readonly disk: Disk;
  readonly places: Places;
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

const REFRESH_EVERY = 10_000;
/** Between the creation of a lock file and its first bytes another process may look at it. */
const SETTLE = 100;

interface Seen {
  /** null: not a record, even at the second look. */
  readonly record: LockRecord | null;
  readonly age: number;
}

/** Takes the lock of an index folder. Throws `index_locked` while a living holder has it. */
export async function takeLock(environment: LockEnvironment): Promise<HeldLock> {
  const { disk, places, self } = environment;
  const token = randomBytes(16).toString('hex');
  const record = {
    pid: self.pid,
    host: self.host,
    started: await self.started(self.pid),
    thread: self.thread,
    token,
  };
  for (let attempt = 0; attempt < 3; attempt += 1) {
    if (await created(disk, places.lock, record)) return hold(environment, token);
    const seen = await look(environment, places.lock);
    if (seen === null) continue;
    if (await lives(environment, seen)) throw locked(seen);
    if (await takeOver(environment, record)) return hold(environment, token);
  }
  throw locked(null);
}

/**
 * Frees the lock that a thread of this process left behind: a thread that was ended or ran out of memory cannot do it,
 * and its process lives on. Call it once the thread has ended. Leaves any other holder's lock alone.
 */
export async function releaseLockOfThread(folder: string, thread: number): Promise<void> {
  const places = placesIn(folder);
  const bytes = await nodeDisk.read(places.lock).catch(() => null);
  const record = bytes === null ? null : parseRecord(bytes);
  if (record === null) return;
  const { pid, host } = thisProcess;
  const started = await thisProcess.started(pid);
  if (record.pid !== pid || record.host !== host || record.started !== started || record.thread !== thread)
    return;
  await takeAway(nodeDisk, places.lock, { record, age: 0 });
}

async function created(disk: Disk, path: string, record: LockRecord): Promise<boolean> {
  return onDisk('taking the lock', async () => {
    try {
      await disk.create(path, recordBytes(record));
      return true;
    } catch (error) {
      if (errorCode(error) === 'EEXIST') return false;
      throw error;
    }
  });
}

async function look({ disk, now, wait }: LockEnvironment, path: string): Promise<Seen | null> {
  return onDisk('reading the lock', async () => {
    try {
      let record = parseRecord(await disk.read(path));
      if (record === null) {
        await wait(SETTLE);
        record = parseRecord(await disk.read(path));
      }
      return { record, age: now() - (await disk.modified(path)) };
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return null;
      throw error;
    }
  });
}

/**
 * Puts a record in the place of a dead holder's. Of the processes that saw it dead only one may, the one that holds the
 * guard; it looks again first, for another may have been through already. false: look again from the start.
 */
async function takeOver(environment: LockEnvironment, record: LockRecord): Promise<boolean> {
  const { disk, places } = environment;
  const guard = join(places.folder, `${ASIDE}takeover`);
  if (!(await created(disk, guard, record))) {
    const other = await look(environment, guard);
    if (other !== null && (await lives(environment, other))) throw locked(other);
    if (other !== null) await takeAway(disk, guard, other);
    return false;
  }
  try {
    const seen = await look(environment, places.lock);
    if (seen === null || (await lives(environment, seen))) return false;
    await onDisk('taking over the lock', () =>
      replaceFile(disk, places.folder, { path: places.lock, bytes: recordBytes(record) }),
    );
    return true;
  } finally {
    await disk.remove(guard).catch(() => undefined);
  }
}

/** Removes a dead holder's file; what was moved is looked at, and goes back where it is another's by now. */
async function takeAway(disk: Disk, path: string, seen: Seen): Promise<void> {
  const aside = join(dirname(path), asideName());
  await onDisk('taking over the lock', async () => {
    try {
      await disk.rename(path, aside);
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return;
      throw error;
    }
    const moved = await disk.read(aside);
    const record = parseRecord(moved);
    if (record !== null && record.token !== seen.record?.token) await putBack(disk, path, moved);
    await disk.remove(aside);
  });
}

async function putBack(disk: Disk, path: string, bytes: Uint8Array): Promise<void> {
  try {
    await disk.create(path, bytes);
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  }
}

async function lives({ self }: LockEnvironment, seen: Seen): Promise<boolean> {
  return seen.record !== null && (await isAlive(seen.record, seen.age, self));
}

function hold({ disk, places, now, every }: LockEnvironment, token: string): HeldLock {
  const ours = async (): Promise<boolean> => {
    try {
      return parseRecord(await disk.read(places.lock))?.token === token;
    } catch {
      return false;
    }
  };
  const stop = every(REFRESH_EVERY, () => {
    // A refresh that fails costs nothing but age; before CURRENT is switched, the token is looked at again.
    void ours()
      .then((mine) => (mine ? disk.touch(places.lock, now()) : undefined))
      .catch(() => undefined);
  });
  return {
    ours,
    async release() {
      stop();
      if (await ours()) await onDisk('releasing the lock', () => disk.remove(places.lock));
    },
  };
}

function locked(seen: Seen | null): AskdexError {
  const record = seen?.record ?? null;
  const who = record === null ? 'Another build' : `Another build (process ${record.pid} on ${record.host})`;
  return new AskdexError('index_locked', `${who} holds the index folder.`, {
    remedy: 'Wait until it has ended, then build again.',
  });
}
