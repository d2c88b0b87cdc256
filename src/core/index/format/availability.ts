/**
 * Reports which parts of an index are loaded, if it is downloaded in pieces. A complete index has no `Availability`.
 *
 * Parts of a section are numbered as in its directory (blocks of terms, blocks of postings).
 */
export interface Availability {
  /**
   * Checks that the parts from `from` to `to`, exclusive, are loaded.
   *
   * @throws {MissingPiecesError} a part is not loaded
   */
  require(from: number, to: number): void;
}

/** The search needs pieces that are not loaded. It can be repeated after they are downloaded. */
export class MissingPiecesError extends Error {
  constructor(
    /** The numbers of the missing pieces. */
    readonly pieces: ReadonlySet<number>,
  ) {
    super(`${pieces.size} pieces of the index are not loaded yet.`);
    this.name = 'MissingPiecesError';
  }
}

/** Stop collecting at about this many pieces, since some of them may turn out not to be needed. */
const MAX_MISSING = 256;

/**
 * Maps all items in order. If pieces are missing for some items, still visits the others, so that all missing pieces
 * can be downloaded together.
 *
 * @throws {MissingPiecesError} pieces are missing for at least one item
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
