import type { Document } from './document.js';

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
