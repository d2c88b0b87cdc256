import type { HashedDocument, LiveSegment, SegmentContents } from '../../core/model/segments.js';
import type { BuildCache, IndexWriter } from '../../core/model/ports.js';
import { createHash } from 'node:crypto';
import type { CollectedDocument } from './parsed-files.js';

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

/** A segment is kept while at least this share of its documents counts. */
const MIN_LIVE_RATIO = 0.5;
/** Segments of each of these sizes and below that are kept beside one another; more are built together again. */
const SMALL_SIZES: readonly number[] = [64, 512];
const MAX_SMALL_SEGMENTS = 8;

/** A segment by the name of its documents. */
export interface SelectedSegment extends LiveSegment {
  readonly name: string;
}

/** A segment with the documents that it holds. */
export interface CachedSegment extends SegmentContents {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What of an index need not be built again, and what must be. */
export interface SegmentPlan {
  readonly kept: readonly SelectedSegment[];
  /** Documents that no kept segment holds, in order of path. */
  readonly missing: readonly CollectedDocument[];
}

/**
 * Finds the segments that still hold documents of the content. A changed document is dead in the segment that holds its
 * old form and goes into a new one: its neighbours are neither read nor built again. What is merged depends on the live
 * documents alone, so the history shows in the time a build takes and in nothing else.
 */
export function planSegments(documents: readonly CollectedDocument[], shelved: readonly CachedSegment[]): SegmentPlan {
  const missing = new Map(documents.map((document) => [document.key, document]));
  const found: { segment: SelectedSegment; live: number; keys: readonly string[] }[] = [];
  for (const { name, bytes, keys, hashes } of shelved) {
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
  const back = new Set<string>();
  for (const { segment, keys } of dropped) {
    for (const [at, key] of keys.entries()) if (segment.live === null || segment.live[at] === 1) back.add(key);
  }
  const kept = found.filter((one) => !dropped.has(one)).map(({ segment }) => segment);
  return { kept, missing: documents.filter(({ key }) => missing.has(key) || back.has(key)) };
}

/** Segments that are mostly dead, and small ones once there are too many. */
function segmentsToRebuild<
  T extends { readonly segment: SelectedSegment; readonly live: number; readonly keys: readonly string[] },
>(found: readonly T[]): Set<T> {
  const dropped = new Set(found.filter(({ live, keys }) => live < keys.length * MIN_LIVE_RATIO || live === 0));
  for (const size of SMALL_SIZES) {
    const small = found.filter((one) => one.live < size && !dropped.has(one));
    if (small.length > MAX_SMALL_SEGMENTS) for (const one of small) dropped.add(one);
  }
  return dropped;
}

type KeyAndHash = Pick<CollectedDocument, 'key' | 'hash'>;

/** 40 hexadecimal digits: equal documents under the same writer have the same name. */
export function segmentName(documents: readonly KeyAndHash[], writerId: string): string {
  return hashOf(documents, writerId).digest('hex').slice(0, 40);
}

/** Names a whole build before it is made: its documents, the writer and how subjects are spelled. */
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
