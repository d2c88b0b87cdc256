import { setPriority } from 'node:os';

/** As of `nice`: 19 is the lowest priority. */
const BUILD_NICENESS = 10;

/**
 * Lowers the priority of this thread, because builds can wait and searches cannot. Does nothing on systems other than
 * Linux: there the call would change the priority of the whole process.
 */
export function lowerThreadPriority(): void {
  if (process.platform !== 'linux') return;
  try {
    setPriority(0, BUILD_NICENESS);
  } catch {
    // A sandbox may forbid it. The priority then stays the same.
  }
}
