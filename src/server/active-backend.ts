import type { Logger } from 'pino';
import type { Backend, GenerationStore, OpenBackend } from '../core/model/ports.js';

export interface ActiveBackendOptions {
  readonly store: GenerationStore;
  readonly open: OpenBackend;
  readonly log: Logger;
  /** Calls back after `ms`; gives how to undo it. Left out: a timer that keeps no process alive. */
  readonly after?: (ms: number, callback: () => void) => () => void;
}

/** What answers requests: one backend at a time, swapped whole for that of the generation that `CURRENT` names. */
export interface ActiveBackend {
  /** null until there is a generation. */
  readonly backend: () => Backend | null;
  /** Takes a backend into service and begins to follow `CURRENT`; null: there is none to begin with. */
  start(first: Backend | null): void;
  /** Opens what `CURRENT` names now, if it is not what is served. Never rejects: a failure is logged, the old one stays. */
  refresh(): Promise<void>;
  /** Stops following and closes the backend. */
  stop(): Promise<void>;
}

const LINGER_MS = 5000;

export function createActiveBackend({ store, open, log, after = unrefTimer }: ActiveBackendOptions): ActiveBackend {
  let served: CountedBackend | null = null;
  let unfollow = (): void => undefined;
  let stopped = false;
  let last: Promise<void> = Promise.resolve();

  const onCloseError = (err: unknown) => log.warn({ err }, 'closing a generation failed');
  const serve = (backend: Backend): void => {
    const before = served;
    served = trackInFlight(backend, { after, lingerMs: LINGER_MS, onCloseError });
    before?.retire();
    const { generation, documents } = backend.manifest;
    log.info({ generation, documents }, 'serving generation');
  };
  const take = async (): Promise<void> => {
    try {
      const stored = stopped ? null : await store.current();
      if (stored === null || same(served, stored)) return;
      const backend = await open(stored);
      if (stopped) await backend.close();
      else serve(backend);
    } catch (err) {
      log.error({ err }, 'the current generation cannot be opened; serving the one before');
    }
  };
  // One after the other, so that an older generation can never replace a newer one.
  const refresh = (): Promise<void> => (last = last.then(take));

  return {
    backend: () => served,
    start(first) {
      if (first !== null) serve(first);
      unfollow = store.follow(() => void refresh(), first?.manifest.generation ?? null);
    },
    refresh,
    async stop() {
      stopped = true;
      unfollow();
      await last;
      await served?.close();
    },
  };
}

function same(served: Backend | null, stored: { readonly manifest: { readonly generation: string } }): boolean {
  return served?.manifest.generation === stored.manifest.generation;
}

function unrefTimer(ms: number, callback: () => void): () => void {
  const timer = setTimeout(callback, ms);
  timer.unref();
  return () => clearTimeout(timer);
}

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
