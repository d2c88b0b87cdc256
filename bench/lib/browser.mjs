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

/** Launches Chromium with playwright-core. Exits with a message if it is missing. */
export async function launchBrowser() {
  const { chromium, executablePath } = await findBrowser();
  return chromium.launch({ executablePath, args: BROWSER_ARGUMENTS });
}

/** The same with a profile in a folder: storage and compiled code stay on disk, as for visitors who return. */
export async function launchProfile(folder) {
  const { chromium, executablePath } = await findBrowser();
  return chromium.launchPersistentContext(folder, { executablePath, args: BROWSER_ARGUMENTS });
}

/**
 * Runs code in a page. Returns its value and the longest task of the page's own thread meanwhile, in milliseconds, from
 * the browser's trace. Recording the trace takes time, too.
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

/** Playwright's Chromium driver and the path of the program. Exits with a message if there is none. */
export async function findBrowser() {
  const { chromium } = await import('playwright-core');
  const folders = ['/usr/bin', ...(process.env.PATH ?? '').split(delimiter)];
  const found = folders
    .flatMap((folder) => NAMES.map((name) => join(folder, name)))
    .find((path) => statSync(path, { throwIfNoEntry: false })?.isFile());
  const executablePath = process.env.CHROMIUM ?? found;
  if (executablePath === undefined) return stop('Chromium was not found. Install it, or set CHROMIUM to its path.');
  return { chromium, executablePath };
}

/**
 * Starts a host on this machine. `folders` maps a path prefix to a folder, or to the URL of a server to forward to. The
 * host supports ranges. It sends a file's `.br` to clients that accept it, or compresses nothing if `encodes` is false.
 * `pages` maps a path to `{ type, body }`; `/` is an empty page by default.
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

/** Forwards a request, like a proxy. */
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
    // Like hosts of libraries: a second visit has the code cached, with what the browser compiled.
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

/** The `.br` beside a file, or a text compressed on request, or null. */
function encodedFile(path) {
  if (statSync(`${path}.br`, { throwIfNoEntry: false }) !== undefined) return readFileSync(`${path}.br`);
  if (TYPES[extname(path)] === undefined) return null;
  const known = compressed.get(path) ?? brotliCompressSync(readFileSync(path));
  compressed.set(path, known);
  return known;
}
