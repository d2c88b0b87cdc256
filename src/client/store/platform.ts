/**
 * What the client uses of its surroundings beside the language. Browsers and their workers have all of it, other runtimes some: whatever may
 * be missing is optional here, and whoever uses it says what happens without.
 */
interface Platform {
  readonly fetch: typeof fetch;
  /** Absent on pages that came over plain HTTP, as `crypto.subtle` is. */
  readonly caches?: Caches;
  readonly navigator?: { readonly locks?: Locks };
  /** A page has one, workers have none. */
  readonly document?: object;
}

/** Of the standard's `CacheStorage`. */
export interface Caches {
  open(name: string): Promise<ResponseCache>;
}

/** Of the standard's `Cache`. */
export interface ResponseCache {
  match(url: string): Promise<Response | undefined>;
  put(url: string, response: Response): Promise<void>;
  delete(url: string): Promise<boolean>;
  keys(): Promise<readonly { readonly url: string }[]>;
}

interface Locks {
  request<T>(name: string, run: () => Promise<T>): Promise<T>;
}

/** Of the standard's `Worker`. */
export interface WorkerLike {
  /** What is transferred is gone from this thread. */
  postMessage(message: unknown, transfer?: readonly ArrayBuffer[]): void;
  terminate(): void;
  addEventListener(type: 'message' | 'error' | 'messageerror', listener: (event: MessageEventLike) => void): void;
}

/** Of the standard's `MessageEvent`; the event of an error has no data. */
export interface MessageEventLike {
  readonly data?: unknown;
  preventDefault?(): void;
}

/** Read anew each time: a test, or a page, may replace what is there. */
export function platform(): Platform {
  return globalThis;
}
