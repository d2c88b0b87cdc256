import type { PackedIndex } from '../../index/index-reader.js';
import { asStopWord } from './stem-group-stats.js';
import type { RankingWeights } from '../../model/settings.js';
import type { Candidate } from './candidate.js';
import type { CandidateWords } from './candidate-vocabulary.js';
import { MOST_WORDS, type AskedWords } from './query-term-slots.js';
import { beginningShare } from './title-prefix.js';

/** What a query asks, as titles are compared with it. */
export interface Asked {
  /** Of `lettersOf`. */
  readonly letters: string;
  readonly words: AskedWords;
  /** Idf of each clause, and all of them. */
  readonly weights: readonly number[];
  readonly weight: number;
}

/** Tells how far titles ask what a query asks. */
export class TitleLikeness {
  /** By number of the query's word: the last title that has it, in the order in which they are looked at, from 1. */
  readonly #seen = new Float64Array(MOST_WORDS + 1);
  #titles = 0;

  constructor(
    private readonly index: PackedIndex,
    private readonly known: CandidateWords,
    private readonly settings: RankingWeights,
  ) {}

  /** What a candidate's title counts, in shares of what the query's words weigh. */
  of({ document, words, start, answerStart }: Candidate, asked: Asked): number {
    const { sameTitle, sameWords, sameBeginning } = this.settings;
    const { letters, weights, weight } = asked;
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
      const word = told < 0 ? asStopWord(told) : told;
      const slot = slots[word] ?? 0;
      if (slot === 0 || seen[slot] !== now) {
        if (slot === 0) others += 1;
        else shared += 1;
        if (slot > 0 && slot <= weights.length) sharedWeight += weights[slot - 1] ?? 0;
        else if (told >= 0) othersWeight += this.known.idfOf(word);
      }
      seen[slot] = now;
    }
    const title = sharedWeight === 0 ? 0 : sharedWeight / (weight + othersWeight);
    const plain = shared === 0 ? 0 : shared / (asked.words.count + others);
    const begins = beginningShare(this.index.documents.head(document).title, letters);
    return (
      sameTitle * title * title * title * title +
      sameWords * plain * plain * plain +
      sameBeginning * begins * begins
    );
  }
}
