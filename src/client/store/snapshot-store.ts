import { AskdexError, quoteForMessage } from '../../core/errors.js';
import { lazy } from '../../core/lazy.js';
import { readStoredIndex, type StoredBody, type StoredIndex } from './stored-index.js';
import { platform, type ResponseCache } from './platform.js';
import { SNAPSHOT_MANIFEST } from '../../core/model/snapshot-manifest.js';

/** A snapshot as it was kept: not checked yet, whoever opens it does. */
export interface StoredSnapshot {
  /** The manifest's JSON. */
  readonly manifest: string;
  /** Reads the index, once. */
  readonly index: () => StoredIndex;
}

export interface SnapshotToStore {
  readonly manifest: string;
  /** sha256 of the index file. */
  readonly sha256: string;
  readonly index: Uint8Array<ArrayBuffer>;
  /** Whether what another tab keeps meanwhile gives way to this. */
  readonly shouldReplace: (kept: string) => boolean;
}

const CACHE = 'askdex-snapshots';
/** The parameter that turns a source's URL into the name of an entry: no request of a page has it. */
const ENTRY = 'askdex-kept';
const POINTER = 'manifest';

/**
 * Keeps the newest snapshot of one source in Cache Storage, for the next visit and for the time without a network.
 *
 * The index is put under its checksum, then the manifest over the one before: whoever is stopped between the two leaves what was
 * kept before. Tabs take turns by a lock.
 */
export class SnapshotStore {
  private constructor(
    private readonly cache: ResponseCache,
    private readonly source: URL,
  ) {}

  /** null: there is no Cache Storage here, or it is closed to this page. */
  static async open(source: URL): Promise<SnapshotStore | null> {
    try {
      const cache = await platform().caches?.open(CACHE);
      return cache === undefined ? null : new SnapshotStore(cache, source);
    } catch {
      return null;
    }
  }

  /** What was kept last; null: nothing, or the store cannot be read. `whole`: its index is wanted in any case, and read at once. */
  async read({ whole = false } = {}): Promise<StoredSnapshot | null> {
    try {
      const pointer = await this.cache.match(this.#entryUrl(POINTER));
      if (pointer === undefined) return null;
      const index = lazy(() => readStoredIndex(this.#index(pointer.headers.get(SHA256) ?? '')));
      if (whole) index();
      return { manifest: await pointer.text(), index };
    } catch {
      return null;
    }
  }

  /**
   * Puts a snapshot in place of the one before. It stays the one before where that does not give way.
   *
   * Throws `snapshot_unstored`.
   */
  async write(keeping: SnapshotToStore): Promise<void> {
    await this.#withLock(async () => {
      const before = await this.read();
      if (before !== null && !keeping.shouldReplace(before.manifest)) return;
      try {
        const { index, sha256, manifest } = keeping;
        const size = { [SIZE]: String(index.length) };
        await this.cache.put(this.#entryUrl(sha256), new Response(index, { headers: size }));
        const headers = { [SHA256]: sha256, 'Content-Type': 'application/json' };
        await this.cache.put(this.#entryUrl(POINTER), new Response(manifest, { headers }));
      } catch (error) {
        throw storeError(error);
      } finally {
        await this.#forgetOthers();
      }
    });
  }

  /** Removes everything that was kept of the source. */
  async clear(): Promise<void> {
    await this.#withLock(async () => {
      await this.cache.delete(this.#entryUrl(POINTER)).catch(() => false);
      await this.#forgetOthers();
    });
  }

  async #index(sha256: string): Promise<StoredBody> {
    const response = await this.cache.match(this.#entryUrl(sha256));
    const stream = response?.body ?? null;
    if (stream === null) throw new Error('The index is gone from the store.');
    return { stream, size: Number(response?.headers.get(SIZE)) || 0 };
  }

  /** Removes every index but the one that the pointer names: room that nobody would give back otherwise. */
  async #forgetOthers(): Promise<void> {
    try {
      const pointer = await this.cache.match(this.#entryUrl(POINTER));
      const named = pointer?.headers.get(SHA256);
      const keep = [this.#entryUrl(POINTER), ...(named === undefined || named === null ? [] : [this.#entryUrl(named)])];
      for (const { url } of await this.cache.keys())
        if (this.#isOurs(url) && !keep.includes(url)) await this.cache.delete(url);
    } catch {
      // The next one that is written tries again.
    }
  }

  #isOurs(url: string): boolean {
    const parsed = new URL(url);
    if (!parsed.searchParams.has(ENTRY)) return false;
    parsed.searchParams.delete(ENTRY);
    return parsed.href === this.#plain().href;
  }

  #entryUrl(name: string): string {
    const url = this.#plain();
    url.searchParams.set(ENTRY, name);
    return url.href;
  }

  /** The source's URL as `URL` writes it after its parameters were touched, so that two spellings of it are equal. */
  #plain(): URL {
    const url = new URL(this.source);
    url.hash = '';
    url.searchParams.delete(ENTRY);
    return url;
  }

  /** Without locks, two tabs may both write: each whole, the last one stays. */
  #withLock<T>(run: () => Promise<T>): Promise<T> {
    const locks = platform().navigator?.locks;
    return locks === undefined ? run() : locks.request(`${CACHE} ${this.source.href}`, run);
  }
}

const SHA256 = 'X-Askdex-Sha256';
const SIZE = 'X-Askdex-Size';

function storeError(cause: unknown): AskdexError {
  const name = cause instanceof Error ? cause.name : 'an unknown error';
  return new AskdexError(
    'snapshot_unstored',
    `The snapshot cannot be kept in the browser (${quoteForMessage(name)}).`,
    {
      remedy: 'Free some storage of the site, or ask for a persistent one; until then it is downloaded at each visit.',
      cause,
    },
  );
}

/** A folder's manifest lies in it. */
export function manifestUrl(url: URL): URL {
  return url.pathname.endsWith('/') ? new URL(SNAPSHOT_MANIFEST, url) : url;
}

/**
 * Reads what was kept of a source, for a worker that only starts: reading takes about as long as that. Nothing of it is checked here.
 * null: nothing was kept.
 */
export async function prefetchStored(url: URL): Promise<StoredSnapshot | null> {
  const store = await SnapshotStore.open(manifestUrl(url));
  return (await store?.read({ whole: true })) ?? null;
}
