import type { Document } from './document.js';

/** A document with what tells it from others of the same key: equal documents have equal hashes. */
export interface HashedDocument {
  readonly document: Document;
  readonly hash: string;
}

/** What a segment holds. */
export interface SegmentContents {
  readonly keys: readonly string[];
  readonly hashes: readonly string[];
}

/** A segment with the documents that count. */
export interface LiveSegment {
  readonly bytes: Uint8Array;
  /** One byte a document, in the order of `SegmentContents`: 1 where it counts; null: all do. */
  readonly live: Uint8Array | null;
}
