import { isCount, isRecord } from '../../core/guards.js';
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { threadId } from 'node:worker_threads';
import { systemErrorCode } from '../../core/errors.js';

/** The holder of the lock, as written to the lock file. */
export interface LockRecord {
  readonly pid: number;
  readonly host: string;
  /** Start time of the process in the system's format; null if the system does not provide it. */
  readonly started: string | null;
  readonly thread: number;
  /** Distinguishes this holder from earlier ones of the same process. */
  readonly token: string;
}

export function recordBytes(record: LockRecord): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(record)}\n`);
}

/** Returns null if the bytes are not a record. */
export function parseRecord(bytes: Uint8Array): LockRecord | null {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return isLockRecord(value) ? value : null;
  } catch {
    return null;
  }
}

const TOKEN = /^[0-9a-f]{16,64}$/;

function isLockRecord(value: unknown): value is LockRecord {
  if (!isRecord(value)) return false;
  const { pid, host, started, thread, token } = value;
  return (
    Object.keys(value).length === 5 &&
    isCount(pid) &&
    pid > 0 &&
    isShort(host, 300) &&
    (started === null || isShort(started, 40)) &&
    isCount(thread) &&
    typeof token === 'string' &&
    TOKEN.test(token)
  );
}

function isShort(value: unknown, maxLength: number): value is string {
  return typeof value === 'string' && value.length <= maxLength;
}

/** A holder whose process cannot be checked counts as dead if its lock was not refreshed for this many milliseconds. */
const STALE_AFTER_MS = 60_000;

/**
 * Whether the holder is alive. Checks the process if it is on this host. If that is inconclusive (another host, another
 * thread of this process, a system without start times), the age of the last refresh decides. `age` in milliseconds.
 */
export async function isAlive(record: LockRecord, age: number, self: ProcessInfo): Promise<boolean> {
  const fresh = age < STALE_AFTER_MS;
  if (record.host !== self.host) return fresh;
  if (!self.alive(record.pid)) return false;
  const started = await self.started(record.pid);
  if (started === null || record.started === null) return fresh;
  if (started !== record.started) return false;
  return record.pid === self.pid && record.thread !== self.thread ? fresh : true;
}

/** Information about processes. Tests pass their own. */
export interface ProcessInfo {
  readonly pid: number;
  readonly host: string;
  /** 0 is the main thread. */
  readonly thread: number;
  /** Start time, which differs for a later process with the same pid. null if unknown or if the process has ended. */
  started(pid: number): Promise<string | null>;
  /** Whether a process with this pid runs on this host. */
  alive(pid: number): boolean;
}

export const thisProcess: ProcessInfo = {
  pid: process.pid,
  host: hostname(),
  thread: threadId,
  async started(pid) {
    try {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
      // Field 2 is the program's name in parentheses, which may contain anything. Field 22 is the start time.
      return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
    } catch {
      return null;
    }
  },
  alive(pid) {
    try {
      process.kill(pid, 0);
      return true;
    } catch (error) {
      // EPERM: it runs as another user.
      return systemErrorCode(error) === 'EPERM';
    }
  },
};
