/** The parts of the runtime that the client uses. Browsers have all of them; optional ones may be missing elsewhere. */
interface Platform {
  readonly fetch: typeof fetch;
  /** Absent on pages served over plain HTTP, like `crypto.subtle`. */
  readonly caches?: Caches;
  readonly navigator?: { readonly locks?: Locks };
  /** Only pages have a document, workers do not. */
  readonly document?: object;
}

/** A part of the standard's `CacheStorage`. */
export interface Caches {
  open(name: string): Promise<ResponseCache>;
}

/** A part of the standard's `Cache`. */
export interface ResponseCache {
  match(url: string): Promise<Response | undefined>;
  put(url: string, response: Response): Promise<void>;
  delete(url: string): Promise<boolean>;
  keys(): Promise<readonly { readonly url: string }[]>;
}

interface Locks {
  request<T>(name: string, run: () => Promise<T>): Promise<T>;
}

/** A part of the standard's `Worker`. */
export interface WorkerLike {
  /** Transferred buffers are no longer usable in this thread. */
  postMessage(message: unknown, transfer?: readonly ArrayBuffer[]): void;
  terminate(): void;
  addEventListener(type: 'message' | 'error' | 'messageerror', listener: (event: MessageEventLike) => void): void;
}

/** A part of the standard's `MessageEvent`. Error events have no data. */
export interface MessageEventLike {
  readonly data?: unknown;
  preventDefault?(): void;
}

/** Read at each use, since a test or a page may replace globals. */
export function platform(): Platform {
  return globalThis;
}
