import { closeSync, openSync } from 'node:fs';
import type { Environment } from '../config/environment.js';

/** The parts of the process that commands use. Tests pass their own. */
export interface Io {
  /** Writes to standard output. */
  out(text: string): void;
  /** Writes to standard error. */
  err(text: string): void;
  /** Whether standard output is a terminal. */
  readonly terminal: boolean;
  /** Whether standard output may have colours. */
  readonly colors: boolean;
  /** Whether standard error is a terminal, on which a line can be redrawn. */
  readonly stderrIsTty: boolean;
  /** Width of the terminal in characters. */
  readonly columns: () => number;
  readonly environment: Environment;
  /** The folder that relative paths are resolved against. */
  readonly folder: string;
  /**
   * Calls back at every SIGINT and SIGTERM, which then no longer end the process. Returns a function that undoes it.
   */
  onInterrupt(callback: () => void): () => void;
  /**
   * Calls back at every SIGHUP that requests a reindex. After the terminal was closed, SIGHUP counts as an interrupt.
   */
  onHangup(callback: () => void): void;
  /** Calls back if `npm start`, which started this process, ended without forwarding its signal. */
  onParentExit(callback: () => void): void;
  /** Ends the process at once. */
  exit(code: number): void;
}

/**
 * The real process, and a function that ends it with an exit code. If the reader of a pipe stops
 * (`askdex search … | head`), further output is dropped without an error.
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
    // Some terminals report 0.
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
      // Set instead of calling `exit`, so that pending output to a pipe is still written.
      process.exitCode = code;
      if (!hungUp) return;
      // Node aborts at exit if it cannot reset a closed terminal. Ending by the signal avoids that.
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

/** A server that was started in a terminal must not run on after the terminal was closed. */
function terminalIsGone(): boolean {
  if (!process.stdout.isTTY) return false;
  try {
    closeSync(openSync('/dev/tty', 'r'));
    return false;
  } catch {
    return true;
  }
}

/** npm only forwards signals to the shell between it and this process. Without this, `kill` of npm leaves a server. */
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
