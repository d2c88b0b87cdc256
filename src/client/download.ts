import { AskdexError, shown } from '../core/errors.js';
import type { ManifestFile } from '../core/manifest.js';
import { damagedSnapshot } from '../core/snapshot.js';
import { sha256 } from './trust.js';

export interface Progress {
  /** Bytes of the file so far, unpacked. */
  readonly loaded: number;
  /** Bytes of the whole file. */
  readonly total: number;
}

/** Of the standard's `RequestCache`; Node has no cache and looks past it. */
type CacheUse = 'default' | 'no-cache' | 'reload';

export interface DownloadOptions {
  readonly onProgress?: (progress: Progress) => void;
  /** Sent with each request to the origin of the source, such as `Authorization`. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** Where the files of a snapshot are fetched from. */
export class Source {
  constructor(
    readonly url: URL,
    private readonly options: DownloadOptions,
  ) {}

  /** The text at the source, and the URL that it came from in the end. Throws `snapshot_unreachable`, `snapshot_not_ready`. */
  async manifest(): Promise<{ readonly text: string; readonly base: URL }> {
    const response = await this.#fetch(this.url, 'no-cache');
    try {
      return { text: await response.text(), base: new URL(response.url === '' ? this.url : response.url) };
    } catch (error) {
      throw this.#unreachable(this.url, 'its answer ended early', error);
    }
  }

  /**
   * A whole file, its size and sha256 compared. One that does not fit is fetched once more past every cache: a host may have
   * replaced a file of the same name. Throws `snapshot_unreachable`, `index_damaged`.
   */
  async file(file: ManifestFile, url: URL): Promise<Uint8Array<ArrayBuffer>> {
    try {
      return await this.#checked(file, url, 'default');
    } catch (error) {
      if (!(error instanceof AskdexError) || error.code !== 'index_damaged') throw error;
      return this.#checked(file, url, 'reload');
    }
  }

  async #checked(file: ManifestFile, url: URL, cache: CacheUse): Promise<Uint8Array<ArrayBuffer>> {
    const response = await this.#fetch(url, cache);
    const bytes = await this.#read(response, file, url);
    if ((await sha256(bytes)) !== file.sha256)
      throw damagedSnapshot(`${file.name} does not match its checksum`);
    return bytes;
  }

  async #read(response: Response, { name, size }: ManifestFile, url: URL): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = new Uint8Array(size);
    const reader = response.body?.getReader();
    let loaded = 0;
    this.options.onProgress?.({ loaded, total: size });
    while (reader !== undefined) {
      const { done, value } = await this.#next(reader, url);
      if (done) break;
      if (loaded + value.length > size) {
        await reader.cancel().catch(() => undefined);
        throw damagedSnapshot(`${name} has more than ${size} bytes`);
      }
      bytes.set(value, loaded);
      loaded += value.length;
      this.options.onProgress?.({ loaded, total: size });
    }
    if (loaded !== size) throw damagedSnapshot(`${name} has ${loaded} bytes instead of ${size}`);
    return bytes;
  }

  async #next(reader: ReadableStreamDefaultReader<Uint8Array>, url: URL) {
    try {
      return await reader.read();
    } catch (error) {
      throw this.#unreachable(url, 'the answer ended early', error);
    }
  }

  async #fetch(url: URL, cache: CacheUse): Promise<Response> {
    const { headers, signal } = this.options;
    // A redirect may have led elsewhere, where a key is none of anybody's business.
    const sent = url.origin === this.url.origin && headers !== undefined ? { headers: { ...headers } } : {};
    const init = { ...sent, cache, ...(signal === undefined ? {} : { signal }) };
    let response: Response;
    try {
      response = await fetch(url, init);
    } catch (error) {
      throw this.#unreachable(url, 'the network gives no answer', error);
    }
    if (response.ok) return response;
    await response.body?.cancel().catch(() => undefined);
    if (response.status === 503 && response.headers.has('Retry-After')) {
      throw new AskdexError(
        'snapshot_not_ready',
        `The server is still making the snapshot at ${shown(url.href)}.`,
        {
          remedy: `Try again in ${response.headers.get('Retry-After') ?? 'some'} seconds.`,
        },
      );
    }
    throw this.#unreachable(url, `the answer has the status ${response.status}`);
  }

  #unreachable(url: URL, why: string, cause?: unknown): AskdexError {
    // Who gave up by the signal gets their own reason.
    this.options.signal?.throwIfAborted();
    return new AskdexError('snapshot_unreachable', `${shown(url.href)} cannot be fetched: ${why}.`, {
      parameter: 'source',
      remedy: 'Check the URL and the connection, then try again.',
      cause,
    });
  }
}
