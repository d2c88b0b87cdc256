import type { SearchOptions } from '../../src/client/index.js';

export interface VariedQuery {
  readonly q: string;
  readonly options: SearchOptions;
  /** Whether the search reads answers, as for phrases and joined words. */
  readonly readsAnswers: boolean;
}

/** An integer from 0 to `below` - 1. */
export function chance(seed: number): (below: number) => number;

export function variedQueries(from: {
  readonly titles: readonly string[];
  readonly subjects: readonly string[];
  readonly count: number;
  readonly seed?: number;
}): VariedQuery[];
