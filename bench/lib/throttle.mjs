import { Worker } from 'node:worker_threads';

const MAX_PROCESSES = 64;
/** Milliseconds between two searches for new processes. */
const POLL_INTERVAL = 20;

/** A phone: 10 Mbit/s each way (in bytes a second), milliseconds to the first byte, how many times slower it computes. */
export const PHONE = { bytesPerSecond: 1_250_000, latency: 40, slowDown: 4 };

/** How the processor is slowed. See `bench/README.md`. */
export const SLOWED = {
  all: 'page and workers, by pausing the renderer processes',
  page: "only the page's thread, by Chromium's throttling, which does not support workers",
};

/** Slows the network of a page, and of its workers if their network domains are enabled. */
export async function throttleNetwork(browser, sessionId, { bytesPerSecond, latency } = PHONE) {
  await browser.send('Network.enable', {}, sessionId);
  const rate = { downloadThroughput: bytesPerSecond, uploadThroughput: bytesPerSecond };
  await browser.send('Network.emulateNetworkConditions', { offline: false, latency, ...rate }, sessionId);
}

/** Slows the processor of a page. `slowed` is a key of `SLOWED`. Returns a function that must be called to end this. */
export async function throttleProcessor(browser, sessionId, slowed) {
  if (slowed === 'all') return pauseRenderers(browser);
  await browser.send('Emulation.setCPUThrottlingRate', { rate: PHONE.slowDown }, sessionId);
  return () => browser.send('Emulation.setCPUThrottlingRate', { rate: 1 }, sessionId);
}

/** Lets the renderer processes run only for 1 / `PHONE.slowDown` of the time. */
async function pauseRenderers(browser) {
  const shared = new Int32Array(new SharedArrayBuffer(4 * (3 + MAX_PROCESSES)));
  shared[0] = 1;
  shared[1] = PHONE.slowDown;
  const poll = async () => {
    const { processInfo } = await browser.send('SystemInfo.getProcessInfo');
    // Only ids of this moment: the id of an ended process may soon belong to another program.
    const ids = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id);
    const paused = ids.slice(0, MAX_PROCESSES);
    for (const [at, id] of paused.entries()) Atomics.store(shared, 3 + at, id);
    Atomics.store(shared, 2, paused.length);
  };
  await poll();
  const timer = setInterval(() => poll().catch(() => undefined), POLL_INTERVAL);
  const thread = new Worker(new URL('./pause.mjs', import.meta.url), { workerData: shared });
  const ended = new Promise((resolve) => thread.once('exit', resolve));
  return async () => {
    clearInterval(timer);
    Atomics.store(shared, 0, 0);
    await ended;
  };
}
