import type { Highlight } from './highlight.js';

/** How much of a passage the title already says, 0 to 1. */
type RepeatsTitle = (start: number, end: number) => number;

/**
 * The passages of one answer that may be shown, with what each is worth. An answer has many, of which a few are shown: they
 * are numbers in lists, which serve one answer after another; and what takes reading the text is asked of those alone that
 * are the best but for it.
 */
export class PassageScorer {
  readonly starts: number[] = [];
  readonly ends: number[] = [];
  /** By passage: the weight of its words; what that counts for its place and kind; how much of it the title says. */
  readonly #weights: number[] = [];
  readonly #boosts: number[] = [];
  readonly #repeats: number[] = [];
  #count = 0;
  readonly #shown = new PassageTerms();

  #marks: readonly Highlight[] = [];
  #repeatsTitle: RepeatsTitle = NEVER;

  /** Forgets the passages of the answer before. */
  begin(marks: readonly Highlight[], repeatsTitle: RepeatsTitle): void {
    this.#marks = marks;
    this.#repeatsTitle = repeatsTitle;
    this.#count = 0;
  }

  /** Adds a passage, `worth` as much for its place and kind. One that shows no word whole is left out. */
  add(start: number, end: number, worth: number): void {
    this.#shown.read(this.#marks, start, end);
    const weight = this.#shown.weight;
    if (weight * worth <= 0) return;
    const at = this.#count;
    this.starts[at] = start;
    this.ends[at] = end;
    this.#weights[at] = weight;
    this.#boosts[at] = worth;
    this.#repeats[at] = NOT_COMPUTED;
    this.#count += 1;
  }

  /** The best passage, then the best that shows another word and does not overlap those before it; `count` at most. */
  best(count: number): number[] {
    const chosen: number[] = [];
    const seen: number[] = [];
    while (chosen.length < count) {
      const best = this.#next(chosen, seen);
      if (best < 0) break;
      chosen.push(best);
      if (chosen.length === count) break;
      this.#read(best);
      this.#shown.addTo(seen);
      if (this.#marks.every(({ word }) => seen.includes(word))) break;
    }
    return chosen;
  }

  /** The passage that is worth most: of its words those count that were not seen. -1: none is left. */
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
    return this.#shown.unseenRatio(seen);
  }

  #read(at: number): void {
    this.#shown.read(this.#marks, this.starts[at] ?? 0, this.ends[at] ?? 0);
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

/** The number of the first mark from `start` on; found by halving, for a long answer has many. */
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

/** A word that stands there a second time says less than another word would. */
const REPEAT = 0.15;

/** The words of the query that stand in a passage. It is filled anew for each: an answer has many. */
export class PassageTerms {
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
    let place = 0;
    while (place < this.#count && this.#words[place] !== word) place += 1;
    if (place < this.#count) {
      this.#weights[place] = (this.#weights[place] ?? 0) + REPEAT * weight;
    } else {
      this.#words[place] = word;
      this.#weights[place] = weight;
      this.#count += 1;
    }
  }

  /** What all of them weigh there. */
  get weight(): number {
    let sum = 0;
    for (let place = 0; place < this.#count; place += 1) sum += this.#weights[place] ?? 0;
    return sum;
  }

  /** Adds those that are not in `words`. */
  addTo(words: number[]): void {
    for (let place = 0; place < this.#count; place += 1) {
      const word = this.#words[place] ?? 0;
      if (!words.includes(word)) words.push(word);
    }
  }

  /** The share of them that is not in `words`. */
  unseenRatio(words: readonly number[]): number {
    let known = 0;
    for (let place = 0; place < this.#count; place += 1) if (words.includes(this.#words[place] ?? 0)) known += 1;
    return 1 - known / this.#count;
  }
}
