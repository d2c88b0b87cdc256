import { createServer } from 'node:http';
import { readFileSync, statSync } from 'node:fs';
import { brotliCompressSync } from 'node:zlib';
import { delimiter, extname, join, normalize } from 'node:path';
import { stop } from './generation.mjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];
const TYPES = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.json': 'application/json',
};

const ARGS = ['--no-sandbox', '--disable-gpu'];

/** Chromium, driven by playwright-core; says how to get it where it is missing. */
export async function launchBrowser() {
  const { chromium, executablePath } = await findBrowser();
  return chromium.launch({ executablePath, args: ARGS });
}

/** The same with a profile in a folder: it keeps on disk what it stores, and what it made of code, as it does for visitors who come again. */
export async function launchProfile(folder) {
  const { chromium, executablePath } = await findBrowser();
  return chromium.launchPersistentContext(folder, { executablePath, args: ARGS });
}

/**
 * Runs code in a page, and tells what it gave and the longest task of the page's own thread meanwhile, in milliseconds, as the
 * browser's trace has it. To record takes time, too.
 */
export async function evaluateTraced(page, code) {
  const session = await page.context().newCDPSession(page);
  const events = [];
  session.on('Tracing.dataCollected', ({ value }) => events.push(...value));
  const complete = new Promise((resolve) => {
    session.once('Tracing.tracingComplete', resolve);
  });
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    categories: 'blink.user_timing,disabled-by-default-devtools.timeline',
  });
  await page.evaluate(`performance.mark('${TRACED}')`);
  const value = await page.evaluate(code);
  await session.send('Tracing.end');
  await complete;
  const { pid, tid } = events.find(({ name }) => name === TRACED);
  const tasks = events.filter((event) => event.name === 'RunTask' && event.pid === pid && event.tid === tid);
  return { value, longestTask: Math.max(...tasks.map(({ dur = 0 }) => dur)) / 1000 };
}

const TRACED = 'askdex-bench';

async function findBrowser() {
  const { chromium } = await import('playwright-core');
  const places = ['/usr/bin', ...(process.env.PATH ?? '').split(delimiter)];
  const found = places
    .flatMap((place) => NAMES.map((name) => join(place, name)))
    .find((path) => statSync(path, { throwIfNoEntry: false })?.isFile());
  const executablePath = process.env.CHROMIUM ?? found;
  if (executablePath === undefined)
    return stop('There is no Chromium here: install it, or name it in CHROMIUM.');
  return { chromium, executablePath };
}

/**
 * A static host on this machine: `folders` by the beginning of the path. It answers ranges, and sends the `.br` beside a file to who
 * accepts it. `/` is an empty page.
 */
export async function hostFolders(folders) {
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent((request.url ?? '/').replace(/\?.*$/, '')));
    const mount = Object.keys(folders).find((one) => path.startsWith(one));
    if (mount === undefined) {
      response
        .writeHead(path === '/' ? 200 : 404, { 'Content-Type': 'text/html' })
        .end('<!doctype html><title>x</title>');
      return;
    }
    send(join(folders[mount], path.slice(mount.length)), request, response);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

function send(path, request, response) {
  const accepted = /\bbr\b/.test(request.headers['accept-encoding'] ?? '');
  const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '');
  const headers = {
    'Content-Type': TYPES[extname(path)] ?? 'application/octet-stream',
    // As hosts of libraries do: a second visit has the code, and what the browser made of it.
    'Cache-Control': extname(path) === '.js' ? 'max-age=3600' : 'no-cache',
  };
  try {
    if (range !== null) {
      const bytes = readFileSync(path);
      const [from, to] = [Number(range[1]), Math.min(Number(range[2]), bytes.length - 1)];
      response
        .writeHead(206, { ...headers, 'Content-Range': `bytes ${from}-${to}/${bytes.length}` })
        .end(bytes.subarray(from, to + 1));
      return;
    }
    const encoded = accepted ? encodedFile(path) : null;
    response
      .writeHead(200, { ...headers, ...(encoded === null ? {} : { 'Content-Encoding': 'br' }) })
      .end(encoded ?? readFileSync(path));
  } catch {
    response.writeHead(404).end();
  }
}

const compressed = new Map();

/** As hosts do: what was encoded before, or code and texts as they are asked for. null: neither. */
function encodedFile(path) {
  if (statSync(`${path}.br`, { throwIfNoEntry: false }) !== undefined) return readFileSync(`${path}.br`);
  if (TYPES[extname(path)] === undefined) return null;
  const known = compressed.get(path) ?? brotliCompressSync(readFileSync(path));
  compressed.set(path, known);
  return known;
}
