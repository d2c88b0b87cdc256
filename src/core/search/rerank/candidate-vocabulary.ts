import { encodeStopWord, type StemGroupStats } from './stem-group-stats.js';
import { MAX_WORDS_READ } from './candidate.js';
import type { QueryTermSlots } from './query-term-slots.js';

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
