import { NO_MORE_DOCS } from '../../index/postings/postings-format.js';
import { combinedFrequency, type WeightedPostings, type Bm25Saturation } from './weighted-postings.js';

/** Documents scored at once: their sums stay in the processor's nearest cache. */
export const WINDOW_SIZE = 2048;

/** Touched places from which reading them off the scores is quicker than sorting them. */
const WORTH_SCANNING = 128;

/** Postings that can be read while one document is looked up in a list. */
const LOOK_UP = 2;

/**
 * The sums of the documents from `start` to `end` while a query is scored. Its arrays are as long as a window, whatever
 * the corpus, and serve every query; between two windows they are all 0.
 */
export class ScoreWindow {
  start = 0;
  end = 0;
  /** By `document - start`. */
  readonly scores = new Float64Array(WINDOW_SIZE);
  /** Places with a score, `count` of them. */
  readonly touched = new Uint16Array(WINDOW_SIZE);
  count = 0;
  readonly #combined = new Float64Array(WINDOW_SIZE);
  readonly #places = new Uint16Array(WINDOW_SIZE);

  /** Adds a clause to every document of the window that has it. The longest list comes last: it is scored as it is read. */
  add(parts: readonly WeightedPostings[], saturation: Bm25Saturation): void {
    const count = this.#combineAll(parts.slice(0, -1));
    const longest = parts.at(-1);
    if (longest !== undefined && longest.cursor.docId < this.end) this.#score(longest, saturation);
    this.#saturate(count, saturation);
  }

  /** Unites the frequencies of lists; returns how many documents have any, told by `#places`. */
  #combineAll(parts: readonly WeightedPostings[]): number {
    let count = 0;
    for (const part of parts) if (part.cursor.docId < this.end) count = this.#combine(part, count);
    return count;
  }

  #combine({ cursor, weight, norm: { perLength, lengths } }: WeightedPostings, found: number): number {
    const united = this.#combined;
    const places = this.#places;
    const { start, end } = this;
    const { documents, frequencies } = cursor.block;
    let count = found;
    while (cursor.docId < end) {
      const { size } = cursor;
      let at = cursor.position;
      for (; at < size; at += 1) {
        const document = documents[at] ?? NO_MORE_DOCS;
        if (document >= end) break;
        const place = document - start;
        const before = united[place] ?? 0;
        if (before === 0) places[count++] = place;
        united[place] = before + weight * (frequencies[at] ?? 0) * (perLength[lengths[document] ?? 0] ?? 0);
      }
      cursor.advanceTo(at);
    }
    return count;
  }

  /** Adds the last list of a clause to what the others gave its documents, and scores them. */
  #score({ cursor, weight, norm: { perLength, lengths } }: WeightedPostings, { gain, k1 }: Bm25Saturation): void {
    const united = this.#combined;
    const { scores, touched, start, end } = this;
    const { documents, frequencies } = cursor.block;
    let touchedCount = this.count;
    while (cursor.docId < end) {
      const { size } = cursor;
      let at = cursor.position;
      for (; at < size; at += 1) {
        const document = documents[at] ?? NO_MORE_DOCS;
        if (document >= end) break;
        const place = document - start;
        const frequency =
          (united[place] ?? 0) + weight * (frequencies[at] ?? 0) * (perLength[lengths[document] ?? 0] ?? 0);
        united[place] = 0;
        const before = scores[place] ?? 0;
        if (before === 0) touched[touchedCount++] = place;
        scores[place] = before + (gain * frequency) / (frequency + k1);
      }
      cursor.advanceTo(at);
    }
    this.count = touchedCount;
  }

  /**
   * Tells `sink` the united frequency of a clause in each document of the window that has it, where it is at least the
   * least that `sink` wants, which it returns; gives the number of documents. For a query of one clause: what saturates
   * alone need not be saturated to be put in order.
   */
  combine(
    parts: readonly WeightedPostings[],
    least: number,
    sink: (document: number, frequency: number) => number,
  ): number {
    const count = this.#combineAll(parts.slice(0, -1));
    const longest = parts.at(-1);
    let wanted = least;
    let total = 0;
    if (longest !== undefined && longest.cursor.docId < this.end) {
      const { cursor, weight, norm } = longest;
      const { perLength, lengths } = norm;
      const united = this.#combined;
      const { start, end } = this;
      const { documents, frequencies } = cursor.block;
      while (cursor.docId < end) {
        const { size } = cursor;
        const from = cursor.position;
        let at = from;
        for (; at < size; at += 1) {
          const document = documents[at] ?? NO_MORE_DOCS;
          if (document >= end) break;
          const place = document - start;
          const frequency =
            (united[place] ?? 0) + weight * (frequencies[at] ?? 0) * (perLength[lengths[document] ?? 0] ?? 0);
          united[place] = 0;
          if (frequency >= wanted) wanted = sink(document, frequency);
        }
        total += at - from;
        cursor.advanceTo(at);
      }
    }
    for (let at = 0; at < count; at += 1) {
      const place = this.#places[at] ?? 0;
      const frequency = this.#combined[place] ?? 0;
      if (frequency === 0) continue;
      this.#combined[place] = 0;
      total += 1;
      if (frequency >= wanted) wanted = sink(this.start + place, frequency);
    }
    return total;
  }

  /** Scores the documents that the last list lacks. */
  #saturate(count: number, { gain, k1 }: Bm25Saturation): void {
    const { scores, touched } = this;
    const united = this.#combined;
    const places = this.#places;
    let touchedCount = this.count;
    for (let at = 0; at < count; at += 1) {
      const place = places[at] ?? 0;
      const frequency = united[place] ?? 0;
      if (frequency === 0) continue;
      united[place] = 0;
      const before = scores[place] ?? 0;
      if (before === 0) touched[touchedCount++] = place;
      scores[place] = before + (gain * frequency) / (frequency + k1);
    }
    this.count = touchedCount;
  }

  /** Puts the touched places in order and keeps those that `least` or more is reached with; returns how many. */
  candidates(least: number): number {
    const { scores, touched } = this;
    let kept = 0;
    let before = -1;
    let inOrder = true;
    for (let at = 0; at < this.count; at += 1) {
      const place = touched[at] ?? 0;
      if ((scores[place] ?? 0) >= least) {
        touched[kept++] = place;
        inOrder &&= place > before;
        before = place;
      } else {
        scores[place] = 0;
      }
    }
    this.count = kept;
    if (!inOrder) this.#putInOrder();
    return kept;
  }

  #putInOrder(): void {
    const { scores, touched } = this;
    if (this.count < WORTH_SCANNING) {
      touched.subarray(0, this.count).sort();
      return;
    }
    let at = 0;
    for (let place = 0; at < this.count; place += 1) if (scores[place] !== 0) touched[at++] = place;
  }

  /** Adds a clause to the documents of the window that have a score already, and to no other. */
  addNonEssential(parts: readonly WeightedPostings[], postings: number, saturation: Bm25Saturation): void {
    // Looking a document up in a list takes as long as reading some of its postings.
    if (this.count * parts.length * LOOK_UP > postings) this.#addByReading(parts, saturation);
    else this.#addByLookingUp(parts, saturation);
  }

  #addByReading(parts: readonly WeightedPostings[], { gain, k1 }: Bm25Saturation): void {
    const { scores, touched } = this;
    const united = this.#combined;
    for (const part of parts) this.#combineScored(part);
    for (let at = 0; at < this.count; at += 1) {
      const place = touched[at] ?? 0;
      const frequency = united[place] ?? 0;
      if (frequency === 0) continue;
      united[place] = 0;
      scores[place] = (scores[place] ?? 0) + (gain * frequency) / (frequency + k1);
    }
  }

  /** Unites the frequencies of a list for documents that have a score. */
  #combineScored({ cursor, weight, norm: { perLength, lengths } }: WeightedPostings): void {
    const united = this.#combined;
    const { scores, start, end } = this;
    const { documents, frequencies } = cursor.block;
    // The windows before may have had nothing left to complete.
    cursor.seek(start);
    while (cursor.docId < end) {
      const { size } = cursor;
      let at = cursor.position;
      for (; at < size; at += 1) {
        const document = documents[at] ?? NO_MORE_DOCS;
        if (document >= end) break;
        const place = document - start;
        if (scores[place] === 0) continue;
        united[place] =
          (united[place] ?? 0) + weight * (frequencies[at] ?? 0) * (perLength[lengths[document] ?? 0] ?? 0);
      }
      cursor.advanceTo(at);
    }
  }

  #addByLookingUp(parts: readonly WeightedPostings[], { gain, k1 }: Bm25Saturation): void {
    const { scores, touched, start } = this;
    for (let at = 0; at < this.count; at += 1) {
      const place = touched[at] ?? 0;
      const frequency = combinedFrequency(parts, start + place);
      if (frequency > 0) scores[place] = (scores[place] ?? 0) + (gain * frequency) / (frequency + k1);
    }
  }

  /** Opens the window from `start` to `end`, empty. */
  open(start: number, end: number): void {
    const { scores, touched } = this;
    for (let at = 0; at < this.count; at += 1) scores[touched[at] ?? 0] = 0;
    this.count = 0;
    this.start = start;
    this.end = end;
  }
}
