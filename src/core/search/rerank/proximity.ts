import type { Candidate } from './candidate.js';
import type { CandidateVocabulary } from './candidate-vocabulary.js';

/** Words apart from which two words of the query do not belong together any more; stop words are not counted. */
const WINDOW = 6;

/**
 * How close words of the query stand together in a candidate's title and answer, 0 to 1: of each pair of different words
 * that follow one another within the window the lesser weight, divided by their distance, added up and saturated by what
 * all words weigh (after Rasolofo and Savoy, Term Proximity Scoring for Keyword-Based Retrieval Systems, ECIR 2003).
 * `weights`: of each clause.
 */
export function proximity(
  { words, start, end }: Candidate,
  { slots }: CandidateVocabulary,
  weights: readonly number[],
): number {
  let close = 0;
  let all = 0;
  for (const weight of weights) all += weight;
  let last = 0;
  let lastAt = start - WINDOW;
  for (let at = start; at < end; at += 1) {
    const word = words[at] ?? 0;
    const slot = word < 0 ? 0 : (slots[word] ?? 0);
    if (slot === 0 || slot > weights.length) continue;
    if (slot !== last && at - lastAt < WINDOW)
      close += Math.min(weights[slot - 1] ?? 0, weights[last - 1] ?? 0) / (at - lastAt);
    last = slot;
    lastAt = at;
  }
  return close === 0 ? 0 : close / (close + all);
}
