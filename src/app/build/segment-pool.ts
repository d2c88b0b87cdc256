import type { HashedDocument } from '../../core/model/segments.js';
import type { BuildCache, IndexWriter } from '../../core/model/ports.js';
import { segmentName, type CachedSegment } from './segment-selection.js';

/** Documents of one segment at most: the texts that a build holds at once. */
export const SEGMENT_SIZE = 1024;

/**
 * The segments of a build: those that are remembered, and those that it makes. Documents are given to it one by one; as
 * soon as there are enough for a segment they are built and forgotten.
 */
export class SegmentPool {
  readonly #cache: BuildCache;
  readonly #writer: IndexWriter;
  readonly #newSegments: CachedSegment[] = [];
  #pending: HashedDocument[] = [];
  #pendingKeys = new Set<string>();
  #cached: readonly CachedSegment[] | null;
  #hashes: ReadonlySet<string> | null = null;

  /** `full`: what is remembered does not count. */
  constructor({ cache, writer }: { cache: BuildCache; writer: IndexWriter }, full: boolean) {
    this.#cache = cache;
    this.#writer = writer;
    this.#cached = full ? [] : null;
  }

  /** Takes a document that no segment holds yet. Each key once. */
  add(document: HashedDocument): void {
    this.#pending.push(document);
    this.#pendingKeys.add(document.document.key);
    if (this.#pending.length === SEGMENT_SIZE) this.flush();
  }

  /** Whether a remembered segment holds the document with this hash. */
  has(hash: string): boolean {
    this.#hashes ??= new Set(this.#loaded().flatMap(({ hashes }) => hashes));
    return this.#hashes.has(hash);
  }

  /** Whether the document with this key waits for its segment. */
  isPending(key: string): boolean {
    return this.#pendingKeys.has(key);
  }

  /** Builds the documents that still wait. */
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

  /** All segments, without the documents that still wait. */
  segments(): readonly CachedSegment[] {
    return [...this.#loaded(), ...this.#newSegments];
  }

  /** Those that were made by this build. */
  newSegments(): readonly CachedSegment[] {
    return this.#newSegments;
  }

  /** Forgets the remembered segments but these. */
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

/** Losing what is remembered costs time and nothing else: what cannot be written must not fail a build. */
export function ignoreCacheErrors(write: () => void): void {
  try {
    write();
  } catch {
    // The next build does it again.
  }
}
