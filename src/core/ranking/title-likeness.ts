import type { PackedIndex } from '../packed/packed-index.js';
import { asStopWord, type TermGroups } from '../packed/term-groups.js';
import type { RankingWeights } from '../settings.js';
import type { Candidate } from './candidate.js';
import { MOST_WORDS, type QueryWords } from './query-words.js';
import { beginningShare } from './title.js';

/** What a query asks, as titles are compared with it. */
export interface Asked {
  /** Of `lettersOf`. */
  readonly letters: string;
  readonly words: QueryWords;
  /** Idf of each clause, and all of them. */
  readonly weights: readonly number[];
  readonly weight: number;
}

/** Tells how far titles ask what a query asks. */
export class TitleLikeness {
  /** By number of the query's word: whether the title at hand has it. */
  readonly #seen = new Uint8Array(MOST_WORDS + 1);

  constructor(
    private readonly index: PackedIndex,
    private readonly terms: TermGroups,
    private readonly settings: RankingWeights,
  ) {}

  /** What a candidate's title counts, in shares of what the query's words weigh. */
  of({ document, groups, answerStart }: Candidate, { letters, weights, weight, words }: Asked): number {
    const { sameTitle, sameWords, sameBeginning } = this.settings;
    const seen = this.#seen.fill(0, 0, words.count + 1);
    let shared = 0;
    let sharedWeight = 0;
    let others = 0;
    let othersWeight = 0;
    for (let at = 0; at < answerStart; at += 1) {
      const told = groups[at] ?? 0;
      const group = told < 0 ? asStopWord(told) : told;
      const slot = words.slots[group] ?? 0;
      if (slot === 0 || seen[slot] === 0) {
        if (slot === 0) others += 1;
        else shared += 1;
        if (slot > 0 && slot <= weights.length) sharedWeight += weights[slot - 1] ?? 0;
        else if (told >= 0) othersWeight += this.terms.idf[group] ?? 0;
      }
      seen[slot] = 1;
    }
    const title = sharedWeight === 0 ? 0 : sharedWeight / (weight + othersWeight);
    const plain = shared === 0 ? 0 : shared / (words.count + others);
    const begins = beginningShare(this.index.documents.head(document).title, letters);
    return (
      sameTitle * title * title * title * title +
      sameWords * plain * plain * plain +
      sameBeginning * begins * begins
    );
  }
}
