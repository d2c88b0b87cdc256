// A thread that lets processes run for a part of the time only, by stopping and continuing them. `shared` holds: whether
// to go on, the slow-down, the number of processes, and their ids.
import { workerData as shared } from 'node:worker_threads';

/** Milliseconds that the processes run without a pause. */
const RUN = 1;
const clock = new Int32Array(new SharedArrayBuffer(4));

function signal(name) {
  const processes = Atomics.load(shared, 2);
  for (let at = 0; at < processes; at += 1) {
    try {
      process.kill(Atomics.load(shared, 3 + at), name);
    } catch {
      // It has ended.
    }
  }
}

function wait(milliseconds) {
  const started = performance.now();
  Atomics.wait(clock, 0, 0, milliseconds);
  return performance.now() - started;
}

const paused = Atomics.load(shared, 1) - 1;
// Waiting is never exact: what one pause was too long the next is shorter.
let owed = 0;
while (Atomics.load(shared, 0) === 1) {
  signal('SIGCONT');
  owed += wait(RUN) * paused;
  signal('SIGSTOP');
  owed -= wait(Math.max(0, owed));
}
signal('SIGCONT');
