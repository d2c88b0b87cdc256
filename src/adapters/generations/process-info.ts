import { systemErrorCode } from '../../core/errors.js';
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { threadId } from 'node:worker_threads';

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
