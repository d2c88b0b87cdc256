// A thread that slows processes by pausing and continuing them. `shared` contains: whether to continue, the slow-down
// factor, the number of processes, and their ids.
import { workerData as shared } from 'node:worker_threads';

/** Milliseconds that the processes run between two pauses. */
const RUN = 1;
const clock = new Int32Array(new SharedArrayBuffer(4));

function signal(name) {
  const processes = Atomics.load(shared, 2);
  for (let at = 0; at < processes; at += 1) {
    try {
      process.kill(Atomics.load(shared, 3 + at), name);
    } catch {
      // The process has ended.
    }
  }
}

function wait(milliseconds) {
  const started = performance.now();
  Atomics.wait(clock, 0, 0, milliseconds);
  return performance.now() - started;
}

const paused = Atomics.load(shared, 1) - 1;
// Waiting is never exact, so the excess of one pause shortens the next.
let owed = 0;
while (Atomics.load(shared, 0) === 1) {
  signal('SIGCONT');
  owed += wait(RUN) * paused;
  signal('SIGSTOP');
  owed -= wait(Math.max(0, owed));
}
signal('SIGCONT');
