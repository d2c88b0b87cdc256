/**
 * What of an index is there, where it arrives in pieces; an index that is whole has none, and asks nothing.
 *
 * Parts of a section are numbered as its own directory numbers them (blocks of terms, blocks of postings).
 */
export interface Availability {
  /** Throws `PiecesMissing` unless the parts from `from` to `to`, exclusive, are there. */
  require(from: number, to: number): void;
}

/** What a search would read next is not there: it can be asked again once these pieces are. */
export class MissingPiecesError extends Error {
  constructor(
    /** Numbers of pieces. */
    readonly pieces: ReadonlySet<number>,
  ) {
    super(`${pieces.size} pieces of the index are not there yet.`);
    this.name = 'PiecesMissing';
  }
}

/** Pieces that are asked for at once, about: what bounds a download that may turn out to be for nothing. */
const MAX_MISSING = 256;

/**
 * `each` of all items, in order. Where pieces are missing, those of the other items are found out, too, so that they can be
 * fetched together; then throws one `PiecesMissing` for all.
 */
export function mapCollectingMissing<T, R>(items: Iterable<T>, each: (item: T) => R): R[] {
  const results: R[] = [];
  let missing: Set<number> | undefined;
  for (const item of items) {
    try {
      results.push(each(item));
    } catch (error) {
      if (!(error instanceof MissingPiecesError)) throw error;
      missing ??= new Set();
      for (const piece of error.pieces) missing.add(piece);
      if (missing.size >= MAX_MISSING) break;
    }
  }
  if (missing !== undefined) throw new MissingPiecesError(missing);
  return results;
}
