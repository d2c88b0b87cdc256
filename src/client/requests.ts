import { AskdexError, shown } from '../core/errors.js';
import { damagedSnapshot } from '../core/snapshot.js';

/** Of the standard's `RequestCache`; Node has no cache and looks past it. */
export type CacheUse = 'default' | 'no-cache' | 'reload';

export interface RequestOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** Where `headers` may be sent: a redirect may have led elsewhere, where a key is none of anybody's business. */
  readonly origin: string;
}

/** A body that is read, and what errors call it. */
export interface Body {
  readonly url: URL;
  readonly name: string;
  /** Bytes that it must have. */
  readonly size: number;
  readonly onLoaded?: (loaded: number) => void;
}

/** The requests of one client. What fails throws `snapshot_unreachable`, or the reason of the signal that ended it. */
export class Requests {
  constructor(private readonly options: RequestOptions) {}

  /** Asks once, whatever the status of the answer. */
  async ask(url: URL, cache: CacheUse, more: Readonly<Record<string, string>> = {}): Promise<Response> {
    const { headers, signal, origin } = this.options;
    const own = url.origin === origin ? headers : {};
    const init = { headers: { ...own, ...more }, cache, ...(signal === undefined ? {} : { signal }) };
    try {
      return await fetch(url, init);
    } catch (error) {
      throw this.unreachable(url, 'the network gives no answer', error);
    }
  }

  /** Reads a body; throws `index_damaged` where it is longer or shorter than it must be. */
  async read(response: Response, { url, name, size, onLoaded }: Body): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = new Uint8Array(size);
    const reader = response.body?.getReader();
    let loaded = 0;
    onLoaded?.(loaded);
    while (reader !== undefined) {
      const { done, value } = await this.#next(reader, url);
      if (done) break;
      if (loaded + value.length > size) {
        await reader.cancel().catch(() => undefined);
        throw damagedSnapshot(`${name} has more than ${size} bytes`);
      }
      bytes.set(value, loaded);
      loaded += value.length;
      onLoaded?.(loaded);
    }
    if (loaded !== size) throw damagedSnapshot(`${name} has ${loaded} bytes instead of ${size}`);
    return bytes;
  }

  unreachable(url: URL, why: string, cause?: unknown): AskdexError {
    // Who gave up by the signal gets their own reason.
    this.options.signal?.throwIfAborted();
    return new AskdexError('snapshot_unreachable', `${shown(url.href)} cannot be fetched: ${why}.`, {
      parameter: 'source',
      remedy: 'Check the URL and the connection, then try again.',
      cause,
    });
  }

  async #next(reader: ReadableStreamDefaultReader<Uint8Array>, url: URL) {
    try {
      return await reader.read();
    } catch (error) {
      throw this.unreachable(url, 'the answer ended early', error);
    }
  }
}

/** Gives up a body that is of no use. */
export async function cancel(response: Response): Promise<void> {
  await response.body?.cancel().catch(() => undefined);
}
