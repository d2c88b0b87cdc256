import type { Logger } from 'pino';
import { systemTimer, type Timer } from '../app/tasks/run-with-timeout.js';
import type { Backend, GenerationStore, OpenBackend } from '../core/model/ports.js';

export interface ActiveBackendOptions {
  readonly store: GenerationStore;
  readonly open: OpenBackend;
  readonly log: Logger;
  /** Default: the system's timer. */
  readonly timer?: Timer;
}

/** The backend that answers requests. It is replaced when `CURRENT` names another generation. */
export interface ActiveBackend {
  /** Returns null until there is a generation. */
  readonly backend: () => Backend | null;
  /** Serves `first`, if there is one, and starts following `CURRENT`. */
  start(first: Backend | null): void;
  /** Opens the current generation unless it is already served. Never rejects: logs a failure and serves the old one. */
  refresh(): Promise<void>;
  /** Stops following and closes the backend. */
  stop(): Promise<void>;
}

/** A request may call the backend twice (a document, then its related ones) with no call running in between. */
const LINGER_MS = 5000;

export function createActiveBackend({ store, open, log, timer = systemTimer }: ActiveBackendOptions): ActiveBackend {
  let served: CountedBackend | null = null;
  let stopFollowing = (): void => undefined;
  let stopped = false;
  let last: Promise<void> = Promise.resolve();

  const onCloseError = (err: unknown) => log.warn({ err }, 'closing a generation failed');
  const serve = (backend: Backend): void => {
    const before = served;
    served = trackInFlight(backend, { timer, lingerMs: LINGER_MS, onCloseError });
    before?.retire();
    const { generation, documents } = backend.manifest;
    log.info({ generation, documents }, 'serving generation');
  };
  const openCurrent = async (): Promise<void> => {
    try {
      const stored = stopped ? null : await store.current();
      if (stored === null || served?.manifest.generation === stored.manifest.generation) return;
      const backend = await open(stored);
      if (stopped) await backend.close();
      else serve(backend);
    } catch (err) {
      log.error({ err }, 'the current generation cannot be opened; still serving the previous one');
    }
  };
  // One refresh at a time, so that an older generation cannot replace a newer one.
  const refresh = (): Promise<void> => (last = last.then(openCurrent));

  return {
    backend: () => served,
    start(first) {
      if (first !== null) serve(first);
      stopFollowing = store.follow(() => void refresh(), first?.manifest.generation ?? null);
    },
    refresh,
    async stop() {
      stopped = true;
      stopFollowing();
      await last;
      await served?.close();
    },
  };
}

interface CountedBackend extends Backend {
  /** Closes the wrapped backend once no call has run for `lingerMs`. Until then calls are still answered. */
  retire(): void;
}

interface CountedOptions {
  readonly timer: Timer;
  /** Milliseconds without a running call after which a retired backend is closed. */
  readonly lingerMs: number;
  readonly onCloseError: (error: unknown) => void;
}

/** Wraps a backend and counts its running calls, so that a replaced backend is closed after its last call. */
function trackInFlight(backend: Backend, options: CountedOptions): CountedBackend {
  let running = 0;
  let retired = false;
  let closing: Promise<void> | null = null;
  let cancelTimer: (() => void) | null = null;

  const close = () => (closing ??= backend.close());
  const scheduleClose = () => {
    cancelTimer?.();
    cancelTimer = null;
    if (!retired || running > 0 || closing !== null) return;
    cancelTimer = options.timer(options.lingerMs, () => void close().catch(options.onCloseError));
  };
  const counted = async <T>(call: () => Promise<T>): Promise<T> => {
    running += 1;
    cancelTimer?.();
    try {
      return await call();
    } finally {
      running -= 1;
      scheduleClose();
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
      scheduleClose();
    },
  };
}
