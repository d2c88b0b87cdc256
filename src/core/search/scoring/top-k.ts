/**
 * The scores of all documents while a query runs. The arrays are allocated once for an index and reused by every query.
 * Between two queries every score is 0.
 */
export class Accumulator {
  readonly scores: Float64Array;
  /** The `count` documents that have a score, in the order in which they got it. */
  readonly touched: Uint32Array;
  count = 0;
  /** By document: the number of the query's terms that it has, and the number (from 1) of the last one counted. */
  readonly matched: Uint16Array;
  readonly lastTerm: Uint16Array;

  constructor(size: number) {
    this.scores = new Float64Array(size);
    this.touched = new Uint32Array(size);
    this.matched = new Uint16Array(size);
    this.lastTerm = new Uint16Array(size);
  }

  reset(): void {
    const { scores, touched, matched, lastTerm } = this;
    for (let at = 0; at < this.count; at += 1) {
      const document = touched[at] ?? 0;
      scores[document] = 0;
      matched[document] = 0;
      lastTerm[document] = 0;
    }
    this.count = 0;
  }
}

/**
 * Keeps the best `k` documents offered; of equal scores the lower document wins. A binary heap with the worst on top.
 */
export class TopK {
  readonly #scores: Float64Array;
  readonly #documents: Uint32Array;
  #size = 0;

  constructor(readonly k: number) {
    this.#scores = new Float64Array(k);
    this.#documents = new Uint32Array(k);
  }

  get size(): number {
    return this.#size;
  }

  /** The score that a further document must exceed to get in; -Infinity while there is room. */
  get threshold(): number {
    return this.#size < this.k ? -Infinity : (this.#scores[0] ?? -Infinity);
  }

  offer(document: number, score: number): void {
    if (this.#size < this.k) {
      this.#size += 1;
      this.#rise(this.#size - 1, document, score);
    } else if (this.k > 0 && this.#isWorse(0, document, score)) {
      this.#sink(document, score);
    }
  }

  /** Returns an empty heap for `k` documents: this one if it has that size. */
  reset(k: number): TopK {
    if (k !== this.k) return new TopK(k);
    this.#size = 0;
    return this;
  }

  /** Empties the heap and returns its documents, best first. */
  drain(): { document: number; score: number }[] {
    const taken: { document: number; score: number }[] = [];
    while (this.#size > 0) {
      taken.push({ document: this.#documents[0] ?? 0, score: this.#scores[0] ?? 0 });
      this.#size -= 1;
      this.#sink(this.#documents[this.#size] ?? 0, this.#scores[this.#size] ?? 0);
    }
    return taken.reverse();
  }

  /** Whether the heap's entry `at` is worse than a document with this score. */
  #isWorse(at: number, document: number, score: number): boolean {
    const held = this.#scores[at] ?? 0;
    return held < score || (held === score && (this.#documents[at] ?? 0) > document);
  }

  #put(at: number, document: number, score: number): void {
    this.#scores[at] = score;
    this.#documents[at] = document;
  }

  #rise(start: number, document: number, score: number): void {
    let at = start;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.#isWorse(parent, document, score)) break;
      this.#put(at, this.#documents[parent] ?? 0, this.#scores[parent] ?? 0);
      at = parent;
    }
    this.#put(at, document, score);
  }

  /** Replaces the worst document. */
  #sink(document: number, score: number): void {
    let at = 0;
    for (;;) {
      let child = at * 2 + 1;
      if (child >= this.#size) break;
      const right = child + 1;
      if (right < this.#size && this.#isWorse(right, this.#documents[child] ?? 0, this.#scores[child] ?? 0))
        child = right;
      if (!this.#isWorse(child, document, score)) break;
      this.#put(at, this.#documents[child] ?? 0, this.#scores[child] ?? 0);
      at = child;
    }
    this.#put(at, document, score);
  }
}
