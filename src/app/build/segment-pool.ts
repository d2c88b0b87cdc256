import type { BuildCache, IndexWriter, HashedDocument, LiveSegment, SegmentContents } from '../../core/model/ports.js';
import { createHash } from 'node:crypto';
import type { CollectedDocument } from './parsed-files.js';

/** Maximum number of documents per segment, so of texts that a build has in memory. */
export const SEGMENT_SIZE = 1024;

/**
 * The segments of a build, cached and new. Documents are added one by one. When there are enough for a segment, the
 * pool writes and caches it and frees the documents.
 */
export class SegmentPool {
  readonly #cache: BuildCache;
  readonly #writer: IndexWriter;
  readonly #newSegments: CachedSegment[] = [];
  #pending: HashedDocument[] = [];
  #pendingKeys = new Set<string>();
  #cached: readonly CachedSegment[] | null;
  #hashes: ReadonlySet<string> | null = null;

  /** `full`: ignore the cached segments. */
  constructor({ cache, writer }: { cache: BuildCache; writer: IndexWriter }, full: boolean) {
    this.#cache = cache;
    this.#writer = writer;
    this.#cached = full ? [] : null;
  }

  /** Adds a document that is in no segment yet. Each key may be added once. */
  add(document: HashedDocument): void {
    this.#pending.push(document);
    this.#pendingKeys.add(document.document.key);
    if (this.#pending.length === SEGMENT_SIZE) this.flush();
  }

  /** Whether a cached segment contains the document with this hash. */
  has(hash: string): boolean {
    this.#hashes ??= new Set(this.#loaded().flatMap(({ hashes }) => hashes));
    return this.#hashes.has(hash);
  }

  /** Whether the document with this key was added but not yet written to a segment. */
  isPending(key: string): boolean {
    return this.#pendingKeys.has(key);
  }

  /** Writes the pending documents as a segment. */
  flush(): void {
    if (this.#pending.length === 0) return;
    const named = this.#pending.map(({ document: { key }, hash }) => ({ key, hash }));
    const name = segmentName(named, this.#writer.id);
    const bytes = this.#writer.segment(this.#pending);
    this.#pending = [];
    this.#pendingKeys = new Set();
    ignoreCacheErrors(() => this.#cache.saveSegment(name, bytes));
    this.#newSegments.push({
      name,
      bytes,
      keys: named.map(({ key }) => key),
      hashes: named.map(({ hash }) => hash),
    });
  }

  /** All segments, without the pending documents. */
  segments(): readonly CachedSegment[] {
    return [...this.#loaded(), ...this.#newSegments];
  }

  /** The segments written by this build. */
  newSegments(): readonly CachedSegment[] {
    return this.#newSegments;
  }

  /** Deletes all cached segments except these. */
  retain(names: ReadonlySet<string>): void {
    ignoreCacheErrors(() => this.#cache.retainSegments(names));
  }

  #loaded(): readonly CachedSegment[] {
    this.#cached ??= [...this.#cache.names()].sort().flatMap((name) => {
      const bytes = this.#cache.segment(name);
      const contents = bytes === null ? null : this.#writer.contents(bytes);
      return bytes === null || contents === null ? [] : [{ name, bytes, ...contents }];
    });
    return this.#cached;
  }
}

/** A cache that cannot be written must not fail a build: losing it only costs time. */
export function ignoreCacheErrors(write: () => void): void {
  try {
    write();
  } catch {
    // The next build repeats the work.
  }
}

/** A segment is retained while at least this share of its documents is live. */
const MIN_LIVE_RATIO = 0.5;
/** If more than `MAX_SMALL_SEGMENTS` segments have fewer live documents than one of these sizes, they are rebuilt. */
const SMALL_SIZES: readonly number[] = [64, 512];
const MAX_SMALL_SEGMENTS = 8;

/** A segment with its name, see `segmentName`. */
export interface SelectedSegment extends LiveSegment {
  readonly name: string;
}

/** A segment with the keys and hashes of its documents. */
export interface CachedSegment extends SegmentContents {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The segments to reuse and the documents to build. */
export interface SegmentPlan {
  readonly kept: readonly SelectedSegment[];
  /** Documents that are in no retained segment, in order of path. */
  readonly missing: readonly CollectedDocument[];
}

/**
 * Selects the segments that still contain documents of the content. A changed document is dead in its old segment and
 * is written to a new one; the other documents of the old segment are neither read nor built again. The merged index
 * depends on the live documents alone, so earlier builds affect only the time of a build.
 */
export function planSegments(documents: readonly CollectedDocument[], cached: readonly CachedSegment[]): SegmentPlan {
  const missing = new Map(documents.map((document) => [document.key, document]));
  const found: { segment: SelectedSegment; live: number; keys: readonly string[] }[] = [];
  for (const { name, bytes, keys, hashes } of cached) {
    const flags = new Uint8Array(keys.length);
    let live = 0;
    for (const [at, key] of keys.entries()) {
      if (missing.get(key)?.hash !== hashes[at]) continue;
      missing.delete(key);
      flags[at] = 1;
      live += 1;
    }
    found.push({ segment: { name, bytes, live: live === flags.length ? null : flags }, live, keys });
  }
  const dropped = segmentsToRebuild(found);
  const rebuilt = new Set<string>();
  for (const { segment, keys } of dropped) {
    for (const [at, key] of keys.entries()) if (segment.live === null || segment.live[at] === 1) rebuilt.add(key);
  }
  const kept = found.filter((entry) => !dropped.has(entry)).map(({ segment }) => segment);
  return { kept, missing: documents.filter(({ key }) => missing.has(key) || rebuilt.has(key)) };
}

/** The segments that are mostly dead, and the small ones if there are too many. */
function segmentsToRebuild<
  T extends { readonly segment: SelectedSegment; readonly live: number; readonly keys: readonly string[] },
>(found: readonly T[]): Set<T> {
  const dropped = new Set(found.filter(({ live, keys }) => live < keys.length * MIN_LIVE_RATIO || live === 0));
  for (const size of SMALL_SIZES) {
    const small = found.filter((entry) => entry.live < size && !dropped.has(entry));
    if (small.length > MAX_SMALL_SEGMENTS) for (const entry of small) dropped.add(entry);
  }
  return dropped;
}

type KeyAndHash = Pick<CollectedDocument, 'key' | 'hash'>;

/** The name of a segment with these documents by this writer: 40 hexadecimal digits of a sha256. */
function segmentName(documents: readonly KeyAndHash[], writerId: string): string {
  return hashOf(documents, writerId).digest('hex').slice(0, 40);
}

/** Identifies a build before it runs, by its documents, the writer and the spellings of subjects. */
export function buildHash(
  documents: readonly CollectedDocument[],
  writerId: string,
  spellings: ReadonlyMap<string, string>,
): string {
  const hash = hashOf(documents, writerId);
  for (const spelling of [...spellings.values()].sort()) hash.update(`\n${JSON.stringify(spelling)}`);
  return hash.digest('hex');
}

function hashOf(documents: readonly KeyAndHash[], writerId: string): ReturnType<typeof createHash> {
  const lines = documents.map(({ key, hash }) => `${JSON.stringify(key)} ${hash}`).sort();
  return createHash('sha256').update(`${writerId}\n${lines.join('\n')}`);
}
