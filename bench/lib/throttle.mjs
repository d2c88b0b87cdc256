import { Worker } from 'node:worker_threads';

const MAX_PROCESSES = 64;
/** Milliseconds between two looks for new processes. */
const LOOK = 20;

/** What a phone has: 10 Mbit/s each way in bytes a second, milliseconds to the first byte, a processor so many times slower. */
export const PHONE = { bytesPerSecond: 1_250_000, latency: 40, slowDown: 4 };

/** How the processor is slowed; `bench/README.md` tells more. */
export const SLOWED = {
  all: 'page and workers, by pausing the processes that render',
  page: 'the thread of the page alone, by the throttling of Chromium, which has none for workers',
};

/** Slows the network of a page. The browser does so for its workers too, if their own network domains are on. */
export async function throttleNetwork(browser, sessionId, { bytesPerSecond, latency } = PHONE) {
  await browser.send('Network.enable', {}, sessionId);
  const rate = { downloadThroughput: bytesPerSecond, uploadThroughput: bytesPerSecond };
  await browser.send('Network.emulateNetworkConditions', { offline: false, latency, ...rate }, sessionId);
}

/**
 * Slows the processor of a page: `slowed` is a name in `SLOWED`. Gives a function that ends this; it must be called.
 */
export async function throttleProcessor(browser, sessionId, slowed) {
  if (slowed === 'all') return pauseRenderers(browser);
  await browser.send('Emulation.setCPUThrottlingRate', { rate: PHONE.slowDown }, sessionId);
  return () => browser.send('Emulation.setCPUThrottlingRate', { rate: 1 }, sessionId);
}

/** Lets the processes that render run for one part of the time in `PHONE.slowDown`. */
async function pauseRenderers(browser) {
  const shared = new Int32Array(new SharedArrayBuffer(4 * (3 + MAX_PROCESSES)));
  shared[0] = 1;
  shared[1] = PHONE.slowDown;
  const look = async () => {
    const { processInfo } = await browser.send('SystemInfo.getProcessInfo');
    // Of this moment alone: an id of a process that has ended may soon be another program's.
    const ids = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id);
    const kept = ids.slice(0, MAX_PROCESSES);
    for (const [at, id] of kept.entries()) Atomics.store(shared, 3 + at, id);
    Atomics.store(shared, 2, kept.length);
  };
  await look();
  const timer = setInterval(() => look().catch(() => undefined), LOOK);
  const thread = new Worker(new URL('./pause.mjs', import.meta.url), { workerData: shared });
  const ended = new Promise((resolve) => thread.once('exit', resolve));
  return async () => {
    clearInterval(timer);
    Atomics.store(shared, 0, 0);
    await ended;
  };
}
