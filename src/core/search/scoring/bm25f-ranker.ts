import {
  type Clause,
  weightedFrequency,
  combinedFrequency,
  type WeightedPostings,
  type Bm25Saturation,
} from './clause.js';
import { FIELDS } from '../../model/document.js';
import type { ScorePart } from '../../model/search-response.js';
import { TopK } from './top-k.js';
import { PostingsCursor, PostingBlock } from '../../index/postings/postings-cursor.js';
import { lazy } from '../../lazy.js';
import type { PackedIndex } from '../../index/index-reader.js';
import type { FieldPostings } from '../../index/postings/postings-reader.js';
import { fieldNorms, inverseDocumentFrequency, type Bm25F, type FieldNorm } from './bm25.js';
import { ScoreWindow, WINDOW_SIZE } from './score-window.js';

export interface RankOptions {
  /** By field; 0 ignores the field. */
  readonly weights: readonly number[];
  /** 1 for each document that may be a hit; null: all. */
  readonly mask: Uint8Array | null;
  /** Called with every hit, in no order. Makes the count exact. */
  readonly visit?: (document: number, score: number) => void;
  /** Whether to count every hit. */
  readonly exact: boolean;
  /** Up to this number of postings every hit is counted. Default: `MIN_POSTINGS_FOR_SKIPPING`. */
  readonly minPostingsForSkipping?: number;
  /** Documents of the first window, at most `WINDOW_SIZE`. Default: `FIRST_WINDOW`. */
  readonly firstWindow?: number;
}

export interface RankResult {
  /** Number of hits: exact, or a lower bound. */
  readonly total: number;
  readonly exact: boolean;
}

/** Up to this number of postings, skipping saves too little time to give up the exact number of hits. */
const MIN_POSTINGS_FOR_SKIPPING = 4096;
/** Documents of the first window: few, so that there is soon a score to beat. Each further window is twice as long. */
const FIRST_WINDOW = 256;
/** Block buffers that are reused by the next query: 1 kB each. */
const CACHED_BLOCKS = 256;

interface ClausePlan extends Bm25Saturation {
  readonly parts: readonly WeightedPostings[];
  readonly postings: number;
}

/** The first ranking stage: BM25F. Queries share scratch arrays, so it ranks one query at a time. */
export class Bm25fRanker {
  readonly #window = new ScoreWindow();
  readonly #blocks: PostingBlock[] = [];
  readonly #norms: () => readonly FieldNorm[];
  #blocksUsed = 0;
  #best = new TopK(0);

  constructor(
    private readonly index: PackedIndex,
    private readonly bm25: Bm25F,
  ) {
    this.#norms = lazy(() => fieldNorms(index, bm25));
  }

  get norms(): readonly FieldNorm[] {
    return this.#norms();
  }

  /**
   * Offers the documents that match any clause, and are in the mask, to `top`.
   *
   * Documents are scored in windows, clauses in descending order of their maximum score. Once a document that matches
   * only the last clauses can no longer get into `top` (MaxScore: Turtle and Flood, 1995), these non-essential clauses
   * are evaluated only for documents that match another clause and can still get in. The best hits and their scores
   * stay the same; the number of hits becomes a lower bound.
   */
  rank(clauses: readonly Clause[], top: TopK, options: RankOptions): RankResult {
    const plans = this.#plans(clauses, options);
    const [only] = plans;
    if (only !== undefined && plans.length === 1 && options.mask === null && options.visit === undefined)
      return this.#rankSingleClause(only, top);
    const { maxScores, postings } = maxScoresOf(plans);
    const skipping =
      !options.exact &&
      options.visit === undefined &&
      postings > (options.minPostingsForSkipping ?? MIN_POSTINGS_FOR_SKIPPING);
    const window = this.#window;
    let essential = plans.length;
    let total = 0;
    let length = options.firstWindow ?? FIRST_WINDOW;
    for (let start = 0; start < this.index.size && essential > 0; start = window.end) {
      window.open(start, Math.min(this.index.size, start + length));
      length = Math.min(WINDOW_SIZE, length * 2);
      for (let at = 0; at < essential; at += 1) addPlan(window, plans[at]);
      total += hits(window, options.mask);
      for (let at = essential; at < plans.length; at += 1) {
        if (window.candidates(top.threshold - (maxScores[at] ?? 0)) === 0) break;
        completePlan(window, plans[at], this.index.size);
      }
      collect(window, top, options);
      // Among equal scores the earlier document wins, so reaching the threshold is not enough.
      if (skipping && window.end < this.index.size)
        while (essential > 0 && (maxScores[essential - 1] ?? 0) <= top.threshold) essential -= 1;
    }
    window.open(0, 0);
    this.#blocksUsed = 0;
    return { total, exact: essential === plans.length };
  }

  /** Ranks the documents of a single clause by its combined frequency, and counts all of them. */
  #rankSingleClause({ parts, gain, k1 }: ClausePlan, top: TopK): RankResult {
    const window = this.#window;
    const best = (this.#best = this.#best.reset(top.k));
    const offer = (document: number, frequency: number): number => {
      best.offer(document, frequency);
      return best.threshold;
    };
    let total = 0;
    for (let start = 0; start < this.index.size; start += WINDOW_SIZE) {
      window.open(start, Math.min(this.index.size, start + WINDOW_SIZE));
      total += window.combine(parts, best.threshold, offer);
    }
    for (const { document, score: frequency } of best.drain())
      top.offer(document, (gain * frequency) / (frequency + k1));
    this.#blocksUsed = 0;
    return { total, exact: true };
  }

  /** Returns the scores of given documents, in ascending order of documents. */
  score(
    clauses: readonly Clause[],
    documents: readonly number[],
    options: Pick<RankOptions, 'weights'>,
  ): { document: number; score: number }[] {
    const plans = this.#plans(clauses, options);
    const scored = [...documents]
      .sort((a, b) => a - b)
      .map((document) => ({
        document,
        score: plans.reduce((sum, { parts, gain, k1 }) => {
          const frequency = combinedFrequency(parts, document);
          return frequency === 0 ? sum : sum + (gain * frequency) / (frequency + k1);
        }, 0),
      }));
    this.#blocksUsed = 0;
    return scored;
  }

  /** Returns the plans of clauses that have postings, by descending maximum score. */
  #plans(clauses: readonly Clause[], options: Pick<RankOptions, 'weights'>): ClausePlan[] {
    this.index.needLists?.(listsOf(clauses, options.weights));
    const plans = clauses.map((clause) => this.#plan(clause, options)).filter(({ parts }) => parts.length > 0);
    return plans.sort((a, b) => b.gain - a.gain);
  }

  /**
   * Returns what each clause adds to a document's score in each field, the greatest first. The parts add up to the
   * score.
   */
  explain(clauses: readonly Clause[], document: number, options: Pick<RankOptions, 'weights'>): ScorePart[] {
    const explained: ScorePart[] = [];
    for (const clause of clauses) {
      const { parts, gain, k1 } = this.#plan(clause, options);
      const byField = [0, 0, 0];
      for (const part of parts) byField[part.field] = (byField[part.field] ?? 0) + weightedFrequency(part, document);
      const combined = byField.reduce((sum, frequency) => sum + frequency, 0);
      for (const [field, frequency] of byField.entries()) {
        if (frequency === 0) continue;
        explained.push({
          part: `${FIELDS[field]}: ${clause.term}`,
          score: (gain * frequency) / (combined + k1),
        });
      }
      this.#blocksUsed = 0;
    }
    return explained.sort((a, b) => b.score - a.score);
  }

  #plan(clause: Clause, { weights }: Pick<RankOptions, 'weights'>): ClausePlan {
    const { index, bm25, norms } = this;
    const parts: WeightedPostings[] = [];
    const counts = [0, 0, 0];
    let postings = 0;
    for (const { weight, lists } of clause.variants) {
      for (let field = 0; field < lists.length; field += 1) {
        const list = lists[field] ?? null;
        const norm = norms[field];
        const fieldWeight = weights[field] ?? 0;
        if (list === null || norm === undefined || fieldWeight === 0) continue;
        const cursor = new PostingsCursor(index.postings, list, this.#block());
        parts.push({ cursor, field, weight: weight * fieldWeight, norm });
        counts[field] = (counts[field] ?? 0) + list.count;
        postings += list.count;
      }
    }
    // The longest list last: see `ScoreWindow.add`.
    parts.sort((a, b) => a.cursor.list.count - b.cursor.list.count);
    const idf = inverseDocumentFrequency(Math.min(index.size, Math.max(...counts)), index.size);
    return { parts, postings, gain: clause.weight * idf * (bm25.k1 + 1), k1: bm25.k1 };
  }

  #block(): PostingBlock {
    const block = this.#blocks[this.#blocksUsed] ?? new PostingBlock();
    if (this.#blocksUsed < CACHED_BLOCKS) this.#blocks[this.#blocksUsed] = block;
    this.#blocksUsed += 1;
    return block;
  }
}

/** Returns the postings lists that scoring the clauses reads. */
function listsOf(clauses: readonly Clause[], weights: readonly number[]): FieldPostings[] {
  return clauses.flatMap(({ variants }) =>
    variants.flatMap(({ lists }) =>
      lists.flatMap((list, field) => (list === null || (weights[field] ?? 0) === 0 ? [] : [{ field, list }])),
    ),
  );
}

/** Returns, for each plan, the maximum score of it and those after it together; and the number of all postings. */
function maxScoresOf(plans: readonly ClausePlan[]): { maxScores: number[]; postings: number } {
  const maxScores: number[] = [];
  let maxScore = 0;
  let postings = 0;
  for (let at = plans.length - 1; at >= 0; at -= 1) {
    // A frequency saturates towards the gain but never reaches it.
    maxScore += plans[at]?.gain ?? 0;
    maxScores[at] = maxScore;
    postings += plans[at]?.postings ?? 0;
  }
  return { maxScores, postings };
}

function addPlan(window: ScoreWindow, plan: ClausePlan | undefined): void {
  if (plan !== undefined) window.add(plan.parts, plan);
}

function completePlan(window: ScoreWindow, plan: ClausePlan | undefined, size: number): void {
  if (plan === undefined) return;
  // The estimate of the window's postings assumes that they are spread evenly.
  window.addNonEssential(plan.parts, (plan.postings * (window.end - window.start)) / size, plan);
}

/** How many documents of the window are in the mask. */
function hits({ touched, start, count }: ScoreWindow, mask: Uint8Array | null): number {
  if (mask === null) return count;
  let total = 0;
  for (let at = 0; at < count; at += 1) total += mask[start + (touched[at] ?? 0)] ?? 0;
  return total;
}

/** Offers the window's documents of the mask. */
function collect({ scores, touched, start, count }: ScoreWindow, top: TopK, { mask, visit }: RankOptions): void {
  let threshold = top.threshold;
  for (let at = 0; at < count; at += 1) {
    const slot = touched[at] ?? 0;
    const document = start + slot;
    if (mask !== null && mask[document] === 0) continue;
    const score = scores[slot] ?? 0;
    if (visit !== undefined) visit(document, score);
    if (score < threshold) continue;
    top.offer(document, score);
    threshold = top.threshold;
  }
}
