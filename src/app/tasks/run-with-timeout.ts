import { AskdexError, quoteForMessage } from '../../core/errors.js';

export interface TimeoutOptions {
  readonly abort: AbortController;
  readonly timeoutMs: number;
  readonly graceMs: number;
  readonly timer: Timer;
}

/**
 * Runs work with an end: after `timeoutMs` it is aborted, and the outcome is `build_timeout`; work that does not heed an
 * abort (of whatever reason) within `graceMs` is given up. What work that was given up does later has no effect.
 */
export function runWithTimeout<T>(
  work: () => Promise<T>,
  { abort, timeoutMs, graceMs, timer }: TimeoutOptions,
): Promise<T> {
  return new Promise((resolve, reject) => {
    let timeout: AskdexError | null = null;
    let forgetGrace = (): void => undefined;
    const forgetTimeout = timer(timeoutMs, () => {
      timeout = timeoutError(timeoutMs);
      abort.abort(timeout);
    });
    const settled = (settle: () => void): void => {
      forgetTimeout();
      forgetGrace();
      settle();
    };
    const fail = (error: unknown): void => settled(() => reject(asError(timeout ?? error)));
    abort.signal.addEventListener('abort', () => {
      forgetGrace = timer(graceMs, () => fail(new AskdexError('build_canceled', 'The build did not end in time.')));
    });
    Promise.resolve()
      .then(work)
      .then((value) => settled(() => resolve(value)), fail);
  });
}

function timeoutError(ms: number): AskdexError {
  return new AskdexError('build_timeout', `The build was ended after ${Math.round(ms / 1000)} seconds.`, {
    remedy: 'Look for a hung disk or mount; what is served has not changed.',
  });
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new AskdexError('build_failed', `The build threw ${quoteForMessage(error)}.`);
}

/** Calls back once, `ms` from now; returns how to forget it. Tests give one that they move by hand. */
export type Timer = (ms: number, call: () => void) => () => void;

/** The machine's own timer; it does not keep the process alive. */
export const systemTimer: Timer = (ms, call) => {
  const timer = setTimeout(call, ms);
  timer.unref();
  return () => clearTimeout(timer);
};
