import { AskdexError, quoteForMessage } from '../../core/errors.js';
import type { ManifestFile } from '../../core/model/generation-manifest.js';
import { damagedSnapshotError } from '../../core/model/snapshot-manifest.js';
import { gunzip, sniff, type Chunk, type Chunks } from './gunzip.js';
import { sha256 } from './web-crypto.js';

/** Values of the standard's `RequestCache`. Node has no cache and ignores them. */
export type CacheMode = 'default' | 'no-cache' | 'reload';

export interface RequestOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** The only origin that receives `headers`. A redirect may lead to another origin, which must not see the API key. */
  readonly origin: string;
}

/** A body to read. Errors call it `name`. */
export interface BodySpec {
  readonly url: URL;
  readonly name: string;
  /** Expected number of bytes. */
  readonly size: number;
  /** Called with the number of bytes received and the total. */
  readonly onLoaded?: (loaded: number, total: number) => void;
}

/** A gzip body. The other members describe the inflated content. */
export interface GzippedBody extends BodySpec {
  readonly gzipped: Pick<ManifestFile, 'name' | 'size'>;
}

/**
 * The HTTP requests of one client.
 *
 * @throws {AskdexError} snapshot_unreachable: a request failed. If the signal aborted it, the signal's reason is
 * thrown.
 */
export class HttpClient {
  constructor(private readonly options: RequestOptions) {}

  /** Sends one request. Returns the response, whatever its status is. */
  async fetch(url: URL, cache: CacheMode, more: Readonly<Record<string, string>> = {}): Promise<Response> {
    const { headers, signal, origin } = this.options;
    const own = url.origin === origin ? headers : {};
    const init = { headers: { ...own, ...more }, cache, ...(signal === undefined ? {} : { signal }) };
    try {
      return await fetch(url, init);
    } catch (error) {
      throw this.unreachable(url, 'the host cannot be reached', error);
    }
  }

  /**
   * Reads a body.
   *
   * @throws {AskdexError} index_damaged: it does not have the expected size
   */
  async read(response: Response, body: BodySpec): Promise<Uint8Array<ArrayBuffer>> {
    return collect(this.chunks(response, body.url), body);
  }

  /**
   * Reads a gzip file and returns its inflated bytes. If the host declares the compression, the file arrives inflated
   * and
   * is returned as it is.
   *
   * @throws {AskdexError} index_damaged: it is not gzip, or it does not have the expected size
   */
  async readGzipped(response: Response, { gzipped, ...inflated }: GzippedBody): Promise<Uint8Array<ArrayBuffer>> {
    const { url, name, onLoaded } = inflated;
    const body = await sniff(this.chunks(response, url));
    if (!body.gzipped) return collect(body.chunks, inflated);
    const counted = counting(body.chunks, gzipped, (loaded) => onLoaded?.(loaded, gzipped.size));
    return collect(gunzip(counted, gzipped.name), { name, size: inflated.size });
  }

  /** Yields the chunks of a body as they arrive. The request is canceled if the caller stops early. */
  async *chunks(response: Response, url: URL): Chunks {
    const reader = response.body?.getReader();
    if (reader === undefined) return;
    try {
      for (;;) {
        const { done, value } = await this.#next(reader, url);
        if (done) return;
        yield value;
      }
    } finally {
      await reader.cancel().catch(() => undefined);
    }
  }

  unreachable(url: URL, why: string, cause?: unknown): AskdexError {
    // After an abort the caller gets the signal's reason.
    this.options.signal?.throwIfAborted();
    return new AskdexError('snapshot_unreachable', `${quoteForMessage(url.href)} cannot be fetched: ${why}.`, {
      parameter: 'source',
      remedy: 'Check the URL and the connection, then try again.',
      cause,
    });
  }

  async #next(reader: ReadableStreamDefaultReader<Chunk>, url: URL) {
    try {
      return await reader.read();
    } catch (error) {
      throw this.unreachable(url, 'the response ended early', error);
    }
  }
}

/** Joins the chunks of a body. */
async function collect(
  chunks: Chunks,
  { name, size, onLoaded }: Pick<BodySpec, 'name' | 'size' | 'onLoaded'>,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(size);
  let loaded = 0;
  for await (const chunk of counting(chunks, { name, size }, (now) => onLoaded?.(now, size))) {
    bytes.set(chunk, loaded);
    loaded += chunk.length;
  }
  return bytes;
}

/**
 * Yields the same chunks and counts their bytes.
 *
 * @throws {AskdexError} index_damaged: there are more or fewer bytes than expected
 */
async function* counting(
  chunks: Chunks,
  { name, size }: Pick<BodySpec, 'name' | 'size'>,
  onLoaded: (loaded: number) => void,
): Chunks {
  let loaded = 0;
  onLoaded(loaded);
  for await (const chunk of chunks) {
    loaded += chunk.length;
    if (loaded > size) throw damagedSnapshotError(`${name} has more than ${size} bytes`);
    onLoaded(loaded);
    yield chunk;
  }
  if (loaded !== size) throw damagedSnapshotError(`${name} has ${loaded} bytes instead of ${size}`);
}

/** Cancels a response whose body is not needed. */
export async function cancel(response: Response): Promise<void> {
  await response.body?.cancel().catch(() => undefined);
}

/** Reads ranges of one file. If the host does not support ranges, it downloads the whole file once. */
export class RangeReader {
  #fullFile: Promise<Uint8Array<ArrayBuffer>> | null = null;

  constructor(
    private readonly url: URL,
    readonly file: ManifestFile,
    private readonly requests: HttpClient,
  ) {}

  /**
   * Reads the bytes from `from` to `to`, exclusive.
   *
   * @throws {AskdexError} snapshot_unreachable; index_damaged: the host sends another range, a part of it, or a file
   * with
   *   another checksum
   */
  async read(from: number, to: number, cache: CacheMode): Promise<Uint8Array> {
    if (this.#fullFile !== null) return (await this.#fullFile).subarray(from, to);
    const response = await this.#fetch(from, to, cache);
    if (response.status === 206) {
      const given = response.headers.get('Content-Range');
      // Other origins may hide the header. The checksums of the pieces detect a wrong range, too.
      if (given !== null && !isRange(given, { from, to, size: this.file.size })) {
        await cancel(response);
        throw damagedSnapshotError(`the host sends ${quoteForMessage(given)} instead of ${this.#name(from, to)}`);
      }
      const [name, size] = [this.#name(from, to), to - from];
      return this.requests.read(response, { url: this.url, name, size });
    }
    // Concurrent calls wait for the first response.
    if (this.#fullFile === null) this.#fullFile = this.#checked(response);
    else await cancel(response);
    try {
      return (await this.#fullFile).subarray(from, to);
    } catch (error) {
      this.#fullFile = null;
      throw error;
    }
  }

  #name(from: number, to: number): string {
    return `${this.file.name}, bytes ${from} to ${to - 1}`;
  }

  async #checked(response: Response): Promise<Uint8Array<ArrayBuffer>> {
    const { name, size } = this.file;
    const bytes = await this.requests.read(response, { url: this.url, name, size });
    if ((await sha256(bytes)) === this.file.sha256) return bytes;
    throw damagedSnapshotError(`${name} does not match its checksum`);
  }

  async #fetch(from: number, to: number, cache: CacheMode): Promise<Response> {
    const response = await this.requests.fetch(this.url, cache, { Range: `bytes=${from}-${to - 1}` });
    if (response.status === 206 || response.status === 200) return response;
    await cancel(response);
    if (response.status === 416) throw damagedSnapshotError(`the host has no ${this.#name(from, to)}`);
    throw this.requests.unreachable(this.url, `the host answers with status ${response.status}`);
  }
}

function isRange(header: string, { from, to, size }: { from: number; to: number; size: number }): boolean {
  const [, first, last, whole] = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(header.trim()) ?? [];
  return Number(first) === from && Number(last) === to - 1 && (whole === '*' || Number(whole) === size);
}
