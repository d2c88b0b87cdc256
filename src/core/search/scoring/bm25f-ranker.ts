import type { Clause } from './clause.js';
import { FIELDS } from '../../model/document.js';
import type { ScorePart } from '../../model/search-response.js';
import { TopK } from './top-k.js';
import { PostingsCursor, PostingBlock } from '../../index/postings/postings-cursor.js';
import { lazy } from '../../lazy.js';
import type { PackedIndex } from '../../index/index-reader.js';
import {
  weightedFrequency,
  combinedFrequency,
  type WeightedPostings,
  type Bm25Saturation,
} from './weighted-postings.js';
import type { FieldPostings } from '../../index/postings/postings-reader.js';
import { fieldNorms, inverseDocumentFrequency, type Bm25F, type FieldNorm } from './bm25.js';
import { ScoreWindow, WINDOW_SIZE } from './score-window.js';

export interface RankOptions {
  /** Weight of each field; 0 leaves it out. */
  readonly weights: readonly number[];
  /** 1 for each document that may be a hit; null: all. */
  readonly mask: Uint8Array | null;
  /** Told of every hit, in no order. Makes the count exact. */
  readonly visit?: (document: number, score: number) => void;
  /** Count every hit. */
  readonly exact: boolean;
  /** Postings below which every hit is counted all the same; left out: `WORTH_SKIPPING`. */
  readonly minPostingsForSkipping?: number;
  /** Documents of the first window, at most `WINDOW`; left out: `FIRST_WINDOW`. */
  readonly firstWindow?: number;
}

export interface RankResult {
  /** Hits counted: all, or a lower bound. */
  readonly total: number;
  readonly exact: boolean;
}

/** Postings below which leaving some out saves less than visitors lose by not knowing the number of hits. */
const MIN_POSTINGS_FOR_SKIPPING = 4096;
/** Documents of the first window: few, so that soon there is a score to beat. Each further one is twice as long. */
const FIRST_WINDOW = 256;
/** Decoded blocks that are kept for the next query: 1 kB each. */
const CACHED_BLOCKS = 256;

interface ClausePlan extends Bm25Saturation {
  readonly parts: readonly WeightedPostings[];
  readonly postings: number;
}

/** The first ranking stage: BM25F. It keeps the arrays that every query needs, so it ranks one query at a time. */
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

  /** The length norms of all fields. */
  get norms(): readonly FieldNorm[] {
    return this.#norms();
  }

  /**
   * Offers the documents that have any of the clauses, and are in the mask, to `top`.
   *
   * Documents are taken a window at a time. Clauses are in the order of what they can add at most: once the documents
   * that have nothing but the last of them cannot get into `top` any more (MaxScore: Turtle and Flood, 1995), these last
   * are only looked up for documents that have another one and still can. The best hits are the same, with the same
   * scores; the number of hits is then a lower bound.
   */
  rank(clauses: readonly Clause[], top: TopK, options: RankOptions): RankResult {
    const plans = this.#plans(clauses, options);
    const [only] = plans;
    if (only !== undefined && plans.length === 1 && options.mask === null && options.visit === undefined)
      return this.#rankOne(only, top);
    const { rests, postings } = sums(plans);
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
        if (window.candidates(top.threshold - (rests[at] ?? 0)) === 0) break;
        completePlan(window, plans[at], this.index.size);
      }
      collect(window, top, options);
      // Later documents lose against equal scores.
      if (skipping && window.end < this.index.size)
        while (essential > 0 && (rests[essential - 1] ?? 0) <= top.threshold) essential -= 1;
    }
    window.open(0, 0);
    this.#blocksUsed = 0;
    return { total, exact: essential === plans.length };
  }

  /** A query of one clause: the documents by its frequency in them, every one counted. */
  #rankOne({ parts, gain, k1 }: ClausePlan, top: TopK): RankResult {
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

  /** The scores of some documents, in ascending order of documents. */
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

  /** Clauses with what they need to be scored, by what they can add at most. */
  #plans(clauses: readonly Clause[], options: Pick<RankOptions, 'weights'>): ClausePlan[] {
    this.index.needLists?.(listsOf(clauses, options.weights));
    const plans = clauses.map((clause) => this.#plan(clause, options)).filter(({ parts }) => parts.length > 0);
    return plans.sort((a, b) => b.gain - a.gain);
  }

  /** What each clause adds to a document's score by its fields, the greatest first: the parts add up to the score. */
  explain(clauses: readonly Clause[], document: number, options: Pick<RankOptions, 'weights'>): ScorePart[] {
    const explained: ScorePart[] = [];
    for (const clause of clauses) {
      const { parts, gain, k1 } = this.#plan(clause, options);
      const byField = [0, 0, 0];
      for (const part of parts) byField[part.field] = (byField[part.field] ?? 0) + weightedFrequency(part, document);
      const united = byField.reduce((sum, frequency) => sum + frequency, 0);
      for (const [field, frequency] of byField.entries()) {
        if (frequency === 0) continue;
        explained.push({
          part: `${FIELDS[field]}: ${clause.term}`,
          score: (gain * frequency) / (united + k1),
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
    // The longest last: see `Window.add`.
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

/** The lists that are read for clauses. */
function listsOf(clauses: readonly Clause[], weights: readonly number[]): FieldPostings[] {
  return clauses.flatMap(({ variants }) =>
    variants.flatMap(({ lists }) =>
      lists.flatMap((list, field) => (list === null || (weights[field] ?? 0) === 0 ? [] : [{ field, list }])),
    ),
  );
}

/** For each clause what it and those after it can add at most, and the postings of all. */
function sums(plans: readonly ClausePlan[]): { rests: number[]; postings: number } {
  const rests: number[] = [];
  let rest = 0;
  let postings = 0;
  for (let at = plans.length - 1; at >= 0; at -= 1) {
    // A frequency saturates towards the gain and never reaches it.
    rest += plans[at]?.gain ?? 0;
    rests[at] = rest;
    postings += plans[at]?.postings ?? 0;
  }
  return { rests, postings };
}

function addPlan(window: ScoreWindow, plan: ClausePlan | undefined): void {
  if (plan !== undefined) window.add(plan.parts, plan);
}

function completePlan(window: ScoreWindow, plan: ClausePlan | undefined, size: number): void {
  if (plan === undefined) return;
  // Postings are taken to lie evenly.
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
    const place = touched[at] ?? 0;
    const document = start + place;
    if (mask !== null && mask[document] === 0) continue;
    const score = scores[place] ?? 0;
    if (visit !== undefined) visit(document, score);
    if (score < threshold) continue;
    top.offer(document, score);
    threshold = top.threshold;
  }
}
