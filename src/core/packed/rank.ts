import { FIELDS } from '../document.js';
import type { ScorePart } from '../hit.js';
import type { Accumulator, TopK } from './accumulator.js';
import type { PackedIndex } from './packed-index.js';
import type { PostingList } from './postings.js';
import type { Clause } from './query-terms.js';
import { inverseDocumentFrequency } from './score.js';

/** The first ranking stage: BM25 of each field apart, the fields' scores added up. */
export interface RankOptions {
  /** Weight of each field. */
  readonly weights: readonly number[];
  readonly norms: readonly Float32Array[];
  readonly k1: number;
  /** 1 for each document that may be a hit; null: all. */
  readonly mask: Uint8Array | null;
  /** Best hits wanted. */
  readonly k: number;
  /** Never end early: every hit counts. */
  readonly exact: boolean;
  /** Postings left below which no early end is tried; left out: `WORTH_SKIPPING`. */
  readonly worthSkipping?: number;
}

export interface Ranked {
  /** Hits counted: all, or a lower bound. */
  readonly total: number;
  readonly exact: boolean;
}

/** Postings below which an early end saves less than finding out whether it may. */
const WORTH_SKIPPING = 4096;

interface Planned {
  readonly clause: Clause;
  /** By field: lists with their weights. */
  readonly fields: readonly (readonly { readonly list: PostingList; readonly weight: number }[])[];
  readonly idf: number;
  /** No document gets more from this clause. */
  readonly bound: number;
  readonly postings: number;
}

/**
 * Scores the documents that have any of the clauses into `accumulator`; those in the mask go to `top`.
 *
 * Clauses are taken by what they can add, most first. Once the best hits cannot be reached by a document that has only
 * the rest (MaxScore: Turtle and Flood, 1995), the rest is only added to the documents that still can win: the best hits
 * are the same, the number of hits is a lower bound.
 */
export function rankClauses(
  index: PackedIndex,
  clauses: readonly Clause[],
  options: RankOptions,
  work: Work,
): Ranked {
  const plans = clauses.map((clause) => plan(index, clause, options)).sort((a, b) => b.bound - a.bound);
  const bounds = plans.map(({ bound }) => bound);
  let rest = bounds.reduce((sum, bound) => sum + bound, 0);
  let postings = plans.reduce((sum, { postings: more }) => sum + more, 0);
  const worthSkipping = options.worthSkipping ?? WORTH_SKIPPING;
  for (const [at, planned] of plans.entries()) {
    if (at > 0 && !options.exact && postings > worthSkipping) {
      const threshold = kthScore(work, options);
      if (threshold > rest) {
        finish(index, plans.slice(at), { options, work, threshold, rest });
        return { total: collect(work, options), exact: false };
      }
    }
    addClause(index, planned, options, work.accumulator);
    rest -= planned.bound;
    postings -= planned.postings;
  }
  return { total: collect(work, options), exact: true };
}

export interface Work {
  readonly accumulator: Accumulator;
  readonly top: TopK;
  /** A second heap, for the threshold. */
  readonly trial: TopK;
}

function plan(index: PackedIndex, clause: Clause, options: Pick<RankOptions, 'weights' | 'k1'>): Planned {
  const fields: { list: PostingList; weight: number }[][] = [[], [], []];
  const counts = [0, 0, 0];
  let postings = 0;
  for (const { weight, lists } of clause.variants) {
    for (const [field, list] of lists.entries()) {
      if (list === null || options.weights[field] === 0) continue;
      fields[field]?.push({ list, weight });
      counts[field] = (counts[field] ?? 0) + list.count;
      postings += list.count;
    }
  }
  const idf = inverseDocumentFrequency(Math.min(index.size, Math.max(...counts)), index.size);
  let bound = 0;
  for (const [field, lists] of fields.entries()) {
    if (lists.length > 0) bound += idf * (options.weights[field] ?? 1) * (options.k1 + 1);
  }
  return { clause, fields, idf, bound, postings };
}

function addClause(
  index: PackedIndex,
  planned: Planned,
  options: RankOptions,
  accumulator: Accumulator,
): void {
  for (const [field, lists] of planned.fields.entries()) {
    const norms = options.norms[field];
    if (lists.length === 0 || norms === undefined) continue;
    const gain = planned.idf * (options.weights[field] ?? 1) * (options.k1 + 1);
    const only = lists.length === 1 ? lists[0] : undefined;
    if (only !== undefined) addList(index, only, { gain, norms }, accumulator);
    else addUnion(index, lists, { gain, norms }, accumulator);
  }
}

interface FieldScore {
  readonly gain: number;
  readonly norms: Float32Array;
}

function addList(
  { postings }: PackedIndex,
  { list, weight }: { list: PostingList; weight: number },
  { gain, norms }: FieldScore,
  accumulator: Accumulator,
): void {
  const { scores, touched } = accumulator;
  const { documents, frequencies } = postings;
  let count = accumulator.count;
  for (let block = 0; block < list.blocks; block += 1) {
    const size = postings.load(list, block);
    for (let at = 0; at < size; at += 1) {
      const document = documents[at] ?? 0;
      const frequency = (frequencies[at] ?? 0) * weight;
      const before = scores[document] ?? 0;
      if (before === 0) touched[count++] = document;
      scores[document] = before + (gain * frequency) / (frequency + (norms[document] ?? 1));
    }
  }
  accumulator.count = count;
}

/** Several words as one term: their frequencies are added up before they are scored. */
function addUnion(
  { postings }: PackedIndex,
  lists: readonly { readonly list: PostingList; readonly weight: number }[],
  { gain, norms }: FieldScore,
  accumulator: Accumulator,
): void {
  const { scores, touched, united, unitedDocuments } = accumulator;
  const { documents, frequencies } = postings;
  let found = 0;
  for (const { list, weight } of lists) {
    for (let block = 0; block < list.blocks; block += 1) {
      const size = postings.load(list, block);
      for (let at = 0; at < size; at += 1) {
        const document = documents[at] ?? 0;
        const before = united[document] ?? 0;
        if (before === 0) unitedDocuments[found++] = document;
        united[document] = before + (frequencies[at] ?? 0) * weight;
      }
    }
  }
  let count = accumulator.count;
  for (let at = 0; at < found; at += 1) {
    const document = unitedDocuments[at] ?? 0;
    const frequency = united[document] ?? 0;
    united[document] = 0;
    const before = scores[document] ?? 0;
    if (before === 0) touched[count++] = document;
    scores[document] = before + (gain * frequency) / (frequency + (norms[document] ?? 1));
  }
  accumulator.count = count;
}

/** The k-th best score so far; -Infinity where fewer than k documents have one. */
function kthScore({ accumulator, trial }: Work, { mask }: RankOptions): number {
  offerAll(accumulator, trial, mask);
  const threshold = trial.threshold;
  trial.clear();
  return threshold;
}

function offerAll({ scores, touched, count }: Accumulator, top: TopK, mask: Uint8Array | null): number {
  let total = 0;
  let threshold = top.threshold;
  for (let at = 0; at < count; at += 1) {
    const document = touched[at] ?? 0;
    if (mask !== null && mask[document] === 0) continue;
    total += 1;
    const score = scores[document] ?? 0;
    if (score < threshold) continue;
    top.offer(document, score);
    threshold = top.threshold;
  }
  return total;
}

/** Offers every scored document of the mask; returns how many there are. */
function collect({ accumulator, top }: Work, { mask }: RankOptions): number {
  return offerAll(accumulator, top, mask);
}

interface Finish {
  readonly options: RankOptions;
  readonly work: Work;
  readonly threshold: number;
  readonly rest: number;
}

/** Adds the remaining clauses to the documents that can still reach the threshold, and to no other. */
function finish(
  index: PackedIndex,
  plans: readonly Planned[],
  { options, work, threshold, rest }: Finish,
): void {
  const { scores, touched, count } = work.accumulator;
  const candidates: number[] = [];
  for (let at = 0; at < count; at += 1) {
    const document = touched[at] ?? 0;
    if (options.mask !== null && options.mask[document] === 0) continue;
    if ((scores[document] ?? 0) + rest >= threshold) candidates.push(document);
  }
  candidates.sort((a, b) => a - b);
  for (const planned of plans) {
    for (const [field, lists] of planned.fields.entries()) {
      const norms = options.norms[field];
      if (lists.length === 0 || norms === undefined) continue;
      const gain = planned.idf * (options.weights[field] ?? 1) * (options.k1 + 1);
      // As exact as where nothing is skipped, so that a score does not depend on it: `addList` and `addUnion`.
      const frequencies =
        lists.length === 1 ? new Float64Array(candidates.length) : new Float32Array(candidates.length);
      for (const { list, weight } of lists) addFrequencies(index, list, { candidates, frequencies, weight });
      for (const [at, document] of candidates.entries()) {
        const frequency = frequencies[at] ?? 0;
        if (frequency > 0) {
          scores[document] =
            (scores[document] ?? 0) + (gain * frequency) / (frequency + (norms[document] ?? 1));
        }
      }
    }
  }
}

interface Lookup {
  /** Ascending. */
  readonly candidates: readonly number[];
  readonly frequencies: Float32Array | Float64Array;
  readonly weight: number;
}

/** Looks candidates up in a list, loading only the blocks that may hold one. */
function addFrequencies({ postings }: PackedIndex, list: PostingList, lookup: Lookup): void {
  const { candidates, frequencies, weight } = lookup;
  let block = 0;
  let loaded = -1;
  let size = 0;
  let place = 0;
  for (const [at, document] of candidates.entries()) {
    while (block < list.blocks - 1 && postings.last(list, block) < document) block += 1;
    if (loaded !== block) {
      size = postings.load(list, block);
      loaded = block;
      place = 0;
    }
    while (place < size && (postings.documents[place] ?? 0) < document) place += 1;
    if (place < size && postings.documents[place] === document) {
      frequencies[at] = (frequencies[at] ?? 0) + (postings.frequencies[place] ?? 0) * weight;
    }
  }
}

/** What each clause adds to a document's score in each field, the greatest first: the parts add up to the score. */
export function explainScore(
  index: PackedIndex,
  clauses: readonly Clause[],
  options: Pick<RankOptions, 'weights' | 'norms' | 'k1'>,
  document: number,
): ScorePart[] {
  const parts: ScorePart[] = [];
  for (const clause of clauses) {
    const planned = plan(index, clause, options);
    for (const [field, lists] of planned.fields.entries()) {
      const frequencies = new Float32Array(1);
      for (const { list, weight } of lists)
        addFrequencies(index, list, { candidates: [document], frequencies, weight });
      const frequency = frequencies[0] ?? 0;
      if (frequency === 0) continue;
      const gain = planned.idf * (options.weights[field] ?? 1) * (options.k1 + 1);
      const norm = options.norms[field]?.[document] ?? 1;
      parts.push({
        part: `${FIELDS[field]}: ${clause.term}`,
        score: (gain * frequency) / (frequency + norm),
      });
    }
  }
  return parts.sort((a, b) => b.score - a.score);
}
