import { AskdexError, quoteForMessage } from '../../core/errors.js';

export interface TimeoutOptions {
  readonly abort: AbortController;
  readonly timeoutMs: number;
  readonly graceMs: number;
  readonly timer: Timer;
}

/**
 * Runs `work` with a time limit. After `timeoutMs` milliseconds it is aborted and the promise rejects with
 * `build_timeout`. If it is still running `graceMs` after any abort, it is abandoned: the promise rejects, and a later
 * result is ignored.
 */
export function runWithTimeout<T>(
  work: () => Promise<T>,
  { abort, timeoutMs, graceMs, timer }: TimeoutOptions,
): Promise<T> {
  return new Promise((resolve, reject) => {
    let timeout: AskdexError | null = null;
    let cancelGrace = (): void => undefined;
    const cancelTimeout = timer(timeoutMs, () => {
      timeout = timeoutError(timeoutMs);
      abort.abort(timeout);
    });
    const settled = (settle: () => void): void => {
      cancelTimeout();
      cancelGrace();
      settle();
    };
    const fail = (error: unknown): void => settled(() => reject(asError(timeout ?? error)));
    abort.signal.addEventListener('abort', () => {
      cancelGrace = timer(graceMs, () => fail(new AskdexError('build_canceled', 'The build did not stop in time.')));
    });
    Promise.resolve()
      .then(work)
      .then((value) => settled(() => resolve(value)), fail);
  });
}

function timeoutError(ms: number): AskdexError {
  return new AskdexError('build_timeout', `The build was stopped after ${Math.round(ms / 1000)} seconds.`, {
    remedy: 'Check for a disk or mount that hangs. The served index is unchanged.',
  });
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new AskdexError('build_failed', `The build threw ${quoteForMessage(error)}.`);
}

/** Calls back once after `ms` milliseconds. Returns a function that cancels it. Tests pass a manual timer. */
export type Timer = (ms: number, call: () => void) => () => void;

/** The system's timer. It does not keep the process alive. */
export const systemTimer: Timer = (ms, call) => {
  const timer = setTimeout(call, ms);
  timer.unref();
  return () => clearTimeout(timer);
};
