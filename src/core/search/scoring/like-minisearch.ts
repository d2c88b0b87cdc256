import type { ScorePart } from '../../model/search-response.js';
import { Accumulator, TopK } from './top-k.js';
import { explainMiniSearch, miniSearchNorms, scoreMiniSearch, type MiniSearchRanking } from './minisearch-ranker.js';
import type { PackedIndex } from '../../index/index-reader.js';

/** Ranks as MiniSearch does. Queries share scratch arrays, so it ranks one query at a time. */
export class MiniSearchRanker {
  readonly #norms: readonly Float32Array[];
  readonly #accumulator: Accumulator;

  constructor(private readonly index: PackedIndex) {
    this.#norms = miniSearchNorms(index);
    this.#accumulator = new Accumulator(index.size);
  }

  /** Calls `visit` with every hit, in no order. */
  each(terms: readonly string[], ranking: MiniSearchRanking, visit: (document: number, score: number) => void): void {
    const accumulator = this.#accumulator;
    try {
      scoreMiniSearch(this.index, terms, { ranking, accumulator, visit, norms: this.#norms });
    } finally {
      accumulator.reset();
    }
  }

  /** Returns the best `k` hits. */
  find(terms: readonly string[], ranking: MiniSearchRanking, k: number): { document: number; score: number }[] {
    const top = new TopK(k);
    this.each(terms, ranking, (document, score) => top.offer(document, score));
    return top.drain();
  }

  /**
   * Returns what each term adds to a document's score by exact matches, the greatest first. `terms` maps a term to its
   * weight.
   */
  explain(terms: ReadonlyMap<string, number>, document: number): ScorePart[] {
    return explainMiniSearch(this.index, terms, { document, norms: this.#norms });
  }
}
