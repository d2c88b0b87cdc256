import type { Backend } from '../core/model/ports.js';

export interface CountedBackend extends Backend {
  /** Closes the backend under it once no call has run for the linger time; calls may still come until then. */
  retire(): void;
}

export interface CountedOptions {
  /** Calls back after `ms`; gives how to undo it. */
  readonly after: (ms: number, callback: () => void) => () => void;
  /** A request may ask twice (a document, then its related ones) with nothing running in between. Milliseconds. */
  readonly lingerMs: number;
  readonly onCloseError: (error: unknown) => void;
}

/** Counts the calls that run, so that a backend that was swapped out is closed after its last one. */
export function trackInFlight(backend: Backend, options: CountedOptions): CountedBackend {
  let running = 0;
  let retired = false;
  let closing: Promise<void> | null = null;
  let cancelTimer: (() => void) | null = null;

  const close = () => (closing ??= backend.close());
  const arm = () => {
    cancelTimer?.();
    cancelTimer = null;
    if (!retired || running > 0 || closing !== null) return;
    cancelTimer = options.after(options.lingerMs, () => void close().catch(options.onCloseError));
  };
  const counted = async <T>(call: () => Promise<T>): Promise<T> => {
    running += 1;
    cancelTimer?.();
    try {
      return await call();
    } finally {
      running -= 1;
      arm();
    }
  };

  return {
    name: backend.name,
    manifest: backend.manifest,
    search: (query) => counted(() => backend.search(query)),
    suggest: (text, limit) => counted(() => backend.suggest(text, limit)),
    document: (key) => counted(() => backend.document(key)),
    related: (key, limit) => counted(() => backend.related(key, limit)),
    close: () => {
      cancelTimer?.();
      return close();
    },
    retire: () => {
      retired = true;
      arm();
    },
  };
}
