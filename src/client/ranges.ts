import { AskdexError, shown } from '../core/errors.js';
import type { ManifestFile } from '../core/manifest.js';
import { damagedSnapshot } from '../core/snapshot.js';
import type { DownloadOptions } from './download.js';
import { sha256 } from './trust.js';

/** Of the standard's `RequestCache`. */
type CacheUse = 'default' | 'reload';

export interface RangesOptions extends Pick<DownloadOptions, 'headers' | 'signal'> {
  /** Where `headers` may be sent. */
  readonly origin: string;
}

/** Reads one file by ranges. From a host that knows no ranges it takes the whole file, once. */
export class Ranges {
  #whole: Promise<Uint8Array<ArrayBuffer>> | null = null;

  constructor(
    private readonly url: URL,
    readonly file: ManifestFile,
    private readonly options: RangesOptions,
  ) {}

  /**
   * The bytes from `from` to `to`, exclusive. Rejects with `snapshot_unreachable`; with `index_damaged` where the answer is
   * another range, cut, or a whole file that does not fit its checksum.
   */
  async read(from: number, to: number, cache: CacheUse): Promise<Uint8Array> {
    if (this.#whole !== null) return (await this.#whole).subarray(from, to);
    const response = await this.#fetch(from, to, cache);
    if (response.status === 206) {
      const given = response.headers.get('Content-Range');
      // Hosts of another origin may hide the header; the checksum of the pieces tells as much.
      if (given !== null && !isRange(given, { from, to, size: this.file.size })) {
        await cancel(response);
        throw damagedSnapshot(`the host gives ${shown(given)} of ${this.#name(from, to)}`);
      }
      return this.#read(response, to - from, this.#name(from, to));
    }
    // Others that asked at the same time wait for the one that came first.
    if (this.#whole === null) this.#whole = this.#checked(response);
    else await cancel(response);
    try {
      return (await this.#whole).subarray(from, to);
    } catch (error) {
      this.#whole = null;
      throw error;
    }
  }

  #name(from: number, to: number): string {
    return `${this.file.name}, bytes ${from} to ${to - 1}`;
  }

  async #checked(response: Response): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = await this.#read(response, this.file.size, this.file.name);
    if ((await sha256(bytes)) === this.file.sha256) return bytes;
    throw damagedSnapshot(`${this.file.name} does not match its checksum`);
  }

  /** Reads a body that must have so many bytes. */
  async #read(response: Response, size: number, name: string): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = new Uint8Array(size);
    const reader = response.body?.getReader();
    let loaded = 0;
    while (reader !== undefined) {
      const { done, value } = await this.#next(reader);
      if (done) break;
      if (loaded + value.length > size) {
        await reader.cancel().catch(() => undefined);
        throw damagedSnapshot(`${name} has more than ${size} bytes`);
      }
      bytes.set(value, loaded);
      loaded += value.length;
    }
    if (loaded !== size) throw damagedSnapshot(`${name} has ${loaded} bytes instead of ${size}`);
    return bytes;
  }

  async #next(reader: ReadableStreamDefaultReader<Uint8Array>) {
    try {
      return await reader.read();
    } catch (error) {
      throw this.#unreachable('the answer ended early', error);
    }
  }

  async #fetch(from: number, to: number, cache: CacheUse): Promise<Response> {
    const { headers, signal, origin } = this.options;
    const sent = this.url.origin === origin ? headers : {};
    // Node has no cache and looks past `cache`.
    const init = {
      headers: { ...sent, Range: `bytes=${from}-${to - 1}` },
      cache,
      ...(signal === undefined ? {} : { signal }),
    };
    let response: Response;
    try {
      response = await fetch(this.url, init);
    } catch (error) {
      throw this.#unreachable('the network gives no answer', error);
    }
    if (response.status === 206 || response.status === 200) return response;
    await cancel(response);
    if (response.status === 416) throw damagedSnapshot(`the host has no ${this.#name(from, to)}`);
    throw this.#unreachable(`the answer has the status ${response.status}`);
  }

  #unreachable(why: string, cause?: unknown): AskdexError {
    // Who gave up by the signal gets their own reason.
    this.options.signal?.throwIfAborted();
    return new AskdexError('snapshot_unreachable', `${shown(this.url.href)} cannot be fetched: ${why}.`, {
      parameter: 'source',
      remedy: 'Check the URL and the connection, then try again.',
      cause,
    });
  }
}

function isRange(header: string, { from, to, size }: { from: number; to: number; size: number }): boolean {
  const [, first, last, whole] = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(header.trim()) ?? [];
  return Number(first) === from && Number(last) === to - 1 && (whole === '*' || Number(whole) === size);
}

async function cancel(response: Response): Promise<void> {
  await response.body?.cancel().catch(() => undefined);
}
