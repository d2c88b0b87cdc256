const SLOTS = 1 << 17;

/** What followed the same tokens before, in a table for each number of tokens that is looked at: `SLOTS` places each. */
export class Guesses {
  readonly #tokens: Uint32Array;
  readonly #runs: Uint8Array;

  constructor(private readonly tables: number) {
    this.#tokens = new Uint32Array(tables * SLOTS);
    this.#runs = new Uint8Array(tables * SLOTS);
  }

  /** What a table guesses for a hash of the tokens before. */
  token(table: number, hash: number): number {
    return this.#tokens[table * SLOTS + (hash & (SLOTS - 1))] ?? 0;
  }

  /** How sure that is, 1 to 15; 0 where there is no guess. */
  run(table: number, hash: number): number {
    return this.#runs[table * SLOTS + (hash & (SLOTS - 1))] ?? 0;
  }

  /** Takes note of what followed; a hash for each table. */
  learn(hashes: ArrayLike<number>, token: number): void {
    for (let table = 0; table < this.tables; table += 1) {
      const slot = table * SLOTS + ((hashes[table] ?? 0) & (SLOTS - 1));
      const run = this.#runs[slot] ?? 0;
      if (run > 0 && this.#tokens[slot] === token) {
        this.#runs[slot] = Math.min(15, run + 1);
      } else if (run > 2) {
        // What came often is not forgotten for one exception.
        this.#runs[slot] = run >> 1;
      } else {
        this.#tokens[slot] = token;
        this.#runs[slot] = 1;
      }
    }
  }
}
