import { AskdexError, quoteForMessage } from '../../core/errors.js';
import { lazy } from '../../core/lazy.js';
import { SNAPSHOT_MANIFEST } from '../../core/model/snapshot-manifest.js';
import { readStoredIndex, type StoredBody, type StoredIndex } from './stored-index.js';
import { platform, type ResponseCache } from './platform.js';

/** A snapshot as it was stored. Nothing of it is verified yet. */
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
  /** Whether this snapshot replaces the one that another tab has stored meanwhile. */
  readonly shouldReplace: (storedManifest: string) => boolean;
}

interface ReadOptions {
  /** Starts to read the index at once, since it is needed in any case. */
  readonly whole?: boolean;
}

const CACHE = 'askdex-snapshots';
/** The parameter that turns a source's URL into the URL of an entry. No request of a page has it. */
const ENTRY = 'askdex-kept';
const POINTER = 'manifest';
const SHA256 = 'X-Askdex-Sha256';
const SIZE = 'X-Askdex-Size';

/** The manifest's URL: a folder contains its manifest. */
export function manifestUrl(url: URL): URL {
  return url.pathname.endsWith('/') ? new URL(SNAPSHOT_MANIFEST, url) : url;
}

/**
 * Reads the stored snapshot of a source for a worker that is starting, since both take about as long. It verifies
 * nothing. Returns null if none is stored.
 */
export async function prefetchStored(url: URL): Promise<StoredSnapshot | null> {
  const cache = await openCache();
  return cache === null ? null : readStored(cache, manifestUrl(url), { whole: true });
}

/** Returns null if there is no Cache Storage or the page may not use it. */
async function openCache(): Promise<ResponseCache | null> {
  try {
    return (await platform().caches?.open(CACHE)) ?? null;
  } catch {
    return null;
  }
}

async function readStored(
  cache: ResponseCache,
  source: URL,
  { whole = false }: ReadOptions = {},
): Promise<StoredSnapshot | null> {
  try {
    const pointer = await cache.match(entryUrl(source, POINTER));
    if (pointer === undefined) return null;
    const indexUrl = entryUrl(source, pointer.headers.get(SHA256) ?? '');
    const index = lazy(() => readStoredIndex(storedBody(cache, indexUrl)));
    if (whole) index();
    return { manifest: await pointer.text(), index };
  } catch {
    return null;
  }
}

async function storedBody(cache: ResponseCache, url: string): Promise<StoredBody> {
  const response = await cache.match(url);
  const stream = response?.body ?? null;
  if (stream === null) throw new Error('The index is missing from the store.');
  return { stream, size: Number(response?.headers.get(SIZE)) || 0 };
}

function entryUrl(source: URL, name: string): string {
  const url = normalized(source);
  url.searchParams.set(ENTRY, name);
  return url.href;
}

/** The source's URL without its entry name, so that two spellings of a URL are equal. */
function normalized(source: URL): URL {
  const url = new URL(source);
  url.hash = '';
  url.searchParams.delete(ENTRY);
  return url;
}

/**
 * Stores the newest snapshot of one source in Cache Storage, for the next visit and for visits without a network.
 *
 * The index is stored under its checksum. The manifest is written afterwards, so a writer that stops between the two
 * leaves the previous snapshot intact. Tabs take turns by a lock.
 *
 * Pages only read: the functions above are apart from this class so that their bundle contains no writing code.
 */
export class SnapshotStore {
  private constructor(
    private readonly cache: ResponseCache,
    private readonly source: URL,
  ) {}

  /** Returns null if there is no Cache Storage or the page may not use it. */
  static async open(source: URL): Promise<SnapshotStore | null> {
    const cache = await openCache();
    return cache === null ? null : new SnapshotStore(cache, source);
  }

  /** Returns the stored snapshot; null if there is none or the store cannot be read. */
  read(options?: ReadOptions): Promise<StoredSnapshot | null> {
    return readStored(this.cache, this.source, options);
  }

  /**
   * Stores a snapshot in place of the previous one, if `shouldReplace` agrees.
   *
   * @throws {AskdexError} snapshot_unstored: the browser refuses it, for example because the storage is full
   */
  async write({ index, sha256, manifest, shouldReplace }: SnapshotToStore): Promise<void> {
    await this.#withLock(async () => {
      const before = await this.read();
      if (before !== null && !shouldReplace(before.manifest)) return;
      try {
        const size = { [SIZE]: String(index.length) };
        await this.cache.put(entryUrl(this.source, sha256), new Response(index, { headers: size }));
        const headers = { [SHA256]: sha256, 'Content-Type': 'application/json' };
        await this.cache.put(entryUrl(this.source, POINTER), new Response(manifest, { headers }));
      } catch (error) {
        throw storeError(error);
      } finally {
        await this.#deleteUnused();
      }
    });
  }

  /** Removes everything that is stored of the source. */
  async clear(): Promise<void> {
    await this.#withLock(async () => {
      await this.cache.delete(entryUrl(this.source, POINTER)).catch(() => false);
      await this.#deleteUnused();
    });
  }

  /** Removes every index that the pointer does not name. Nothing else would free their space. */
  async #deleteUnused(): Promise<void> {
    try {
      const pointerUrl = entryUrl(this.source, POINTER);
      const named = (await this.cache.match(pointerUrl))?.headers.get(SHA256);
      const used = [pointerUrl, ...(typeof named === 'string' ? [entryUrl(this.source, named)] : [])];
      for (const { url } of await this.cache.keys())
        if (this.#isOurs(url) && !used.includes(url)) await this.cache.delete(url);
    } catch {
      // The next write tries again.
    }
  }

  #isOurs(url: string): boolean {
    const parsed = new URL(url);
    if (!parsed.searchParams.has(ENTRY)) return false;
    parsed.searchParams.delete(ENTRY);
    return parsed.href === normalized(this.source).href;
  }

  /** If the runtime has no locks, two tabs may write at once. Each writes a whole snapshot, and the last one stays. */
  #withLock<T>(run: () => Promise<T>): Promise<T> {
    const locks = platform().navigator?.locks;
    return locks === undefined ? run() : locks.request(`${CACHE} ${this.source.href}`, run);
  }
}

function storeError(cause: unknown): AskdexError {
  const name = cause instanceof Error ? cause.name : 'an unknown error';
  return new AskdexError('snapshot_unstored', `The browser cannot store the snapshot (${quoteForMessage(name)}).`, {
    remedy: 'Free some storage of the site or request persistent storage. Until then each visit downloads it again.',
    cause,
  });
}
