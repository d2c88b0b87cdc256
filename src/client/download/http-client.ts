import { AskdexError, quoteForMessage } from '../../core/errors.js';
import type { ManifestFile } from '../../core/model/generation-manifest.js';
import { damagedSnapshotError } from '../../core/model/snapshot-manifest.js';
import { gunzip, sniff, type Chunk, type Chunks } from './gunzip.js';
import { sha256 } from './web-crypto.js';

/** Of the standard's `RequestCache`; Node has no cache and looks past it. */
export type CacheMode = 'default' | 'no-cache' | 'reload';

export interface RequestOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** Where `headers` may be sent: a redirect may have led elsewhere, where a key is none of anybody's business. */
  readonly origin: string;
}

/** A body that is read, and what errors call it. */
export interface BodySpec {
  readonly url: URL;
  readonly name: string;
  /** Bytes that it must have. */
  readonly size: number;
  /** Told of the bytes that have arrived, and of how many there will be. */
  readonly onLoaded?: (loaded: number, total: number) => void;
}

/** A body that is gzip on its host; the other members tell what it holds. */
export interface GzippedBody extends BodySpec {
  readonly gzipped: Pick<ManifestFile, 'name' | 'size'>;
}

/** The requests of one client. What fails throws `snapshot_unreachable`, or the reason of the signal that ended it. */
export class HttpClient {
  constructor(private readonly options: RequestOptions) {}

  /** Asks once, whatever the status of the answer. */
  async fetch(url: URL, cache: CacheMode, more: Readonly<Record<string, string>> = {}): Promise<Response> {
    const { headers, signal, origin } = this.options;
    const own = url.origin === origin ? headers : {};
    const init = { headers: { ...own, ...more }, cache, ...(signal === undefined ? {} : { signal }) };
    try {
      return await fetch(url, init);
    } catch (error) {
      throw this.unreachable(url, 'the network gives no answer', error);
    }
  }

  /** Reads a body. Throws `index_damaged` if it is longer or shorter than it must be. */
  async read(response: Response, body: BodySpec): Promise<Uint8Array<ArrayBuffer>> {
    return collect(this.chunks(response, body.url), body);
  }

  /**
   * The inflated bytes of a gzip file. If the host has declared the file's compression, it arrives inflated, and is taken like that.
   * Throws `index_damaged` if it is no gzip file, or longer or shorter than it must be.
   */
  async readGzipped(response: Response, { gzipped, ...inflated }: GzippedBody): Promise<Uint8Array<ArrayBuffer>> {
    const { url, name, onLoaded } = inflated;
    const body = await sniff(this.chunks(response, url));
    if (!body.gzipped) return collect(body.chunks, inflated);
    const counted = counting(body.chunks, gzipped, (loaded) => onLoaded?.(loaded, gzipped.size));
    return collect(gunzip(counted, gzipped.name), { name, size: inflated.size });
  }

  /** The parts of a body as they arrive. Ending early gives up the rest. */
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
    // Who gave up by the signal gets their own reason.
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
      throw this.unreachable(url, 'the answer ended early', error);
    }
  }
}

/** Joins the parts of a body. Throws `index_damaged` if it has more or fewer bytes than it must have. */
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

/** The same parts. Throws `index_damaged` if there are more or fewer bytes than there must be. */
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

/** Gives up a body that is of no use. */
export async function cancel(response: Response): Promise<void> {
  await response.body?.cancel().catch(() => undefined);
}

/** Reads one file by ranges. From a host that knows no ranges it takes the whole file, once. */
export class RangeReader {
  #fullFile: Promise<Uint8Array<ArrayBuffer>> | null = null;

  constructor(
    private readonly url: URL,
    readonly file: ManifestFile,
    private readonly requests: HttpClient,
  ) {}

  /**
   * The bytes from `from` to `to`, exclusive. Rejects with `snapshot_unreachable`; with `index_damaged` where the answer is
   * another range, cut, or a whole file that does not fit its checksum.
   */
  async read(from: number, to: number, cache: CacheMode): Promise<Uint8Array> {
    if (this.#fullFile !== null) return (await this.#fullFile).subarray(from, to);
    const response = await this.#fetch(from, to, cache);
    if (response.status === 206) {
      const given = response.headers.get('Content-Range');
      // Hosts of another origin may hide the header; the checksum of the pieces tells as much.
      if (given !== null && !isRange(given, { from, to, size: this.file.size })) {
        await cancel(response);
        throw damagedSnapshotError(`the host gives ${quoteForMessage(given)} of ${this.#name(from, to)}`);
      }
      const [name, size] = [this.#name(from, to), to - from];
      return this.requests.read(response, { url: this.url, name, size });
    }
    // Others that asked at the same time wait for the one that came first.
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
    throw this.requests.unreachable(this.url, `the answer has the status ${response.status}`);
  }
}

function isRange(header: string, { from, to, size }: { from: number; to: number; size: number }): boolean {
  const [, first, last, whole] = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(header.trim()) ?? [];
  return Number(first) === from && Number(last) === to - 1 && (whole === '*' || Number(whole) === size);
}
