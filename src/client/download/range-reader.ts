import { quoteForMessage } from '../../core/errors.js';
import type { ManifestFile } from '../../core/model/generation-manifest.js';
import { damagedSnapshotError } from '../../core/model/snapshot-manifest.js';
import { cancel, type CacheMode, type HttpClient } from './http-client.js';
import { sha256 } from './web-crypto.js';

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
