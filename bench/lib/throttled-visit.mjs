import { PHONE, throttleNetwork, throttleProcessor } from './throttle.mjs';

/** Marks the thread of the page in a trace. */
const MARK = 'askdex-bench';
/** The function by which the page reports its result. */
const REPORT = 'reportToBench';
/** Milliseconds. */
const MAX_VISIT = 600_000;

/**
 * A page that runs `code`, the body of an async function, at once. It reports the returned value and the milliseconds from
 * opening the page until then.
 */
export function pageOf(code) {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Search</title><link rel="icon" href="data:,">
<script type="module">
performance.mark('${MARK}');
const report = (message) => ${REPORT}(JSON.stringify(message));
(async () => { ${code} })().then(
  (value) => report({ value, time: performance.now() }),
  (error) => report({ error: String(error?.stack ?? error) }),
);
</script></html>`;
}

/**
 * Opens a page made by `pageOf` in a fresh browser context, with the network and the processor of `PHONE`. `slowed` is a key
 * of `SLOWED`, or null to slow neither. Returns the page's report, and the longest task of its own thread until then, in
 * milliseconds, from the browser's trace.
 */
export async function visitThrottled(browser, url, slowed) {
  const { browserContextId } = await browser.send('Target.createBrowserContext');
  const { targetId } = await browser.send('Target.createTarget', { url: 'about:blank', browserContextId });
  const { sessionId } = await browser.send('Target.attachToTarget', { targetId, flatten: true });
  const forget = throttleWorkers(browser, slowed);
  const auto = { autoAttach: true, waitForDebuggerOnStart: true, flatten: true };
  await browser.send('Target.setAutoAttach', auto, sessionId);
  await browser.send('Runtime.enable', {}, sessionId);
  await browser.send('Runtime.addBinding', { name: REPORT }, sessionId);
  if (slowed !== null) await throttleNetwork(browser, sessionId);
  const endTrace = await startTrace(browser);
  const release = slowed === null ? () => undefined : await throttleProcessor(browser, sessionId, slowed);
  try {
    const reported = waitForMessage(browser, sessionId);
    await browser.send('Page.navigate', { url }, sessionId);
    const { error, ...message } = await reported;
    if (error !== undefined) throw new Error(`The page at ${url} failed: ${error}`);
    await release();
    return { ...message, longestTask: longestTask(await endTrace()) };
  } finally {
    await release();
    forget();
    await browser.send('Target.disposeBrowserContext', { browserContextId });
  }
}

/** Starts workers, which the debugger holds, after enabling their network domains so that their requests are slowed too. */
function throttleWorkers(browser, slowed) {
  return browser.listen(({ method, params }) => {
    if (method !== 'Target.attachedToTarget' || params.targetInfo.type === 'page') return;
    const { sessionId } = params;
    const run = async () => {
      if (slowed !== null) await browser.send('Network.enable', {}, sessionId);
      await browser.send('Runtime.runIfWaitingForDebugger', {}, sessionId);
    };
    // The worker may have ended meanwhile.
    run().catch(() => undefined);
  });
}

async function waitForMessage(browser, sessionId) {
  let timer;
  let forget;
  try {
    return await new Promise((resolve, reject) => {
      timer = setTimeout(() => reject(new Error('The page reported nothing for ten minutes.')), MAX_VISIT);
      forget = browser.listen(({ method, params, sessionId: from }) => {
        if (from !== sessionId) return;
        if (method === 'Runtime.bindingCalled' && params.name === REPORT) resolve(JSON.parse(params.payload));
      });
    });
  } finally {
    clearTimeout(timer);
    forget();
  }
}

async function startTrace(browser) {
  const events = [];
  let complete;
  const ended = new Promise((resolve) => {
    complete = resolve;
  });
  const forget = browser.listen(({ method, params }) => {
    if (method === 'Tracing.dataCollected') events.push(...params.value);
    if (method === 'Tracing.tracingComplete') complete();
  });
  await browser.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['blink.user_timing', 'toplevel'] },
  });
  return async () => {
    await browser.send('Tracing.end');
    await ended;
    forget();
    return events;
  };
}

function longestTask(events) {
  const { pid, tid } = events.find(({ name }) => name === MARK);
  const tasks = events.filter((event) => event.pid === pid && event.tid === tid && event.name.endsWith('RunTask'));
  return Math.max(...tasks.map(({ dur = 0 }) => dur)) / 1000;
}

const CHECK = `
const spin = () => {
  const started = performance.now();
  let rounds = 0;
  let x = 1;
  while (performance.now() - started < 1500) {
    for (let i = 0; i < 100_000; i += 1) x = (Math.imul(x, 31) + i) | 0;
    rounds += 1;
  }
  return { rounds, x };
};
const load = async (path) => {
  const started = performance.now();
  const response = await fetch(path);
  await response.arrayBuffer();
  return performance.now() - started;
};
const check = async (who) => ({
  small: await load('/check/small?' + who),
  big: await load('/check/big?' + who),
  rounds: spin().rounds,
});`;

/** The host's pages for `checkThrottling`. */
export const CHECK_PAGES = {
  '/check': {
    type: 'text/html',
    body: pageOf(`${CHECK}
      const page = await check('page');
      const worker = new Worker('/check/worker.js', { type: 'module' });
      const inWorker = await new Promise((resolve) => { worker.onmessage = ({ data }) => resolve(data); });
      return { page, worker: inWorker };`),
  },
  '/check/worker.js': { type: 'text/javascript', body: `${CHECK} check('worker').then(postMessage);` },
  '/check/small': { type: 'text/plain', body: 'x' },
  '/check/big': { type: 'application/octet-stream', body: Buffer.alloc(PHONE.bytesPerSecond) },
};

/**
 * Measures how page and worker are slowed. Returns for each the Mbit/s, the milliseconds of a request for one byte, and how
 * many times slower it computes than in a visit without slowing.
 */
export async function checkThrottling(browser, host, slowed) {
  const { value: free } = await visitThrottled(browser, `${host.url}check`, null);
  const { value: slow } = await visitThrottled(browser, `${host.url}check`, slowed);
  return Object.keys(slow).map((who) => ({
    who,
    megabits: (PHONE.bytesPerSecond * 8) / 1e3 / (slow[who].big - slow[who].small),
    latency: slow[who].small,
    slowDown: free[who].rounds / slow[who].rounds,
  }));
}
