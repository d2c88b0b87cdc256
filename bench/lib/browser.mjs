import { createServer, request as requestFrom } from 'node:http';
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

export const BROWSER_ARGUMENTS = ['--no-sandbox', '--disable-gpu'];

/** Chromium, driven by playwright-core; says how to get it where it is missing. */
export async function launchBrowser() {
  const { chromium, executablePath } = await findBrowser();
  return chromium.launch({ executablePath, args: BROWSER_ARGUMENTS });
}

/** The same with a profile in a folder: it keeps on disk what it stores, and what it made of code, as it does for visitors who come again. */
export async function launchProfile(folder) {
  const { chromium, executablePath } = await findBrowser();
  return chromium.launchPersistentContext(folder, { executablePath, args: BROWSER_ARGUMENTS });
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

/** Playwright's Chromium, and the path of the program; says how to get it where it is missing. */
export async function findBrowser() {
  const { chromium } = await import('playwright-core');
  const places = ['/usr/bin', ...(process.env.PATH ?? '').split(delimiter)];
  const found = places
    .flatMap((place) => NAMES.map((name) => join(place, name)))
    .find((path) => statSync(path, { throwIfNoEntry: false })?.isFile());
  const executablePath = process.env.CHROMIUM ?? found;
  if (executablePath === undefined) return stop('There is no Chromium here: install it, or name it in CHROMIUM.');
  return { chromium, executablePath };
}

/**
 * A host on this machine: `folders` by the beginning of the path, or the URL of a server that answers there. It answers ranges, and sends
 * the `.br` beside a file to who accepts it, unless `encodes` is false: then it compresses nothing. `pages` are by path `{ type, body }`;
 * `/` is an empty page if it is not among them.
 */
export async function hostFolders(folders, { pages = {}, encodes = true } = {}) {
  const known = { '/': { type: 'text/html', body: '<!doctype html><title>x</title>' }, ...pages };
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent((request.url ?? '/').replace(/\?.*$/, '')));
    const mount = Object.keys(folders).find((one) => path.startsWith(one));
    const page = known[path];
    if (page !== undefined) response.writeHead(200, { 'Content-Type': page.type }).end(page.body);
    else if (mount === undefined) response.writeHead(404).end();
    else if (folders[mount] instanceof URL) forward(folders[mount], request, response);
    else send(join(folders[mount], path.slice(mount.length)), request, response, encodes);
  });
  const sockets = new Set();
  let closed = 0;
  let taken = 0;
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => {
      sockets.delete(socket);
      closed += socket.bytesWritten;
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    /** The bytes that were sent since the last call, headers included. */
    takeBytes() {
      const all = [...sockets].reduce((sum, { bytesWritten }) => sum + bytesWritten, closed);
      const bytes = all - taken;
      taken = all;
      return bytes;
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** As a proxy before a server does. */
function forward(server, request, response) {
  const headers = { ...request.headers, host: server.host };
  const passed = requestFrom(new URL(request.url, server), { method: request.method, headers }, (answer) => {
    response.writeHead(answer.statusCode, answer.headers);
    answer.pipe(response);
  });
  passed.on('error', () => response.destroy());
  request.pipe(passed);
}

function send(path, request, response, encodes) {
  const accepted = encodes && /\bbr\b/.test(request.headers['accept-encoding'] ?? '');
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
