import type { TermDictionary } from './term-dictionary.js';

/** A term within the allowed edit distance. */
export interface FuzzyMatch {
  readonly index: number;
  readonly distance: number;
}

/** The maximum length of a compared term in UTF-16 units, plus one. */
const ROWS = 64;

export interface FuzzyOptions {
  readonly maxDistance: number;
  readonly from?: number;
  readonly to?: number;
  /**
   * Counts swapping two adjacent units as one edit instead of two (optimal string alignment: Damerau, 1964; the swapped
   * units are not edited further). Default: false, plain Levenshtein distance.
   */
  readonly transpositions?: boolean;
}

/**
 * Returns the terms of a dictionary within `maxDistance` edits (insert, delete or replace one UTF-16 unit) of `sought`,
 * among the terms `from` to `to`, exclusive.
 *
 * Terms are sorted, so neighbours share prefixes. The rows of the edit matrix that belong to a shared prefix are
 * reused. If no continuation of a prefix can be within the distance, all terms with that prefix are skipped.
 *
 * ```
 *            h  e  p  a  t  i  t  i  s      <- sought
 *         0  1  2  …
 *      h  1  0  1                            row 1  ┐ shared with the preceding term:
 *      e  2  1  0                            row 2  ┘ not computed again
 *      p  …                                  row 3  ← computation starts here
 * ```
 */
export function fuzzyTerms(dictionary: TermDictionary, sought: string, options: FuzzyOptions): FuzzyMatch[] {
  const { maxDistance, from = 0, to = dictionary.size, transpositions = false } = options;
  const found: FuzzyMatch[] = [];
  if (from >= to || sought.length >= ROWS) return found;
  const walk = new LevenshteinWalk(sought, maxDistance, transpositions);
  dictionary.seek(from);
  for (let index = from; index < to;) {
    const distance = walk.distance(dictionary, index === from);
    if (distance <= maxDistance) found.push({ index, distance });
    index = dictionary.skipPrefix(walk.deadPrefixLength, to);
  }
  return found;
}

const PAIRS = 1024;

/** A hash below `PAIRS` of two adjacent units. */
function pairOf(first: number, second: number): number {
  return (first * 31 + second) & (PAIRS - 1);
}

class LevenshteinWalk {
  readonly #width: number;
  readonly #rows: Uint8Array;
  readonly #target: Uint16Array;
  /** 1 for the hash of each adjacent pair of `sought`. Excludes most pairs of terms from the check for swaps. */
  readonly #pairs = new Uint8Array(PAIRS);
  /** The number of rows that are valid for the preceding term. */
  #valid = 0;
  /** All terms that share this many bytes with the current one are too far; `ROWS` if unknown. */
  deadPrefixLength = ROWS;

  constructor(
    sought: string,
    private readonly max: number,
    private readonly transpositions: boolean,
  ) {
    this.#width = sought.length + 1;
    this.#rows = new Uint8Array(ROWS * this.#width);
    this.#target = Uint16Array.from({ length: sought.length }, (_, at) => sought.charCodeAt(at));
    for (let at = 0; at + 1 < sought.length; at += 1)
      this.#pairs[pairOf(this.#target[at] ?? 0, this.#target[at + 1] ?? 0)] = 1;
    for (let column = 0; column < this.#width; column += 1) this.#rows[column] = column;
    for (let row = 0; row < ROWS; row += 1) this.#rows[row * this.#width] = row;
  }

  /** The edit distance of the dictionary's current term, or a number greater than the maximum. */
  distance(dictionary: TermDictionary, first: boolean): number {
    const shared = first ? 0 : dictionary.shared;
    this.deadPrefixLength = ROWS;
    const { term, termLength } = dictionary;
    let row = Math.min(shared, this.#valid);
    while (row < termLength) {
      const unit = term[row] ?? 0;
      if (unit >= 0x80 || row + 1 >= ROWS) {
        this.#valid = row;
        return this.#unicode(dictionary.text());
      }
      row += 1;
      // No continuation can help: a swap costs one edit, and the minimum of a row is at most one more than that of the
      // row before.
      if (this.#fill(row, unit, term[row - 2] ?? 0) > this.max) {
        this.#valid = row;
        this.deadPrefixLength = row;
        return this.max + 1;
      }
    }
    this.#valid = row;
    return this.#rows[row * this.#width + this.#width - 1] ?? this.max + 1;
  }

  /** Computes a row from the preceding ones and returns its minimum. `before` is the unit before `unit`. */
  #fill(row: number, unit: number, before: number): number {
    const rows = this.#rows;
    const width = this.#width;
    const at = row * width;
    const above = at - width;
    const sought = this.#target;
    let left = row;
    let least = row;
    let diagonal = rows[above] ?? 0;
    for (let column = 1; column < width; column += 1) {
      const up = rows[above + column] ?? 0;
      let value = diagonal + (sought[column - 1] === unit ? 0 : 1);
      if (up + 1 < value) value = up + 1;
      if (left + 1 < value) value = left + 1;
      rows[at + column] = value;
      if (value < least) least = value;
      left = value;
      diagonal = up;
    }
    if (this.transpositions && row > 1 && this.#pairs[pairOf(unit, before)] === 1)
      return Math.min(least, this.#swap(row, unit, before));
    return least;
  }

  /**
   * Improves a row by swaps and returns the minimum of the improved cells. Cells to their right need no update, since
   * an insertion and a replacement cost the same.
   */
  #swap(row: number, unit: number, before: number): number {
    const rows = this.#rows;
    const width = this.#width;
    const at = row * width;
    const sought = this.#target;
    let least = ROWS;
    for (let column = 2; column < width; column += 1) {
      if (sought[column - 1] === before && sought[column - 2] === unit) {
        const swapped = (rows[at - 2 * width + column - 2] ?? 0) + 1;
        if (swapped < (rows[at + column] ?? 0)) {
          rows[at + column] = swapped;
          least = Math.min(least, swapped);
        }
      }
    }
    return least;
  }

  /** Terms beyond ASCII are rare. They are compared without reuse of rows, by UTF-16 units. */
  #unicode(term: string): number {
    if (Math.abs(term.length - this.#target.length) > this.max || term.length >= ROWS) return this.max + 1;
    for (let row = 1; row <= term.length; row += 1) {
      if (this.#fill(row, term.charCodeAt(row - 1), row > 1 ? term.charCodeAt(row - 2) : 0) > this.max) {
        this.#valid = 0;
        return this.max + 1;
      }
    }
    this.#valid = 0;
    return this.#rows[term.length * this.#width + this.#width - 1] ?? this.max + 1;
  }
}
