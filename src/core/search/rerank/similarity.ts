import { titleKey } from '../../analysis/character-classes.js';
import type { PackedIndex } from '../../index/index-reader.js';
import { encodeStopWord } from './stem-group-stats.js';
import type { RankingWeights } from '../../model/settings.js';
import { type CandidateVocabulary, MAX_WORDS, type QueryTermSlots, type Candidate } from './candidate-vocabulary.js';

/** A query, as titles are compared with it. */
export interface RerankQuery {
  /** The query's text as `titleKey` gives it. */
  readonly titleKey: string;
  readonly words: QueryTermSlots;
  /** The idf of each clause, and their sum. */
  readonly weights: readonly number[];
  readonly weight: number;
}

/** Scores how well titles match a query. */
export class TitleSimilarity {
  /** By number of the query's word: the number of the last title that has it. */
  readonly #seen = new Float64Array(MAX_WORDS + 1);
  #titles = 0;

  constructor(
    private readonly index: PackedIndex,
    private readonly known: CandidateVocabulary,
    private readonly settings: RankingWeights,
  ) {}

  /** Returns the score of a candidate's title, relative to the weight of the query. */
  score({ document, words, start, answerStart }: Candidate, query: RerankQuery): number {
    const { sameTitle, sameWords, sameBeginning } = this.settings;
    const { titleKey, weights, weight } = query;
    const { slots } = this.known;
    const seen = this.#seen;
    this.#titles += 1;
    const now = this.#titles;
    let shared = 0;
    let sharedWeight = 0;
    let others = 0;
    let othersWeight = 0;
    for (let at = start; at < answerStart; at += 1) {
      const encoded = words[at] ?? 0;
      const word = encoded < 0 ? encodeStopWord(encoded) : encoded;
      const slot = slots[word] ?? 0;
      if (slot === 0 || seen[slot] !== now) {
        if (slot === 0) others += 1;
        else shared += 1;
        if (slot > 0 && slot <= weights.length) sharedWeight += weights[slot - 1] ?? 0;
        else if (encoded >= 0) othersWeight += this.known.idf(word);
      }
      seen[slot] = now;
    }
    const title = sharedWeight === 0 ? 0 : sharedWeight / (weight + othersWeight);
    const plain = shared === 0 ? 0 : shared / (query.words.count + others);
    const begins = prefixShare(this.index.documents.head(document).title, titleKey);
    return (
      sameTitle * title * title * title * title + sameWords * plain * plain * plain + sameBeginning * begins * begins
    );
  }
}

/** Two words of the query count as close if they are less than this number of words apart, not counting stop words. */
const WINDOW = 6;

/**
 * Returns how close the query's words are to one another in a candidate's title and answer, 0 to 1. Each pair of
 * different consecutive words within the window adds the lesser weight divided by the distance; the sum saturates by
 * the weight of all words (after Rasolofo and Savoy, Term Proximity Scoring for Keyword-Based Retrieval Systems, ECIR
 * 2003). `weights` are those of the clauses.
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

/**
 * Returns the share of a title that a query's letters are (see `titleKey`), or 0 if the title does not begin with them.
 * ASCII titles are compared without computing their key, because most differ in the first letters.
 */
function prefixShare(title: string, letters: string): number {
  if (letters === '') return 0;
  let matched = 0;
  let more = 0;
  for (let at = 0; at < title.length; at += 1) {
    let unit = title.charCodeAt(at);
    if (unit >= 128) return prefixShareOf(titleKey(title), letters);
    if (unit >= 65 && unit <= 90) unit += 32;
    else if (!((unit >= 97 && unit <= 122) || (unit >= 48 && unit <= 57))) continue;
    if (matched === letters.length) more += 1;
    else if (letters.charCodeAt(matched) === unit) matched += 1;
    else return 0;
  }
  return matched === letters.length ? matched / (matched + more) : 0;
}

function prefixShareOf(title: string, letters: string): number {
  return title.startsWith(letters) ? letters.length / title.length : 0;
}
