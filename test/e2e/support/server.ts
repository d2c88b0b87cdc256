import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const CLI = fileURLToPath(new URL('../../../dist/cli.js', import.meta.url));

/** A running `askdex serve`, as `npm start` runs it after the build. */
export interface Server {
  /** Scheme, host and port, with the base path and without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** Stops it and waits for its end. */
  stop(): Promise<void>;
}

export interface ServerOptions {
  /** Folder of the index. */
  readonly index: string;
  /** Environment variables of Askdex; nothing else of this process's environment is passed on. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Whether to wait until documents are served, or only until it listens. */
  readonly until?: 'serving' | 'listening';
}

/** Starts the compiled server on a free port of 127.0.0.1; by default with the repository's content. */
export async function startServer({ index, environment = {}, until = 'serving' }: ServerOptions): Promise<Server> {
  const child = spawn(process.execPath, [CLI, 'serve'], {
    cwd: ROOT,
    env: {
      PATH: process.env['PATH'],
      HOST: '127.0.0.1',
      PORT: '0',
      ASKDEX_INDEX: index,
      ASKDEX_SCHEDULE: 'off',
      ASKDEX_RATE_LIMIT: 'off',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const url = await readUntil(child, until);
  return { url, port: Number(new URL(url).port), stop: () => stop(child) };
}

/** Reads the log until the server is ready. Returns its address. */
async function readUntil(child: ChildProcess, until: 'serving' | 'listening'): Promise<string> {
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error('The server has no output to read.');
  const said: string[] = [];
  stderr.on('data', (data: Buffer) => said.push(data.toString()));
  let url: string | null = null;
  let serves = until === 'listening';
  for await (const line of createInterface(stdout)) {
    said.push(line);
    const entry = logEntry(line);
    if (typeof entry['url'] === 'string') url = entry['url'];
    if (entry['msg'] === 'serving generation') serves = true;
    if (url === null || !serves) continue;
    // Later output must not fill the pipe.
    stdout.resume();
    return url;
  }
  throw new Error(`The server ended before it was ${until}:\n${said.join('\n')}`);
}

function logEntry(line: string): Record<string, unknown> {
  try {
    const entry: unknown = JSON.parse(line);
    return typeof entry === 'object' && entry !== null ? { ...entry } : {};
  } catch {
    // The box with the admin key.
    return {};
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}
