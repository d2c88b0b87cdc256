import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BROWSER_ARGUMENTS, findBrowser } from './browser.mjs';

const MORE_ARGUMENTS = [
  '--headless=new',
  '--remote-debugging-pipe',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-background-timer-throttling',
  '--disable-renderer-backgrounding',
];

/**
 * Launches Chromium with a new profile, driven by the DevTools protocol over a pipe. Playwright does not expose the
 * sessions of workers, and they are needed here before the workers run.
 */
export async function launchOverPipe() {
  const { executablePath } = await findBrowser();
  const profile = mkdtempSync(join(tmpdir(), 'askdex-bench-profile-'));
  const args = [...BROWSER_ARGUMENTS, ...MORE_ARGUMENTS, `--user-data-dir=${profile}`, 'about:blank'];
  const child = spawn(executablePath, args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const [, , , commands, messages] = child.stdio;
  const waiting = new Map();
  const listeners = new Set();
  let sent = 0;
  const take = (message) => {
    const { id, result, error } = message;
    if (id === undefined) {
      for (const listener of listeners) listener(message);
      return;
    }
    const { method, resolve, reject } = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) resolve(result);
    else reject(new Error(`${method}: ${error.message}`));
  };
  const failAll = () => {
    for (const { method, reject } of waiting.values()) reject(new Error(`${method}: the browser has ended`));
    waiting.clear();
  };
  readMessages(messages, take);
  // Happens if a command is written after the browser has ended.
  commands.on('error', failAll);
  child.once('exit', failAll);
  return {
    /** Sends a command to the browser, or to the target of a session. Returns its result. */
    send: (method, params = {}, sessionId = undefined) =>
      new Promise((resolve, reject) => {
        sent += 1;
        waiting.set(sent, { method, resolve, reject });
        commands.write(`${JSON.stringify({ id: sent, method, params, sessionId })}\0`);
      }),
    /** Calls `listener` with each event. Returns a function that unsubscribes. */
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      child.kill();
      await ended;
      rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}

/** Calls `take` with each message. Messages end with a zero byte. */
function readMessages(stream, take) {
  let parts = [];
  stream.on('data', (bytes) => {
    let start = 0;
    for (let end = bytes.indexOf(0); end >= 0; end = bytes.indexOf(0, start)) {
      parts.push(bytes.subarray(start, end));
      take(JSON.parse(Buffer.concat(parts).toString()));
      parts = [];
      start = end + 1;
    }
    parts.push(bytes.subarray(start));
  });
}
