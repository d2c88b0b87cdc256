import type { PackedIndex } from '../../index/index-reader.js';
import { encodeStopWord } from './stem-group-stats.js';
import type { RankingWeights } from '../../model/settings.js';
import type { Candidate } from './candidate.js';
import { type CandidateVocabulary, MAX_WORDS, type QueryTermSlots } from './candidate-vocabulary.js';
import { prefixShare } from './title-prefix.js';

/** What a query asks, as titles are compared with it. */
export interface RerankQuery {
  /** Of `titleKey`. */
  readonly titleKey: string;
  readonly words: QueryTermSlots;
  /** Idf of each clause, and all of them. */
  readonly weights: readonly number[];
  readonly weight: number;
}

/** Tells how far titles ask what a query asks. */
export class TitleSimilarity {
  /** By number of the query's word: the last title that has it, in the order in which they are looked at, from 1. */
  readonly #seen = new Float64Array(MAX_WORDS + 1);
  #titles = 0;

  constructor(
    private readonly index: PackedIndex,
    private readonly known: CandidateVocabulary,
    private readonly settings: RankingWeights,
  ) {}

  /** What a candidate's title counts, in shares of what the query's words weigh. */
  score({ document, words, start, answerStart }: Candidate, asked: RerankQuery): number {
    const { sameTitle, sameWords, sameBeginning } = this.settings;
    const { titleKey, weights, weight } = asked;
    const { slots } = this.known;
    const seen = this.#seen;
    this.#titles += 1;
    const now = this.#titles;
    let shared = 0;
    let sharedWeight = 0;
    let others = 0;
    let othersWeight = 0;
    for (let at = start; at < answerStart; at += 1) {
      const told = words[at] ?? 0;
      const word = told < 0 ? encodeStopWord(told) : told;
      const slot = slots[word] ?? 0;
      if (slot === 0 || seen[slot] !== now) {
        if (slot === 0) others += 1;
        else shared += 1;
        if (slot > 0 && slot <= weights.length) sharedWeight += weights[slot - 1] ?? 0;
        else if (told >= 0) othersWeight += this.known.idf(word);
      }
      seen[slot] = now;
    }
    const title = sharedWeight === 0 ? 0 : sharedWeight / (weight + othersWeight);
    const plain = shared === 0 ? 0 : shared / (asked.words.count + others);
    const begins = prefixShare(this.index.documents.head(document).title, titleKey);
    return (
      sameTitle * title * title * title * title + sameWords * plain * plain * plain + sameBeginning * begins * begins
    );
  }
}

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
