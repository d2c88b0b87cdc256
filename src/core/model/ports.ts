import type { Document } from './document.js';
import type { DocumentView, RelatedHit, SearchResponse, Suggestion } from './search-response.js';
import type { GenerationDraft, Manifest } from './generation-manifest.js';
import type { Query } from './query.js';

/** The part of an `AbortSignal` that the core needs. */
export interface CancelSignal {
  readonly aborted: boolean;
}

/** Answers queries from one generation. */
export interface Backend {
  /** Such as `packed`. */
  readonly name: string;
  readonly manifest: Manifest;
  search(query: Query): Promise<SearchResponse>;
  /** Returns at most `limit` completions of a text, best first. */
  suggest(text: string, limit: number): Promise<readonly Suggestion[]>;
  /** Returns null if no document has this key. */
  document(key: string): Promise<DocumentView | null>;
  /** Returns a document's related links, filled up to `limit` by computed ones, or null if no document has this key. */
  related(key: string, limit: number): Promise<readonly RelatedHit[] | null>;
  close(): Promise<void>;
}

/** Something in the content that a person should fix. */
export interface Problem {
  /** Relative to the content folder, with `/`. */
  readonly file: string;
  /** From 1; null if the problem has no line. */
  readonly line: number | null;
  /** A stable name, such as `front_matter_invalid`. */
  readonly code: string;
  /** What is wrong, naming the value. */
  readonly reason: string;
  /** What to do. */
  readonly remedy: string;
  /** true: the document is not indexed; false: it is indexed all the same. */
  readonly skipped: boolean;
}

/** A file of the content, before it is read. */
export interface SourceEntry {
  /** Relative to the content folder, with `/`. */
  readonly path: string;
  /** Changes if the file may have changed (modification time in ns, inode, size). */
  readonly version: string;
}

export interface Scan {
  /** In ascending order of path, by UTF-16 code units. */
  readonly entries: readonly SourceEntry[];
  /** Files that were skipped, each with the reason. */
  readonly problems: readonly Problem[];
}

/** An item read from a file: a document or a problem. Warnings about a document come before it. */
export type SourceItem =
  | { readonly kind: 'document'; readonly document: Document; readonly line: number | null }
  | { readonly kind: 'problem'; readonly problem: Problem };

/** A source of documents. */
export interface DocumentSource {
  /** Identifies the source's configuration and code. If it changes, all files are parsed again. */
  readonly id: string;
  /**
   * Lists the files without reading them.
   *
   * @throws {AskdexError} content_unreadable: when the content's folder or file itself cannot be read.
   */
  scan(signal?: CancelSignal): Promise<Scan>;
  /** Reads one file. An invalid file gives problems, never an exception. */
  read(entry: SourceEntry): AsyncIterable<SourceItem>;
}

/** A parsed document without its text: enough to see whether it changed. */
export interface ReadDocument {
  readonly key: string;
  /** Equal for equal documents. */
  readonly hash: string;
  /** As the file spells it. */
  readonly subject: string | null;
  readonly line: number | null;
}

/** The result of parsing a file. */
export interface ParsedFile {
  readonly path: string;
  /** `SourceEntry.version` at the time. */
  readonly version: string;
  readonly documents: readonly ReadDocument[];
  readonly problems: readonly Problem[];
}

/** The state of the last build. */
export interface BuildState {
  /** `DocumentSource.id`. */
  readonly source: string;
  /** Hash of everything that the build depends on. */
  readonly build: string;
  /** The generation that it published. */
  readonly generation: string;
  readonly readings: readonly ParsedFile[];
}

/** Caches results of builds. Losing any of it only costs time. */
export interface BuildCache {
  /** Returns null if there is no state or it cannot be read. */
  load(): BuildState | null;
  save(build: BuildState): void;
  /** Returns the names of the cached segments. */
  names(): ReadonlySet<string>;
  /** Returns null if the segment is not cached or is damaged. */
  segment(name: string): Uint8Array | null;
  saveSegment(name: string, bytes: Uint8Array): void;
  /** Deletes all other segments. */
  retainSegments(kept: ReadonlySet<string>): void;
}

/** Writes indexes by merging segments. The same documents give the same files, however they are split into segments. */
export interface IndexWriter {
  /** Identifies the writer, its formats and its analyzer. Segments of other writers cannot be merged. */
  readonly id: string;
  /** Builds a segment of documents, in any order, one for each key. */
  segment(documents: readonly HashedDocument[]): Uint8Array;
  /** Returns the documents of a segment, or null if another writer wrote it. */
  contents(segment: Uint8Array): SegmentContents | null;
  /** Returns the files of an index over the live documents of segments. `spelling` maps a subject to its spelling. */
  merge(segments: readonly LiveSegment[], spelling: (subject: string) => string): GenerationDraft;
}

/**
 * Opens a generation's files for searching.
 *
 * @throws {AskdexError} index_damaged: when they differ from the manifest.
 */
export type OpenBackend = (generation: StoredGeneration) => Promise<Backend>;

/** A generation on disk. */
export interface StoredGeneration {
  readonly manifest: Manifest;
  /**
   * Reads a whole file.
   *
   * @throws {AskdexError} index_damaged: when its size or checksum differs from the manifest.
   */
  read(name: string): Promise<Uint8Array>;
}

/** Published generations. Files of a published generation never change. */
export interface GenerationStore {
  /** Lists the generations, newest first by `sequence`. Damaged ones are omitted and reported to `onDamaged`. */
  list(onDamaged?: OnDamaged): Promise<readonly Manifest[]>;
  /**
   * Opens the generation that `CURRENT` names. Returns null if there is none yet.
   *
   * @throws {AskdexError} index_damaged: when it cannot be used.
   */
  current(): Promise<StoredGeneration | null>;
  /**
   * @throws {AskdexError} generation_not_found: when there is no such generation; index_damaged: when it cannot be
   * used.
   */
  open(generation: string): Promise<StoredGeneration>;
  /**
   * Writes a generation to a temporary folder, syncs it, verifies it by `check`, switches `CURRENT` and prunes old
   * generations. Needs the lock. If the draft's content is current already, or was rolled back and `force` is not set,
   * it publishes nothing and returns the current manifest.
   */
  publish(draft: GenerationDraft, options: PublishOptions): Promise<Manifest>;
  /**
   * Makes an earlier generation current again under a higher `sequence`: the given one, or the previous one. Takes the
   * lock if this store does not have it. Content that was rolled back is not published again without `force`.
   *
   * @throws {AskdexError} generation_not_found, no_earlier_generation, index_damaged, index_locked: when it cannot.
   */
  rollback(generation?: string): Promise<Manifest>;
  /**
   * Locks the store for one writer, across processes. The lock of a dead process is replaced.
   *
   * @throws {AskdexError} index_locked: when another writer has the lock.
   */
  lock(): Promise<{ release(): Promise<void> }>;
  /**
   * Calls back within a second after `CURRENT` names another generation than `since` (default: than at the first
   * check). Returns a function that stops it.
   */
  follow(onChange: (generation: string) => void, since?: string | null): () => void;
}

/** Called with a generation that cannot be used; null if `CURRENT` is invalid. */
export type OnDamaged = (generation: string | null, error: unknown) => void;

export interface PublishOptions {
  /** Tests the written generation before it becomes current. If it throws, nothing is published. */
  readonly check: (generation: StoredGeneration) => Promise<void>;
  /** Number of retained generations, including the new one. */
  readonly keep: number;
  /** Whether to publish content that was rolled back. */
  readonly force?: boolean;
}

/** A document with its content hash: equal documents have equal hashes. */
export interface HashedDocument {
  readonly document: Document;
  readonly hash: string;
}

/** The documents of a segment. */
export interface SegmentContents {
  readonly keys: readonly string[];
  readonly hashes: readonly string[];
}

/** A segment whose documents may be partly deleted or replaced. */
export interface LiveSegment {
  readonly bytes: Uint8Array;
  /** One byte a document, in the order of `SegmentContents`: 1 if it is live. null: all are. */
  readonly live: Uint8Array | null;
}
