import type { Clause } from '../scoring/clause.js';
import type { Analyzer } from '../../analysis/analyzer.js';
import { NO_GROUP, type StemGroupStats } from './stem-group-stats.js';

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
