import type { Highlight } from './highlight.js';

/** Returns how much a passage repeats the title, 0 to 1. */
type RepeatsTitle = (start: number, end: number) => number;

/**
 * Scores the passages of one answer and picks the best. A passage is an index into arrays, which are reused for all
 * answers. Whether it repeats the title, which means reading text, is computed only if it is the best apart from that.
 */
export class PassageScorer {
  readonly starts: number[] = [];
  readonly ends: number[] = [];
  /** By passage: the weight of its words, the factor for its position and kind, and how much it repeats the title. */
  readonly #weights: number[] = [];
  readonly #boosts: number[] = [];
  readonly #repeats: number[] = [];
  #count = 0;
  readonly #terms = new PassageTerms();

  #marks: readonly Highlight[] = [];
  #repeatsTitle: RepeatsTitle = NEVER;

  /** Starts an answer, without passages. */
  begin(marks: readonly Highlight[], repeatsTitle: RepeatsTitle): void {
    this.#marks = marks;
    this.#repeatsTitle = repeatsTitle;
    this.#count = 0;
  }

  /** Adds a passage, with a factor for its position and kind. A passage without a whole match is ignored. */
  add(start: number, end: number, boost: number): void {
    this.#terms.read(this.#marks, start, end);
    const weight = this.#terms.weight;
    if (weight * boost <= 0) return;
    const at = this.#count;
    this.starts[at] = start;
    this.ends[at] = end;
    this.#weights[at] = weight;
    this.#boosts[at] = boost;
    this.#repeats[at] = NOT_COMPUTED;
    this.#count += 1;
  }

  /** Returns at most `count` passages: the best, then the best that has a further word and overlaps none before it. */
  best(count: number): number[] {
    const chosen: number[] = [];
    const seen: number[] = [];
    while (chosen.length < count) {
      const best = this.#next(chosen, seen);
      if (best < 0) break;
      chosen.push(best);
      if (chosen.length === count) break;
      this.#read(best);
      this.#terms.addTo(seen);
      if (this.#marks.every(({ word }) => seen.includes(word))) break;
    }
    return chosen;
  }

  /** Returns the best passage by its words that are not in `seen`, or -1 if there is none. */
  #next(chosen: readonly number[], seen: readonly number[]): number {
    let best = -1;
    let bestScore = 0;
    for (let at = 0; at < this.#count; at += 1) {
      if ((this.#weights[at] ?? 0) * (this.#boosts[at] ?? 0) <= bestScore) continue;
      if (this.#overlapsAny(at, chosen)) continue;
      const share = seen.length === 0 ? 1 : this.#unseen(at, seen);
      const score = this.#score(at) * share;
      if (score <= bestScore) continue;
      best = at;
      bestScore = score;
    }
    return best;
  }

  #score(at: number): number {
    let repeats = this.#repeats[at] ?? 0;
    if (repeats === NOT_COMPUTED) {
      repeats = this.#repeatsTitle(this.starts[at] ?? 0, this.ends[at] ?? 0);
      this.#repeats[at] = repeats;
    }
    return (this.#weights[at] ?? 0) * ((this.#boosts[at] ?? 0) * (1 - 0.5 * repeats));
  }

  #unseen(at: number, seen: readonly number[]): number {
    this.#read(at);
    return this.#terms.unseenRatio(seen);
  }

  #read(at: number): void {
    this.#terms.read(this.#marks, this.starts[at] ?? 0, this.ends[at] ?? 0);
  }

  #overlapsAny(at: number, others: readonly number[]): boolean {
    const { starts, ends } = this;
    for (const other of others)
      if ((starts[other] ?? 0) < (ends[at] ?? 0) && (starts[at] ?? 0) < (ends[other] ?? 0)) return true;
    return false;
  }
}

const NOT_COMPUTED = -1;

const NEVER: RepeatsTitle = () => 0;

/** Returns the index of the first mark that starts at `start` or later. */
export function lowerBound(marks: readonly Highlight[], start: number): number {
  let low = 0;
  let high = marks.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((marks[middle]?.start ?? 0) < start) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Weight of a word's further occurrences in a passage, relative to the first. */
const REPEAT_WEIGHT = 0.15;

/** The query's words in one passage. Reused for all passages of an answer. */
class PassageTerms {
  readonly #words: number[] = [];
  readonly #weights: number[] = [];
  #count = 0;

  read(marks: readonly Highlight[], start: number, end: number): void {
    this.#count = 0;
    for (let at = lowerBound(marks, start); at < marks.length; at += 1) {
      const mark = marks[at];
      if (mark === undefined || mark.end > end) break;
      this.#add(mark);
    }
  }

  #add({ word, weight }: Highlight): void {
    let slot = 0;
    while (slot < this.#count && this.#words[slot] !== word) slot += 1;
    if (slot < this.#count) {
      this.#weights[slot] = (this.#weights[slot] ?? 0) + REPEAT_WEIGHT * weight;
    } else {
      this.#words[slot] = word;
      this.#weights[slot] = weight;
      this.#count += 1;
    }
  }

  get weight(): number {
    let sum = 0;
    for (let slot = 0; slot < this.#count; slot += 1) sum += this.#weights[slot] ?? 0;
    return sum;
  }

  /** Adds the passage's words to `words`, each once. */
  addTo(words: number[]): void {
    for (let slot = 0; slot < this.#count; slot += 1) {
      const word = this.#words[slot] ?? 0;
      if (!words.includes(word)) words.push(word);
    }
  }

  /** The share of the passage's words that is not in `words`. */
  unseenRatio(words: readonly number[]): number {
    let known = 0;
    for (let slot = 0; slot < this.#count; slot += 1) if (words.includes(this.#words[slot] ?? 0)) known += 1;
    return 1 - known / this.#count;
  }
}
