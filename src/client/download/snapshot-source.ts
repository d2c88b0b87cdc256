import { AskdexError, quoteForMessage } from '../../core/errors.js';
import type { ManifestFile } from '../../core/model/generation-manifest.js';
import { damagedSnapshotError } from '../../core/model/snapshot-manifest.js';
import { canGunzip } from './gunzip.js';
import { cancel, HttpClient, type CacheMode } from './http-client.js';
import { sha256 } from './web-crypto.js';

export interface DownloadProgress {
  /** Bytes of the file so far, without the encoding of HTTP. Each file begins at 0. */
  readonly loaded: number;
  /** Bytes of the whole file. */
  readonly total: number;
}

export interface DownloadOptions {
  readonly onProgress?: (progress: DownloadProgress) => void;
  /** Sent with each request to the origin of the source, such as `Authorization`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Ends the opening. */
  readonly signal?: AbortSignal;
  /** How long to wait for a server that still makes the snapshot: seconds, 300 where nothing is said, 0 for not at all. */
  readonly patience?: number;
}

const DEFAULT_WAIT_S = 300;
/** Seconds between two questions, at least and at most, whatever the server says. */
const RETRY_DELAY_S = { least: 0.25, most: 30 } as const;

/** Where the files of a snapshot are fetched from. */
export class SnapshotSource {
  readonly #requests: HttpClient;

  constructor(
    readonly url: URL,
    private readonly options: DownloadOptions,
  ) {
    const { headers, signal } = options;
    this.#requests = new HttpClient({
      ...(headers === undefined ? {} : { headers }),
      ...(signal === undefined ? {} : { signal }),
      origin: url.origin,
    });
  }

  /** The same source, its requests ended by another signal. */
  withSignal(signal: AbortSignal): SnapshotSource {
    return new SnapshotSource(this.url, { ...this.options, signal });
  }

  /** The text at the source, and the URL that it came from in the end. Throws `snapshot_unreachable`, `snapshot_not_ready`. */
  async manifest(): Promise<{ readonly text: string; readonly base: URL }> {
    const response = await this.#fetch(this.url, 'no-cache');
    try {
      return { text: await response.text(), base: new URL(response.url === '' ? this.url : response.url) };
    } catch (error) {
      throw this.#requests.unreachable(this.url, 'its answer ended early', error);
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
      if (!isDamage(error)) throw error;
      return this.#checked(file, url, 'reload');
    }
  }

  /**
   * A whole file from its gzip form. Like `file`, it asks once more past every cache if the outcome does not fit. null: the gzip
   * form is of no use here, because the host does not have it, it does not fit, or this browser cannot inflate.
   *
   * @throws AskdexError `snapshot_unreachable`
   */
  async gzippedFile(file: ManifestFile, gzipped: ManifestFile, url: URL): Promise<Uint8Array<ArrayBuffer> | null> {
    if (!canGunzip()) return null;
    for (const cache of ['default', 'reload'] as const) {
      try {
        const response = await this.#ask(url, cache);
        if (!response.ok) {
          await cancel(response);
          return null;
        }
        const { name, size } = file;
        const body = { url, name, size, gzipped, onLoaded: this.#tell };
        return await this.#verified(file, await this.#requests.readGzipped(response, body));
      } catch (error) {
        if (!isDamage(error)) throw error;
      }
    }
    return null;
  }

  async #checked(file: ManifestFile, url: URL, cache: CacheMode): Promise<Uint8Array<ArrayBuffer>> {
    const response = await this.#fetch(url, cache);
    const { name, size } = file;
    const body = { url, name, size, onLoaded: this.#tell };
    return this.#verified(file, await this.#requests.read(response, body));
  }

  readonly #tell = (loaded: number, total: number): void => this.options.onProgress?.({ loaded, total });

  /** Throws `index_damaged`. */
  async #verified(
    { name, sha256: expected }: ManifestFile,
    bytes: Uint8Array<ArrayBuffer>,
  ): Promise<Uint8Array<ArrayBuffer>> {
    if ((await sha256(bytes)) !== expected) throw damagedSnapshotError(`${name} does not match its checksum`);
    return bytes;
  }

  async #fetch(url: URL, cache: CacheMode): Promise<Response> {
    const response = await this.#ask(url, cache);
    if (response.ok) return response;
    await cancel(response);
    throw this.#requests.unreachable(url, `the answer has the status ${response.status}`);
  }

  /** Asks until the server has made the file, whatever the status of its answer then. Throws `snapshot_not_ready`. */
  async #ask(url: URL, cache: CacheMode): Promise<Response> {
    let left = this.options.patience ?? DEFAULT_WAIT_S;
    for (;;) {
      const response = await this.#requests.fetch(url, cache);
      const after = response.status === 503 ? response.headers.get('Retry-After') : null;
      if (after === null) return response;
      await cancel(response);
      const pause = Math.min(RETRY_DELAY_S.most, Math.max(RETRY_DELAY_S.least, Number(after) || 0));
      if (pause > left) throw notReady(url, after);
      left -= pause;
      await this.#wait(pause);
    }
  }

  async #wait(seconds: number): Promise<void> {
    const { signal } = this.options;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, seconds * 1000);
      signal?.addEventListener('abort', done);
    });
    signal?.throwIfAborted();
  }
}

function isDamage(error: unknown): boolean {
  return error instanceof AskdexError && error.code === 'index_damaged';
}

function notReady(url: URL, after: string): AskdexError {
  return new AskdexError(
    'snapshot_not_ready',
    `The server is still making the snapshot at ${quoteForMessage(url.href)}.`,
    { remedy: `Try again in ${after} seconds.` },
  );
}
