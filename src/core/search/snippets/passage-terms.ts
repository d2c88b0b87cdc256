import type { Highlight } from './highlight.js';

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
