import type { Caches, ResponseCache } from '../../../src/client/store/platform.js';

/** Cache Storage in memory, with entries that a test can damage. */
export class MemoryCaches implements Caches, ResponseCache {
  readonly entries = new Map<string, { readonly body: Buffer; readonly headers: Headers }>();
  /** Called before each write. May throw, like a full disk. */
  onPut: (url: string) => void = () => undefined;

  open(): Promise<ResponseCache> {
    return Promise.resolve(this);
  }

  match(url: string): Promise<Response | undefined> {
    const entry = this.entries.get(url);
    return Promise.resolve(
      entry === undefined ? undefined : new Response(new Uint8Array(entry.body), { headers: entry.headers }),
    );
  }

  async put(url: string, response: Response): Promise<void> {
    this.onPut(url);
    this.entries.set(url, { body: Buffer.from(await response.arrayBuffer()), headers: response.headers });
  }

  delete(url: string): Promise<boolean> {
    return Promise.resolve(this.entries.delete(url));
  }

  keys(): Promise<readonly { readonly url: string }[]> {
    return Promise.resolve([...this.entries.keys()].map((url) => ({ url })));
  }
}
