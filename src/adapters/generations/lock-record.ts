import { isCount, isRecord } from '../../core/guards.js';
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { threadId } from 'node:worker_threads';
import { systemErrorCode } from '../../core/system-error-code.js';

/** Who holds the lock, as the lock file says it. */
export interface LockRecord {
  readonly pid: number;
  readonly host: string;
  /** When the process started, as its system says it; null where it does not. */
  readonly started: string | null;
  readonly thread: number;
  /** Tells this holder from an earlier one of the same process. */
  readonly token: string;
}

export function recordBytes(record: LockRecord): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(record)}\n`);
}

/** null: the bytes are no record. */
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

function isShort(value: unknown, longest: number): value is string {
  return typeof value === 'string' && value.length <= longest;
}

/** A holder that cannot be asked is taken for dead when its lock was not refreshed for so long, in milliseconds. */
export const STALE_AFTER_MS = 60_000;

/**
 * Whether the holder still lives. A process of this host is asked for directly. Where that says nothing (another host,
 * another thread of this very process, a system without start times), the age of the last refresh decides; `age` in ms.
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

/** What the lock must know about processes; a test gives its own. */
export interface ProcessInfo {
  readonly pid: number;
  readonly host: string;
  /** 0 is the main thread. */
  readonly thread: number;
  /** Tells a process from a later one that was given the same pid; null where the system does not say, or it is gone. */
  started(pid: number): Promise<string | null>;
  /** Whether a process of this host runs. */
  alive(pid: number): boolean;
}

export const thisProcess: ProcessInfo = {
  pid: process.pid,
  host: hostname(),
  thread: threadId,
  async started(pid) {
    try {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
      // The second field is the program's name in parentheses and may hold anything; the 22nd is the start time.
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
      // EPERM: it runs, as somebody else.
      return systemErrorCode(error) === 'EPERM';
    }
  },
};
