import type { SearchOptions } from '../../src/client/index.js';

export interface VariedQuery {
  readonly q: string;
  readonly options: SearchOptions;
  /** Whether answers have to be read to tell what it finds: phrases, two words in one. */
  readonly readsAnswers: boolean;
}

/** A number from 0 to below `below`. */
export function chance(seed: number): (below: number) => number;

export function variedQueries(from: {
  readonly titles: readonly string[];
  readonly subjects: readonly string[];
  readonly count: number;
  readonly seed?: number;
}): VariedQuery[];
