/** Every hit of a query, where facets or another order than the score's need them all. Serves one query at a time. */
export class HitCollector {
  readonly documents: Uint32Array;
  readonly scores: Float64Array;
  count = 0;

  /** `size`: documents of the index. */
  constructor(size: number) {
    this.documents = new Uint32Array(size);
    this.scores = new Float64Array(size);
  }

  readonly add = (document: number, score: number): void => {
    this.documents[this.count] = document;
    this.scores[this.count] = score;
    this.count += 1;
  };

  each(visit: (document: number, score: number) => void): void {
    for (let at = 0; at < this.count; at += 1) visit(this.documents[at] ?? 0, this.scores[at] ?? 0);
  }
}
