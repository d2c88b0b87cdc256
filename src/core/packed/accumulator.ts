/**
 * Scores of all documents while a query runs. Its arrays are made once for an index and used by every query: nothing that
 * grows with the corpus is allocated while searching. Between two queries every score is 0.
 */
export class Accumulator {
  readonly scores: Float64Array;
  /** The documents with a score, in the order in which they got one; `count` of them. */
  readonly touched: Uint32Array;
  count = 0;
  /** How many words of the query a document has, and which of them it was counted for last (plus one). */
  readonly matched: Uint16Array;
  readonly lastTerm: Uint16Array;
  /** Frequencies of one clause in one field while its variants are united, and the documents that have any. */
  readonly united: Float32Array;
  readonly unitedDocuments: Uint32Array;

  constructor(size: number) {
    this.scores = new Float64Array(size);
    this.touched = new Uint32Array(size);
    this.matched = new Uint16Array(size);
    this.lastTerm = new Uint16Array(size);
    this.united = new Float32Array(size);
    this.unitedDocuments = new Uint32Array(size);
  }

  /** Makes the accumulator ready for the next query. */
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

/** The `k` best of what is offered: higher scores first, equal ones by lower document. A binary heap, the worst on top. */
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

  /** What a document must surpass to get in; -Infinity while there is room. */
  get threshold(): number {
    return this.#size < this.k ? -Infinity : (this.#scores[0] ?? -Infinity);
  }

  offer(document: number, score: number): void {
    if (this.k === 0) return;
    if (this.#size < this.k) {
      this.#size += 1;
      this.#rise(this.#size - 1, document, score);
    } else if (this.#worse(this.#scores[0] ?? 0, this.#documents[0] ?? 0, { score, document })) {
      this.#sink(document, score);
    }
  }

  clear(): void {
    this.#size = 0;
  }

  /** Best first. Empties the heap. */
  take(): { document: number; score: number }[] {
    const taken = Array.from({ length: this.#size }, (_, at) => ({
      document: this.#documents[at] ?? 0,
      score: this.#scores[at] ?? 0,
    }));
    this.#size = 0;
    return taken.sort((a, b) => b.score - a.score || a.document - b.document);
  }

  #worse(score: number, document: number, other: { score: number; document: number }): boolean {
    return score < other.score || (score === other.score && document > other.document);
  }

  #rise(start: number, document: number, score: number): void {
    let at = start;
    const entry = { score, document };
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const parentScore = this.#scores[parent] ?? 0;
      const parentDocument = this.#documents[parent] ?? 0;
      if (this.#worse(parentScore, parentDocument, entry)) break;
      this.#scores[at] = parentScore;
      this.#documents[at] = parentDocument;
      at = parent;
    }
    this.#scores[at] = score;
    this.#documents[at] = document;
  }

  #sink(document: number, score: number): void {
    let at = 0;
    for (;;) {
      let child = at * 2 + 1;
      if (child >= this.#size) break;
      const right = child + 1;
      if (
        right < this.#size &&
        this.#worse(this.#scores[right] ?? 0, this.#documents[right] ?? 0, this.#entry(child))
      ) {
        child = right;
      }
      const entry = this.#entry(child);
      if (!this.#worse(entry.score, entry.document, { score, document })) break;
      this.#scores[at] = entry.score;
      this.#documents[at] = entry.document;
      at = child;
    }
    this.#scores[at] = score;
    this.#documents[at] = document;
  }

  #entry(at: number): { score: number; document: number } {
    return { score: this.#scores[at] ?? 0, document: this.#documents[at] ?? 0 };
  }
}
