import type { TermDictionary } from './term-dictionary.js';

/** A term within the allowed edit distance. */
export interface FuzzyMatch {
  readonly index: number;
  readonly distance: number;
}

/** UTF-16 units of the longest term compared, plus one. */
const ROWS = 64;

export interface FuzzyOptions {
  readonly maxDistance: number;
  readonly from?: number;
  readonly to?: number;
  /**
   * Count two neighbours that changed places as one edit (optimal string alignment: Damerau, 1964, with no further edit
   * between the two), instead of two; left out: false, plain Levenshtein.
   */
  readonly transpositions?: boolean;
}

/**
 * The terms of a dictionary within `maxDistance` edits (insert, delete, replace one UTF-16 unit) of `sought`, among those
 * numbered `from` to `to`.
 *
 * The terms are sorted, so neighbours share beginnings: the rows of the edit matrix that belong to the shared beginning
 * are kept, and a beginning that no ending can mend is skipped with everything that shares it.
 *
 * ```
 *            h  e  p  a  t  i  t  i  s      <- sought
 *         0  1  2  …
 *      h  1  0  1                            row 1  ┐ shared with the term before:
 *      e  2  1  0                            row 2  ┘ not computed again
 *      p  …                                  row 3  ← begins here
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

/** A number below `PAIRS` for two units beside one another; different ones may share it. */
function pairOf(first: number, second: number): number {
  return (first * 31 + second) & (PAIRS - 1);
}

class LevenshteinWalk {
  readonly #width: number;
  readonly #rows: Uint8Array;
  readonly #target: Uint16Array;
  /** 1 for neighbours of `sought`, by `pairOf`: most of what terms hold cannot have changed places. */
  readonly #pairs = new Uint8Array(PAIRS);
  /** Rows 0 to this one hold for the term before. */
  #valid = 0;
  /** Every term that shares this many bytes with the one at hand is too far; ROWS where none is known. */
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

  /** The edit distance of the dictionary's current term, or more than the maximum. */
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
      // No ending mends it: a change of places costs one, and a row's least is at most one more than the row's before.
      if (this.#fill(row, unit, term[row - 2] ?? 0) > this.max) {
        this.#valid = row;
        this.deadPrefixLength = row;
        return this.max + 1;
      }
    }
    this.#valid = row;
    return this.#rows[row * this.#width + this.#width - 1] ?? this.max + 1;
  }

  /** Computes a row from those before; returns the least distance in it. `before` is the unit before `unit`. */
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
   * Puts into a row what is nearer by a change of places; returns the least distance of that. What stands right of it is
   * reached as cheaply by an insertion and a replacement.
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

  /** Terms beyond ASCII are rare: compared one by one, by UTF-16 units. */
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
