/** A set of documents that is walked in order while it grows; two levels of bits, so that empty stretches cost little. */
export class Marks {
  readonly #bits: Uint32Array;
  readonly #words: Uint32Array;

  constructor(private readonly size: number) {
    this.#bits = new Uint32Array((size >>> 5) + 1);
    this.#words = new Uint32Array((size >>> 10) + 1);
  }

  /** Adds a document; beyond the last one nothing happens. */
  add(document: number): void {
    if (document >= this.size) return;
    const word = document >>> 5;
    this.#bits[word] = (this.#bits[word] ?? 0) | (1 << (document & 31));
    this.#words[word >>> 5] = (this.#words[word >>> 5] ?? 0) | (1 << (word & 31));
  }

  has(document: number): boolean {
    return (((this.#bits[document >>> 5] ?? 0) >>> (document & 31)) & 1) === 1;
  }

  /** The first document of the set at `from` or after it; the number of all documents where there is none. */
  next(from: number): number {
    if (from >= this.size) return this.size;
    let word = from >>> 5;
    const here = (this.#bits[word] ?? 0) & (-1 << (from & 31));
    if (here !== 0) return word * 32 + lowest(here);
    word += 1;
    let group = word >>> 5;
    let words =
      (word & 31) === 0 ? (this.#words[group] ?? 0) : (this.#words[group] ?? 0) & (-1 << (word & 31));
    while (words === 0) {
      group += 1;
      if (group >= this.#words.length) return this.size;
      words = this.#words[group] ?? 0;
    }
    word = group * 32 + lowest(words);
    return word * 32 + lowest(this.#bits[word] ?? 0);
  }

  clear(): void {
    for (let group = 0; group < this.#words.length; group += 1) {
      if (this.#words[group] === 0) continue;
      this.#bits.fill(0, group * 32, group * 32 + 32);
      this.#words[group] = 0;
    }
  }
}

/** The number of the lowest bit that is set. */
function lowest(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}
