import { damaged } from '../layout.js';
import type { BitCoder } from '../transport/coder.js';

/** What one byte of a delta may stand for, at most: allocations are bounded by its size. */
const MOST = { documents: 16, words: 64, postings: 256 } as const;
/** Decisions that a delta may take whatever its size: an edit of a long text tells much by a few bytes. */
const LEAST = 1 << 22;
/** Decisions that each of its bytes may take besides; some tens are usual. */
const DENSEST = 2048;

/** How much comes: what a reader has to know before it reads it. */
export interface Amount {
  readonly documents: number;
  readonly words: number;
  /** Of the field that has the most. */
  readonly postings: number;
}

/** Whether a delta of so many bytes cannot hold as much. */
export function exceeds({ documents, words, postings }: Amount, size: number): boolean {
  return documents > size * MOST.documents || words > size * MOST.words || postings > size * MOST.postings;
}

/** Decisions that a delta of so many bytes may take. */
export function mostDecisions(size: number): number {
  return LEAST + size * DENSEST;
}

/**
 * Counts decisions and ends with an error after so many. Foreseen ones take next to no bytes: a few of these could keep a reader
 * busy, and fill its memory, for ever.
 */
export class BoundedCoder implements BitCoder {
  readonly writing: boolean;
  /** Decisions so far. */
  taken = 0;

  constructor(
    private readonly coder: BitCoder,
    private readonly most: number,
  ) {
    this.writing = coder.writing;
  }

  code(bit: number, one: number): number {
    this.taken += 1;
    if (this.taken > this.most) throw damaged('what is coded has no end');
    return this.coder.code(bit, one);
  }
}
