import { damaged } from '../layout.js';
import type { BitCoder } from '../transport/coder.js';

/** Decisions that a delta may take whatever its size: an edit of a long text tells much by a few bytes. */
const LEAST = 1 << 22;
/** Decisions that each of its bytes may take besides; some tens are usual. */
const DENSEST = 2048;

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
