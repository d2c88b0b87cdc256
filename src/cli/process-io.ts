import { closeSync, openSync } from 'node:fs';
import type { Environment } from '../config/environment.js';

/** What a command may touch of the process; tests hand in their own. */
export interface Io {
  /** Writes to standard output as it is. */
  out(text: string): void;
  /** Writes to standard error as it is. */
  err(text: string): void;
  /** Whether standard output is a terminal. */
  readonly terminal: boolean;
  /** Whether standard output may have colours. */
  readonly colors: boolean;
  /** Whether standard error is a terminal, on which a line can be drawn anew. */
  readonly stderrIsTty: boolean;
  /** Width of the terminal in characters. */
  readonly columns: () => number;
  readonly environment: Environment;
  /** Where relative paths start. */
  readonly folder: string;
  /** Calls back at every SIGINT and SIGTERM, which then no longer end the process; returns how to undo that. */
  onInterrupt(callback: () => void): () => void;
  /** Calls back at every SIGHUP that asks for a reindex; one that tells of a closed terminal counts as an interrupt. */
  onHangup(callback: () => void): void;
  /** Calls back when `npm start`, which started this process, has ended without passing its signal on. */
  onParentExit(callback: () => void): void;
  /** Ends the process at once, whatever still runs. */
  exit(code: number): void;
}

/**
 * The real process, and how to end it by an exit code. A reader that goes away (`askdex search … | head`) is no error: what would still be written is
 * dropped.
 */
export function processIo(): Io & { end(code: number): void } {
  let hungUp = false;
  quietWhenClosed(process.stdout);
  quietWhenClosed(process.stderr);
  const plain = process.env['TERM'] === 'dumb';
  const wantsColors = (process.env['NO_COLOR'] ?? '') === '' && !plain;
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    terminal: process.stdout.isTTY,
    colors: process.stdout.isTTY && wantsColors,
    stderrIsTty: process.stderr.isTTY && !plain,
    // Some terminals say 0.
    columns: () => process.stderr.columns || 80,
    environment: process.env,
    folder: process.cwd(),
    onHangup(callback) {
      process.on('SIGHUP', () => {
        hungUp = terminalIsGone();
        if (hungUp) process.emit('SIGTERM');
        else callback();
      });
    },
    onParentExit,
    exit: (code) => process.exit(code),
    end(code) {
      // Set, not called: what is still being written to a pipe must arrive.
      process.exitCode = code;
      if (!hungUp) return;
      // Node aborts at its exit when it cannot reset a terminal that is gone; ending by the signal itself is clean.
      process.removeAllListeners('SIGHUP');
      process.kill(process.pid, 'SIGHUP');
    },
    onInterrupt(callback) {
      process.on('SIGINT', callback);
      process.on('SIGTERM', callback);
      return () => {
        process.off('SIGINT', callback);
        process.off('SIGTERM', callback);
      };
    },
  };
}

function quietWhenClosed(stream: NodeJS.WriteStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // EIO: the terminal was closed.
    if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
  });
}

/** A server started by hand must not live on, unseen, after its window was closed. */
function terminalIsGone(): boolean {
  if (!process.stdout.isTTY) return false;
  try {
    closeSync(openSync('/dev/tty', 'r'));
    return false;
  } catch {
    return true;
  }
}

/** npm passes signals to the shell between it and this process alone; without this, `kill` of npm leaves a server. */
function onParentExit(callback: () => void): void {
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    callback();
  }, 500);
  timer.unref();
}
