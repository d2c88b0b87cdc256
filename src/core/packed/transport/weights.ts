/** How much of the words seen lately counts on when documents are weighed anew: late words, which are rare ones, tell more. */
const FORGET = 0.5;
/** A weight of 1 is this in whole numbers. */
export const UNIT = 16;
const HIGHEST = 255;
const ROOT_OF_TWO = 1.4142135623730951;

/**
 * How likely each document is to have a word, by how many it has already shown: long answers have more of everything, and
 * the lists of frequent words tell which are long before the others are coded.
 */
export class Weights {
  /** `cumulated[d + 1] − cumulated[d]` is the weight of document `d`, 1 to 255; `UNIT` is the mean, about. */
  readonly cumulated: Float64Array;
  /** The weight as a level, 0 to 15, two a doubling; 7 is the mean. */
  readonly levels: Uint8Array;
  readonly #seen: Uint32Array;
  readonly #recent: Float64Array;
  #coded = 0;
  #since = 0;

  constructor(private readonly documents: number) {
    this.cumulated = new Float64Array(documents + 1);
    this.levels = new Uint8Array(documents);
    this.#seen = new Uint32Array(documents);
    this.#recent = new Float64Array(documents);
    this.#weigh();
  }

  /** Takes note of a list of documents. */
  add(list: Uint32Array): void {
    for (const document of list) {
      this.#seen[document] = (this.#seen[document] ?? 0) + 1;
      this.#recent[document] = (this.#recent[document] ?? 0) + 1;
    }
    this.#coded += list.length;
    this.#since += list.length;
  }

  /** Weighs documents anew where enough has come since. */
  refresh(): void {
    if (this.#since <= this.#coded * 0.06 + this.documents / 8) return;
    this.#weigh();
    this.#since = 0;
    for (let document = 0; document < this.documents; document += 1) {
      this.#recent[document] = (this.#recent[document] ?? 0) * FORGET;
    }
  }

  #weigh(): void {
    const { documents } = this;
    let recent = 0;
    for (const count of this.#recent) recent += count;
    const meanRecent = recent / Math.max(1, documents);
    const mean = Math.max(1, this.#coded / Math.max(1, documents));
    for (let document = 0; document < documents; document += 1) {
      const share = (this.#seen[document] ?? 0) / mean;
      const lately = ((this.#recent[document] ?? 0) + 0.3) / (meanRecent + 0.3);
      const known = this.#coded < documents / 4 ? 1 : meanRecent > 3 ? 0.25 * share + 0.75 * lately : share;
      const weight = Math.max(1, Math.min(HIGHEST, Math.floor(known * UNIT)));
      this.cumulated[document + 1] = (this.cumulated[document] ?? 0) + weight;
      this.levels[document] = levelOf(weight);
    }
  }
}

/** Two levels a doubling, 7 for `UNIT`. */
function levelOf(weight: number): number {
  let level = 0;
  for (let border = UNIT / 9.5; level < 15 && weight >= border; border *= ROOT_OF_TWO) level += 1;
  return level;
}
