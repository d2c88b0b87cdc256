import { AskdexError, quoteForMessage } from '../../core/errors.js';
import type { ManifestFile } from '../../core/model/generation-manifest.js';
import { damagedSnapshotError } from '../../core/model/snapshot-manifest.js';
import { canGunzip } from './gunzip.js';
import { cancel, HttpClient, type CacheMode } from './http-client.js';
import { sha256 } from './web-crypto.js';

export interface DownloadProgress {
  /** Bytes of the file received so far, without HTTP's content encoding. Each file begins at 0. */
  readonly loaded: number;
  /** Bytes of the whole file. */
  readonly total: number;
}

export interface DownloadOptions {
  readonly onProgress?: (progress: DownloadProgress) => void;
  /** Sent with each request to the origin of the source, for example `Authorization`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Aborts the opening. */
  readonly signal?: AbortSignal;
  /** Seconds to wait for a server that is still building the snapshot; default 300, 0: do not wait. */
  readonly waitSeconds?: number;
  /** @deprecated The former name of `waitSeconds`, which takes precedence. */
  readonly patience?: number;
}

const DEFAULT_WAIT_S = 300;
/** Bounds, in seconds, of the pause between two requests, whatever the server says. */
const RETRY_DELAY_S = { least: 0.25, most: 30 } as const;

/** Downloads the manifest and the files of a snapshot. */
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

  /** The same source with another abort signal. */
  withSignal(signal: AbortSignal): SnapshotSource {
    return new SnapshotSource(this.url, { ...this.options, signal });
  }

  /**
   * Downloads the manifest. `base` is its URL after redirects.
   *
   * @throws {AskdexError} snapshot_unreachable; snapshot_not_ready: the server is still building it
   */
  async manifest(): Promise<{ readonly text: string; readonly base: URL }> {
    const response = await this.#fetch(this.url, 'no-cache');
    try {
      return { text: await response.text(), base: new URL(response.url === '' ? this.url : response.url) };
    } catch (error) {
      throw this.#requests.unreachable(this.url, 'the response ended early', error);
    }
  }

  /**
   * Downloads a whole file and verifies its size and sha256. A file that does not match is downloaded once more past
   * every cache, since the host may have replaced a file of the same name.
   *
   * @throws {AskdexError} snapshot_unreachable, snapshot_not_ready; index_damaged: it does not match twice
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
   * Downloads a whole file in its gzip form. Like `file`, it retries once past every cache. Returns null if the host
   * does
   * not have the gzip file, its content does not match, or this browser cannot inflate.
   *
   * @throws {AskdexError} snapshot_unreachable, snapshot_not_ready
   */
  async gzippedFile(file: ManifestFile, gzipped: ManifestFile, url: URL): Promise<Uint8Array<ArrayBuffer> | null> {
    if (!canGunzip()) return null;
    for (const cache of ['default', 'reload'] as const) {
      try {
        const response = await this.#request(url, cache);
        if (!response.ok) {
          await cancel(response);
          return null;
        }
        const { name, size } = file;
        const body = { url, name, size, gzipped, onLoaded: this.#reportProgress };
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
    const body = { url, name, size, onLoaded: this.#reportProgress };
    return this.#verified(file, await this.#requests.read(response, body));
  }

  readonly #reportProgress = (loaded: number, total: number): void => this.options.onProgress?.({ loaded, total });

  async #verified(
    { name, sha256: expected }: ManifestFile,
    bytes: Uint8Array<ArrayBuffer>,
  ): Promise<Uint8Array<ArrayBuffer>> {
    if ((await sha256(bytes)) !== expected) throw damagedSnapshotError(`${name} does not match its checksum`);
    return bytes;
  }

  async #fetch(url: URL, cache: CacheMode): Promise<Response> {
    const response = await this.#request(url, cache);
    if (response.ok) return response;
    await cancel(response);
    throw this.#requests.unreachable(url, `the host answers with status ${response.status}`);
  }

  /**
   * Repeats a request while the server is building the file. Returns the response, whatever its status is.
   *
   * @throws {AskdexError} snapshot_not_ready: the server takes too long
   */
  async #request(url: URL, cache: CacheMode): Promise<Response> {
    const { waitSeconds, patience } = this.options;
    let left = waitSeconds ?? patience ?? DEFAULT_WAIT_S;
    for (;;) {
      const response = await this.#requests.fetch(url, cache);
      const after = response.status === 503 ? response.headers.get('Retry-After') : null;
      if (after === null) return response;
      await cancel(response);
      const pause = Math.min(RETRY_DELAY_S.most, Math.max(RETRY_DELAY_S.least, Number(after) || 0));
      if (pause > left) throw notReadyError(url, after);
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

function notReadyError(url: URL, after: string): AskdexError {
  return new AskdexError(
    'snapshot_not_ready',
    `The server is still building the snapshot at ${quoteForMessage(url.href)}.`,
    { remedy: `Try again in ${after} seconds.` },
  );
}
