import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { product } from './generation.mjs';

const PRELOAD = new URL('./report-rss.mjs', import.meta.url).href;

/** The environment without settings of Askdex, so that the defaults are measured. */
export function plainEnvironment(more = {}) {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('ASKDEX_') && name !== 'PORT');
  return { ...Object.fromEntries(kept), ...more };
}

/**
 * Runs `askdex index --json` in a process. Returns its report, the time of the whole command in milliseconds, and the
 * peak memory in bytes. `memoryIn`: a folder for measuring the peak memory, which takes a little time; null: not
 * measured.
 */
export function indexCommand({ content, index, full = false, memoryIn = null, heapMb = null }) {
  const rss = memoryIn === null ? null : join(memoryIn, 'rss');
  const args = [
    ...(heapMb === null ? [] : [`--max-old-space-size=${heapMb}`]),
    ...(rss === null ? [] : ['--import', PRELOAD]),
    fileURLToPath(product.cli),
    'index',
    '--json',
    ...['--content', content, '--index', index],
    ...(full ? ['--full'] : []),
  ];
  const env = plainEnvironment(rss === null ? {} : { ASKDEX_BENCH_RSS: rss });
  const started = performance.now();
  const { status, stdout, stderr, error } = spawnSync(process.execPath, args, {
    env,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  const took = performance.now() - started;
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`askdex index ended with ${status}:\n${stderr.slice(-2000)}`);
  return { report: JSON.parse(stdout), took, peak: rss === null ? null : Number(readFileSync(rss, 'utf8')) };
}

/** Runs a command of Askdex, of this checkout or of the program `cli`, and prints nothing. */
export function runAskdex(args, { cli = fileURLToPath(product.cli), folder }) {
  const options = { cwd: folder, env: plainEnvironment(), encoding: 'utf8', maxBuffer: 1 << 28 };
  const { status, stderr, error } = spawnSync(process.execPath, [cli, ...args], options);
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`askdex ${args[0]} ended with ${status}:\n${stderr.slice(-2000)}`);
}

/** Starts a server. Returns its address once it serves, and a function that stops it. `cli` as above. */
export async function startServer({ cli = fileURLToPath(product.cli), content, index, environment = {} }) {
  const args = [cli, 'serve', '--content', content, '--index', index, '--port', '0'];
  const env = plainEnvironment({ ASKDEX_SCHEDULE: 'off', ASKDEX_RATE_LIMIT: 'off', ...environment });
  const server = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => server.once('exit', resolve));
  const stop = () => {
    server.kill('SIGTERM');
    return ended;
  };
  for await (const line of createInterface({ input: server.stdout })) {
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0];
    if (url !== undefined) {
      server.stdout.resume();
      return { url, stop };
    }
  }
  throw new Error('The server ended before it served.');
}
