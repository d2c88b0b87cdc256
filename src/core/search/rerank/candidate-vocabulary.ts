import { encodeStopWord, type StemGroupStats, NO_GROUP } from './stem-group-stats.js';
import type { Clause } from '../scoring/clause.js';
import type { Analyzer } from '../../analysis/analyzer.js';

/**
 * Numbers the words of a query's candidates in order of first occurrence. Data about them is then close together in
 * memory, however many words the index has.
 */
export class CandidateVocabulary {
  /** By number: the word's stem group. */
  readonly groups = new Uint32Array(MAX_WORDS_READ);
  /** By number: the query's word that it matches, as in `QueryTermSlots.slots`. */
  readonly slots = new Uint8Array(MAX_WORDS_READ);
  count = 0;
  /** By group: its number plus 1; 0 if it has none. */
  readonly #numbers: Uint16Array;
  /** By number: the group's idf; 0 if it is not computed yet. */
  readonly #idf = new Float64Array(MAX_WORDS_READ);

  constructor(private readonly terms: StemGroupStats) {
    this.#numbers = new Uint16Array(terms.size);
  }

  clear(): void {
    for (let number = 0; number < this.count; number += 1) this.#numbers[this.groups[number] ?? 0] = 0;
    this.count = 0;
  }

  /** Returns the number of a group, or -1. */
  numberOf(group: number): number {
    return (this.#numbers[group] ?? 0) - 1;
  }

  /** Returns the idf of a word's group. It is computed on demand, since only a few words need it. */
  idf(number: number): number {
    const known = this.#idf[number] ?? 0;
    if (known !== 0) return known;
    const idf = this.terms.idf(this.groups[number] ?? 0);
    this.#idf[number] = idf;
    return idf;
  }

  /**
   * Replaces the groups from `start` to `end` by numbers. Groups of stop words, which are encoded below 0, remain so.
   */
  setQuery(groups: Int32Array, start: number, end: number, query: QueryTermSlots): void {
    const numbers = this.#numbers;
    for (let at = start; at < end; at += 1) {
      const encoded = groups[at] ?? 0;
      const group = encoded < 0 ? encodeStopWord(encoded) : encoded;
      const known = (numbers[group] ?? 0) - 1;
      const number = known < 0 ? this.#add(group, query) : known;
      groups[at] = encoded < 0 ? encodeStopWord(number) : number;
    }
  }

  #add(group: number, { slots }: QueryTermSlots): number {
    const number = this.count;
    this.groups[number] = group;
    this.#idf[number] = 0;
    this.slots[number] = slots[group] ?? 0;
    this.count += 1;
    this.#numbers[group] = this.count;
    return number;
  }
}

/** Words of a query, including stop words, that are compared with candidates. */
export const MAX_WORDS = 250;

/** The current query's words by their stem groups. */
export class QueryTermSlots {
  /** By group: the number (from 1, clauses first) of the query's word that it matches; 0 for none. */
  readonly slots: Uint8Array;
  /** Distinct words of the query. */
  count = 0;
  readonly #entered: number[] = [];

  constructor(
    private readonly terms: StemGroupStats,
    private readonly analyzer: Analyzer,
  ) {
    this.slots = new Uint8Array(terms.size);
  }

  /** Replaces the words by those of a query. */
  mapGroups(text: string, clauses: readonly Clause[]): void {
    for (const group of this.#entered) this.slots[group] = 0;
    this.#entered.length = 0;
    const known = new Set<string>();
    for (const [number, { term, variants }] of clauses.entries()) {
      known.add(term);
      // A phrase variant has no word number.
      for (const { word } of variants) if (word >= 0) this.#enter(this.terms.groupOfWord(word), number + 1);
    }
    this.count = clauses.length;
    for (const term of this.analyzer.terms(text)) {
      if (known.has(term) || this.count >= MAX_WORDS) continue;
      known.add(term);
      const group = this.terms.groupOf(term);
      if (group !== NO_GROUP && (this.slots[group] ?? 0) > 0) continue;
      this.count += 1;
      if (group !== NO_GROUP) this.#enter(group, this.count);
    }
  }

  #enter(group: number, slot: number): void {
    if (this.slots[group] === 0) this.#entered.push(group);
    this.slots[group] = slot;
  }
}

/** One of the first stage's best hits, with the words that the second stage reads. */
export interface Candidate {
  readonly document: number;
  /** The first stage's score, above 0. */
  readonly score: number;
  /**
   * The words of all candidates, by number in `CandidateVocabulary`. This candidate's title is from `start` to
   * `answerStart`, the beginning of its answer from there to `end`. Stop words of the title are encoded as numbers
   * below 0.
   */
  readonly words: Int32Array;
  readonly start: number;
  readonly answerStart: number;
  readonly end: number;
}

/** Tokens that are read of a title and of an answer. */
export const MAX_TITLE_TOKENS = 64;
export const MAX_ANSWER_TOKENS = 128;
/** Hits of the first stage that are reranked. */
export const MAX_CANDIDATES = 20;
/** Words of all candidates together, at most. */
export const MAX_WORDS_READ = MAX_CANDIDATES * (MAX_TITLE_TOKENS + MAX_ANSWER_TOKENS);
