import { setPriority } from 'node:os';

/** As `nice` counts: 19 is the last to get the processor. */
const BUILD_NICENESS = 10;

/**
 * Lets other threads go before this one where processors are scarce: who builds can wait, who searches cannot. On Linux
 * priorities are those of threads; elsewhere the call would speak of the whole process, so nothing is changed there.
 */
export function lowerThreadPriority(): void {
  if (process.platform !== 'linux') return;
  try {
    setPriority(0, BUILD_NICENESS);
  } catch {
    // A sandbox may forbid it; then all go at the same pace.
  }
}
