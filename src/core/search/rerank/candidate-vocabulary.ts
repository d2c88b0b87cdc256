import { encodeStopWord, type StemGroupStats, NO_GROUP } from './stem-group-stats.js';
import { MAX_WORDS_READ } from './candidate.js';
import type { Clause } from '../scoring/clause.js';
import type { Analyzer } from '../../analysis/analyzer.js';

/**
 * The words of a query's candidates, numbered in the order in which they are met: what is asked of each again and again
 * then lies close together, however many words the index has.
 */
export class CandidateVocabulary {
  /** By number: the word's group. */
  readonly groups = new Uint32Array(MAX_WORDS_READ);
  /** By number: the number of the query's word that it answers, as `AskedWords.slots` has it. */
  readonly slots = new Uint8Array(MAX_WORDS_READ);
  /** Words met. */
  count = 0;
  /** By group: its number, plus one; 0 where it was not met. */
  readonly #numbers: Uint16Array;
  /** By number: how rare the group is; 0 where nobody asked yet. */
  readonly #idf = new Float64Array(MAX_WORDS_READ);

  constructor(private readonly terms: StemGroupStats) {
    this.#numbers = new Uint16Array(terms.size);
  }

  /** Forgets the words of the query before. */
  clear(): void {
    for (let number = 0; number < this.count; number += 1) this.#numbers[this.groups[number] ?? 0] = 0;
    this.count = 0;
  }

  /** The number of a group that was met. */
  numberOf(group: number): number {
    return (this.#numbers[group] ?? 0) - 1;
  }

  /** How rare a word's group is: read of the index when it is asked for, which it is of few. */
  idf(number: number): number {
    const known = this.#idf[number] ?? 0;
    if (known !== 0) return known;
    const idf = this.terms.idf(this.groups[number] ?? 0);
    this.#idf[number] = idf;
    return idf;
  }

  /** Puts numbers in the place of the groups from `start` to `end`; those of stop words stay told apart. */
  setQuery(groups: Int32Array, start: number, end: number, asked: QueryTermSlots): void {
    const numbers = this.#numbers;
    for (let at = start; at < end; at += 1) {
      const told = groups[at] ?? 0;
      const group = told < 0 ? encodeStopWord(told) : told;
      const number = (numbers[group] ?? 0) - 1;
      const known = number < 0 ? this.#add(group, asked) : number;
      groups[at] = told < 0 ? encodeStopWord(known) : known;
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

/** Words of a query that count, stop words among them. */
export const MAX_WORDS = 250;

/** The words of the query at hand by their groups. */
export class QueryTermSlots {
  /** By group: the number of the query's word that it answers, clauses first, from 1; 0 for none. */
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

  /** Takes the words of a query. */
  mapGroups(text: string, clauses: readonly Clause[]): void {
    for (const group of this.#entered) this.slots[group] = 0;
    this.#entered.length = 0;
    const known = new Set<string>();
    for (const [number, { term, variants }] of clauses.entries()) {
      known.add(term);
      // What stands for two words in a row is none of the dictionary.
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
