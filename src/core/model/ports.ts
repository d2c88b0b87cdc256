import type { Document } from './document.js';
import type { DocumentView, RelatedHit, SearchResponse, Suggestion } from './search-response.js';
import type { GenerationDraft, Manifest } from './generation-manifest.js';
import type { HashedDocument, LiveSegment, SegmentContents } from './segments.js';
import type { Query } from './query.js';

/** The part of an `AbortSignal` that the core may know. */
export interface CancelSignal {
  readonly aborted: boolean;
}

/** What answers a query from one generation. Everything in an answer comes from the same generation. */
export interface Backend {
  /** Such as `packed`. */
  readonly name: string;
  readonly manifest: Manifest;
  search(query: Query): Promise<SearchResponse>;
  /** Completions of what is being typed, best first, at most `limit`. */
  suggest(text: string, limit: number): Promise<readonly Suggestion[]>;
  /** null: no document has this key. */
  document(key: string): Promise<DocumentView | null>;
  /** The document's related links, filled up to `limit` by computed ones; null: no document has this key. */
  related(key: string, limit: number): Promise<readonly RelatedHit[] | null>;
  close(): Promise<void>;
}

/** Something in the content that a person should mend. */
export interface Problem {
  /** Relative to the content folder, with `/`. */
  readonly file: string;
  /** From 1; null where no line can be named. */
  readonly line: number | null;
  /** A stable name, such as `front_matter_invalid`. */
  readonly code: string;
  /** What is wrong, naming the value. */
  readonly reason: string;
  /** What to do. */
  readonly remedy: string;
  /** true: the document is left out; false: it is indexed all the same. */
  readonly skipped: boolean;
}

/** A file of the content as found on disk, before it is read. */
export interface SourceEntry {
  /** Relative to the content folder, with `/`. */
  readonly path: string;
  /** Differs when the file may have changed (modification time in ns, inode, size). */
  readonly version: string;
}

export interface Scan {
  /** In ascending order of path, by UTF-16 code units. */
  readonly entries: readonly SourceEntry[];
  /** Files that were passed over, each with the reason. */
  readonly problems: readonly Problem[];
}

/** One thing read from a file: a document, or what is wrong with it (a document may come with warnings before it). */
export type SourceItem =
  | { readonly kind: 'document'; readonly document: Document; readonly line: number | null }
  | { readonly kind: 'problem'; readonly problem: Problem };

/** Where documents come from. */
export interface DocumentSource {
  /** Names the source's configuration and code: a change makes every earlier reading stale. */
  readonly id: string;
  /** Lists the files without reading them. Throws `content_unreadable` where the place itself cannot be read. */
  scan(signal?: CancelSignal): Promise<Scan>;
  /** Reads one file. A bad file gives problems, never an exception. */
  read(entry: SourceEntry): AsyncIterable<SourceItem>;
}

/** A document as it was read: enough to tell whether it changed, without its text. */
export interface ReadDocument {
  readonly key: string;
  /** Equal for equal documents. */
  readonly hash: string;
  /** As the file spells it. */
  readonly subject: string | null;
  readonly line: number | null;
}

/** What a file gave when it was read. */
export interface ParsedFile {
  readonly path: string;
  /** `SourceEntry.version` at the time. */
  readonly version: string;
  readonly documents: readonly ReadDocument[];
  readonly problems: readonly Problem[];
}

/** What the last build knew. */
export interface BuildState {
  /** `DocumentSource.id`. */
  readonly source: string;
  /** Names all that went into the build. */
  readonly build: string;
  /** The generation that came out of it. */
  readonly generation: string;
  readonly readings: readonly ParsedFile[];
}

/** Remembers what a build need not do again. Losing any of it costs time and nothing else. */
export interface BuildCache {
  /** null: nothing is remembered, or it cannot be read. */
  load(): BuildState | null;
  save(build: BuildState): void;
  /** Names of the segments that are remembered. */
  names(): ReadonlySet<string>;
  /** null: it is not remembered, or is damaged. */
  segment(name: string): Uint8Array | null;
  saveSegment(name: string, bytes: Uint8Array): void;
  /** Forgets every segment but these. */
  retainSegments(kept: ReadonlySet<string>): void;
}

/** Writes indexes a segment at a time. The same documents give the same files, however they were split into segments. */
export interface IndexWriter {
  /** Names the writer, its formats and its analyzer: segments of another are not merged. */
  readonly id: string;
  /** What is to be known of some documents (in any order, one for each key) to merge them with others. */
  segment(documents: readonly HashedDocument[]): Uint8Array;
  /** Which documents a segment holds; null: another writer wrote it. */
  contents(segment: Uint8Array): SegmentContents | null;
  /** The files of an index over the live documents of segments. `spelling` gives how a subject is to be spelled. */
  merge(segments: readonly LiveSegment[], spelling: (subject: string) => string): GenerationDraft;
}

/** Opens a generation's files for searching. Throws `index_damaged` where they are not what the manifest says. */
export type OpenBackend = (generation: StoredGeneration) => Promise<Backend>;

/** A generation on disk. */
export interface StoredGeneration {
  readonly manifest: Manifest;
  /** Reads a whole file of it and checks its size and checksum; throws `index_damaged`. */
  read(name: string): Promise<Uint8Array>;
}

/** Published generations. Files of a published generation never change. */
export interface GenerationStore {
  /** Newest first by `sequence`; damaged manifests are left out, each told to `onDamaged`. */
  list(onDamaged?: OnDamaged): Promise<readonly Manifest[]>;
  /** The generation that `CURRENT` names; null where there is none yet. Throws `index_damaged`. */
  current(): Promise<StoredGeneration | null>;
  /** Throws `generation_not_found` or `index_damaged`. */
  open(generation: string): Promise<StoredGeneration>;
  /**
   * Writes aside, syncs, verifies by `check`, switches `CURRENT`, prunes. Needs the lock. Publishes nothing and returns
   * the current manifest where the draft's content is what is current already, or is held and `force` is not set.
   */
  publish(draft: GenerationDraft, options: PublishOptions): Promise<Manifest>;
  /**
   * Makes an earlier generation current again under a higher `sequence`: the one before, or the one named. Takes the
   * lock for itself where this store does not hold it. The content rolled back from is held from then on.
   * Throws `generation_not_found`, `no_earlier_generation`, `index_damaged`, `index_locked`.
   */
  rollback(generation?: string): Promise<Manifest>;
  /** One writer at a time, across processes. Throws `index_locked`; a lock whose holder is dead is taken over. */
  lock(): Promise<{ release(): Promise<void> }>;
  /**
   * Calls back, at most a second late, when `CURRENT` names another generation than `since` (left out: than it names
   * at the first look); returns how to stop.
   */
  follow(onChange: (generation: string) => void, since?: string | null): () => void;
}

/** Told of a generation that cannot be used; null where `CURRENT` names none. */
export type OnDamaged = (generation: string | null, error: unknown) => void;

export interface PublishOptions {
  /** Opens and tries the written generation before it becomes current; what it throws ends the publication. */
  readonly check: (generation: StoredGeneration) => Promise<void>;
  /** How many generations stay, the new one included. */
  readonly keep: number;
  /** Publish also what is held after a rollback. */
  readonly force?: boolean;
}
