import { z } from 'zod';
import type { ProcessInfo } from './process-info.js';

const recordSchema = z.strictObject({
  pid: z.number().int().min(1),
  host: z.string().max(300),
  started: z.string().max(40).nullable(),
  thread: z.number().int().min(0),
  token: z.string().regex(/^[0-9a-f]{16,64}$/),
});

/** Who holds the lock, as the lock file says it. */
export type LockRecord = z.infer<typeof recordSchema>;

export function recordBytes(record: LockRecord): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(record)}\n`);
}

/** null: the bytes are no record. */
export function parseRecord(bytes: Uint8Array): LockRecord | null {
  try {
    return recordSchema.safeParse(JSON.parse(new TextDecoder().decode(bytes))).data ?? null;
  } catch {
    return null;
  }
}

/** A holder that cannot be asked is taken for dead when its lock was not refreshed for so long, in milliseconds. */
export const STALE_AFTER = 60_000;

/**
 * Whether the holder still lives. A process of this host is asked for directly. Where that says nothing (another host,
 * another thread of this very process, a system without start times), the age of the last refresh decides; `age` in ms.
 */
export async function isAlive(record: LockRecord, age: number, self: ProcessInfo): Promise<boolean> {
  const fresh = age < STALE_AFTER;
  if (record.host !== self.host) return fresh;
  if (!self.alive(record.pid)) return false;
  const started = await self.started(record.pid);
  if (started === null || record.started === null) return fresh;
  if (started !== record.started) return false;
  return record.pid === self.pid && record.thread !== self.thread ? fresh : true;
}
