const SLOTS = 1 << 17;

/** A guess: a number, and how sure it is, 0 (there is none) to 15. */
export interface Guess {
  readonly token: number;
  readonly run: number;
}

/** What followed the same tokens before, in a table for each number of tokens that is looked at. */
export class Guesses {
  readonly #tables: readonly { readonly tokens: Uint32Array; readonly runs: Uint8Array }[];

  constructor(tables: number) {
    this.#tables = Array.from({ length: tables }, () => ({
      tokens: new Uint32Array(SLOTS),
      runs: new Uint8Array(SLOTS),
    }));
  }

  /** The guess of a table for a hash of the tokens before. */
  of(table: number, hash: number): Guess {
    const slot = hash % SLOTS;
    const { tokens, runs } = this.#tables[table] ?? EMPTY;
    return { token: tokens[slot] ?? 0, run: runs[slot] ?? 0 };
  }

  /** Takes note of what followed; a hash for each table. */
  learn(hashes: readonly number[], token: number): void {
    for (const [table, hash] of hashes.entries()) {
      const { tokens, runs } = this.#tables[table] ?? EMPTY;
      const slot = hash % SLOTS;
      const run = runs[slot] ?? 0;
      if (run > 0 && tokens[slot] === token) {
        runs[slot] = Math.min(15, run + 1);
      } else if (run > 2) {
        // What came often is not forgotten for one exception.
        runs[slot] = run >> 1;
      } else {
        tokens[slot] = token;
        runs[slot] = 1;
      }
    }
  }
}

const EMPTY = { tokens: new Uint32Array(0), runs: new Uint8Array(0) };
