import type { Candidate } from './candidate.js';
import type { QueryWords } from './query-words.js';

/** Words apart from which two words of the query do not belong together any more; stop words are not counted. */
const WINDOW = 6;

/**
 * How close words of the query stand together in a candidate's title and answer, 0 to 1: of each pair of different words
 * that follow one another within the window the lesser weight, divided by their distance, added up and saturated by what
 * all words weigh (after Rasolofo and Savoy, Term Proximity Scoring for Keyword-Based Retrieval Systems, ECIR 2003).
 * `weights`: of each clause.
 */
export function proximity(
  { groups, end }: Candidate,
  { slots, clauses }: QueryWords,
  weights: readonly number[],
): number {
  let close = 0;
  let all = 0;
  for (const weight of weights) all += weight;
  let last = 0;
  let lastAt = -WINDOW;
  for (let at = 0; at < end; at += 1) {
    const group = groups[at] ?? 0;
    const slot = group < 0 ? 0 : (slots[group] ?? 0);
    if (slot === 0 || slot > clauses) continue;
    if (slot !== last && at - lastAt < WINDOW)
      close += Math.min(weights[slot - 1] ?? 0, weights[last - 1] ?? 0) / (at - lastAt);
    last = slot;
    lastAt = at;
  }
  return close === 0 ? 0 : close / (close + all);
}
