import { FIELDS, type Field } from '../../model/document.js';
import type { ScorePart } from '../../model/search-response.js';
import type { Accumulator } from './top-k.js';
import { PostingsCursor, PostingBlock } from '../../index/postings/postings-cursor.js';
import { fuzzyTerms } from '../../index/terms/fuzzy-search.js';
import type { PackedIndex } from '../../index/index-reader.js';
import type { TermLists } from '../../index/postings/postings-reader.js';
import { inverseDocumentFrequency, lengthNorms } from './bm25.js';

/** The search options of MiniSearch 7.2 that change the ranking, with its names and meanings. */
export interface MiniSearchRanking {
  readonly boost: Readonly<Record<Field, number>>;
  readonly combineWith: 'OR' | 'AND';
  /** Whether a term also matches the words that begin with it. */
  readonly prefix: (term: string, at: number, terms: readonly string[]) => boolean;
  /** Edits allowed: below 1 a share of the term's length, from 1 on a number of edits; false for none. */
  readonly fuzzy: (term: string, at: number, terms: readonly string[]) => number | false;
  /** Weight of a term, above 0. Default: 1. */
  readonly boostTerm?: (term: string) => number;
}

/** MiniSearch's default options: any term, exact matches only, all fields alike. */
export const MINISEARCH_DEFAULTS: MiniSearchRanking = {
  boost: { title: 1, answer: 1, keywords: 1 },
  combineWith: 'OR',
  prefix: () => false,
  fuzzy: () => false,
};

/** MiniSearch's defaults: `bm25`, `weights` and `maxFuzzy`. */
const K = 1.2;
const B = 0.7;
const DELTA = 0.5;
const PREFIX_WEIGHT = 0.375;
const FUZZY_WEIGHT = 0.45;
const MAX_FUZZY = 6;

export interface MiniSearchWork {
  readonly ranking: MiniSearchRanking;
  readonly accumulator: Accumulator;
  /** Called with every hit, in no order. */
  readonly visit: (document: number, score: number) => void;
  /** Of `miniSearchNorms`. */
  readonly norms: readonly Float32Array[];
}

/** Returns MiniSearch's length norms. Its field lengths count distinct terms. */
export function miniSearchNorms(index: PackedIndex): Float32Array[] {
  return lengthNorms(index.distinctTerms, index.meta.distinct, { k1: K, b: B });
}

/**
 * Scores as MiniSearch does: the sum of BM25+ over every word and field, times the number of distinct query terms that
 * the document has.
 */
export function scoreMiniSearch(index: PackedIndex, terms: readonly string[], work: MiniSearchWork): void {
  const { accumulator, ranking, visit, norms } = work;
  const all = ranking.combineWith === 'AND';
  const numbers = new Map<string, number>();
  for (const term of terms) if (!numbers.has(term)) numbers.set(term, numbers.size + 1);
  // Repeated terms are scored in a row, so that a document counts each term once.
  const order = [...terms.keys()].sort(
    (a, b) => (numbers.get(terms[a] ?? '') ?? 0) - (numbers.get(terms[b] ?? '') ?? 0),
  );
  for (const [position, at] of order.entries()) {
    const term = terms[at] ?? '';
    const options = { prefix: ranking.prefix(term, at, terms), fuzzy: ranking.fuzzy(term, at, terms) };
    const number = numbers.get(term) ?? 0;
    const counts = ranking.boostTerm?.(term) ?? 1;
    for (const { word, weight } of expand(index, term, options)) {
      const lists = index.lists.lists(word);
      addWord(index, lists, {
        weight: weight * counts,
        norms,
        ranking,
        number,
        required: all ? position : -1,
        accumulator,
      });
    }
  }
  const { scores, touched, matched, count } = accumulator;
  for (let at = 0; at < count; at += 1) {
    const document = touched[at] ?? 0;
    const found = matched[document] ?? 0;
    if (all && found < terms.length) continue;
    visit(document, (scores[document] ?? 0) * (all ? numbers.size : found));
  }
}

function expand(
  index: PackedIndex,
  term: string,
  options: { readonly prefix: boolean; readonly fuzzy: number | false },
): { word: number; weight: number }[] {
  const expanded: { word: number; weight: number }[] = [];
  const exact = index.words.find(term);
  if (exact >= 0) expanded.push({ word: exact, weight: 1 });
  const completed = new Set<number>();
  if (options.prefix) {
    const [from, to] = index.words.prefixRange(term);
    for (let word = from; word < to; word += 1) {
      const length = index.words.get(word).length;
      const distance = length - term.length;
      if (distance === 0) continue;
      completed.add(word);
      expanded.push({ word, weight: (PREFIX_WEIGHT * length) / (length + 0.3 * distance) });
    }
  }
  if (options.fuzzy !== false && options.fuzzy > 0) {
    const { fuzzy } = options;
    const maxDistance = fuzzy < 1 ? Math.min(MAX_FUZZY, Math.round(term.length * fuzzy)) : fuzzy;
    const found = maxDistance > 0 ? fuzzyTerms(index.words, term, { maxDistance }) : [];
    for (const { index: word, distance } of found) {
      if (distance === 0 || completed.has(word)) continue;
      const length = index.words.get(word).length;
      expanded.push({ word, weight: (FUZZY_WEIGHT * length) / (length + distance) });
    }
  }
  return expanded;
}

interface WordWork {
  readonly weight: number;
  readonly norms: readonly Float32Array[];
  readonly ranking: MiniSearchRanking;
  /** Number of the distinct term, from 1. */
  readonly number: number;
  /** For `AND`, the number of terms scored before this one, including repeated ones; else -1. */
  readonly required: number;
  readonly accumulator: Accumulator;
}

function addWord({ postings, size }: PackedIndex, lists: TermLists, work: WordWork): void {
  const { accumulator, number, required } = work;
  const { scores, touched, matched, lastTerm } = accumulator;
  for (const [field, list] of lists.entries()) {
    const name = FIELDS[field];
    const norms = work.norms[field];
    if (list === null || name === undefined || norms === undefined) continue;
    const gain = work.weight * (work.ranking.boost[name] || 1) * inverseDocumentFrequency(list.count, size);
    for (let block = 0; block < list.blocks; block += 1) {
      const count = postings.load(list, block);
      for (let at = 0; at < count; at += 1) {
        const document = postings.documents[at] ?? 0;
        const frequency = postings.frequencies[at] ?? 0;
        const before = scores[document] ?? 0;
        if (before === 0) touched[accumulator.count++] = document;
        if (required >= 0) {
          // A document counts on only if it has all terms so far.
          if (matched[document] === required) matched[document] = required + 1;
        } else if (lastTerm[document] !== number) {
          lastTerm[document] = number;
          matched[document] = (matched[document] ?? 0) + 1;
        }
        scores[document] = before + gain * bm25PlusTf(frequency, norms[document] ?? 1);
      }
    }
  }
}

/** BM25+'s saturation of a frequency. */
function bm25PlusTf(frequency: number, norm: number): number {
  return DELTA + (frequency * (K + 1)) / (frequency + norm);
}

/**
 * Returns the parts of a document's score by term and field, the greatest first, for `MINISEARCH_DEFAULTS`. Each part
 * is multiplied by the number of terms that the document has. `terms` maps a term to its weight.
 */
export function explainMiniSearch(
  index: PackedIndex,
  terms: ReadonlyMap<string, number>,
  { document, norms }: { readonly document: number; readonly norms: readonly Float32Array[] },
): ScorePart[] {
  const parts: ScorePart[] = [];
  let matched = 0;
  for (const [term, count] of terms) {
    const word = index.words.find(term);
    const before = parts.length;
    for (const [field, list] of (word < 0 ? [] : index.lists.lists(word)).entries()) {
      if (list === null) continue;
      const frequency = new PostingsCursor(index.postings, list, new PostingBlock()).frequencyIn(document);
      if (frequency === 0) continue;
      const gain = count * inverseDocumentFrequency(list.count, index.size);
      const score = gain * bm25PlusTf(frequency, norms[field]?.[document] ?? 1);
      parts.push({ part: `${FIELDS[field]}: ${term}`, score });
    }
    if (parts.length > before) matched += 1;
  }
  return parts.map(({ part, score }) => ({ part, score: score * matched })).sort((a, b) => b.score - a.score);
}
