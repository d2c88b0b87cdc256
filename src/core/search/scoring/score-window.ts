import { END } from '../../index/postings/postings-format.js';
import { unitedIn, type Part, type Saturation } from './weighted-postings.js';

/** Documents scored at once: their sums stay in the processor's nearest cache. */
export const WINDOW = 2048;

/** Touched places from which reading them off the scores is quicker than sorting them. */
const WORTH_SCANNING = 128;

/** Postings that can be read while one document is looked up in a list. */
const LOOK_UP = 2;

/**
 * The sums of the documents from `start` to `end` while a query is scored. Its arrays are as long as a window, whatever
 * the corpus, and serve every query; between two windows they are all 0.
 */
export class Window {
  start = 0;
  end = 0;
  /** By `document - start`. */
  readonly scores = new Float64Array(WINDOW);
  /** Places with a score, `count` of them. */
  readonly touched = new Uint16Array(WINDOW);
  count = 0;
  readonly #united = new Float64Array(WINDOW);
  readonly #places = new Uint16Array(WINDOW);

  /** Adds a clause to every document of the window that has it. The longest list comes last: it is scored as it is read. */
  add(parts: readonly Part[], saturation: Saturation): void {
    const count = this.#uniteAll(parts.slice(0, -1));
    const longest = parts.at(-1);
    if (longest !== undefined && longest.cursor.head < this.end) this.#score(longest, saturation);
    this.#saturate(count, saturation);
  }

  /** Unites the frequencies of lists; returns how many documents have any, told by `#places`. */
  #uniteAll(parts: readonly Part[]): number {
    let count = 0;
    for (const part of parts) if (part.cursor.head < this.end) count = this.#unite(part, count);
    return count;
  }

  #unite({ cursor, weight, norm: { perLength, lengths } }: Part, found: number): number {
    const united = this.#united;
    const places = this.#places;
    const { start, end } = this;
    const { documents, frequencies } = cursor.block;
    let count = found;
    while (cursor.head < end) {
      const { size } = cursor;
      let at = cursor.at;
      for (; at < size; at += 1) {
        const document = documents[at] ?? END;
        if (document >= end) break;
        const place = document - start;
        const before = united[place] ?? 0;
        if (before === 0) places[count++] = place;
        united[place] = before + weight * (frequencies[at] ?? 0) * (perLength[lengths[document] ?? 0] ?? 0);
      }
      cursor.moveTo(at);
    }
    return count;
  }

  /** Adds the last list of a clause to what the others gave its documents, and scores them. */
  #score({ cursor, weight, norm: { perLength, lengths } }: Part, { gain, k1 }: Saturation): void {
    const united = this.#united;
    const { scores, touched, start, end } = this;
    const { documents, frequencies } = cursor.block;
    let touchedCount = this.count;
    while (cursor.head < end) {
      const { size } = cursor;
      let at = cursor.at;
      for (; at < size; at += 1) {
        const document = documents[at] ?? END;
        if (document >= end) break;
        const place = document - start;
        const frequency =
          (united[place] ?? 0) + weight * (frequencies[at] ?? 0) * (perLength[lengths[document] ?? 0] ?? 0);
        united[place] = 0;
        const before = scores[place] ?? 0;
        if (before === 0) touched[touchedCount++] = place;
        scores[place] = before + (gain * frequency) / (frequency + k1);
      }
      cursor.moveTo(at);
    }
    this.count = touchedCount;
  }

  /**
   * Tells `sink` the united frequency of a clause in each document of the window that has it, where it is at least the
   * least that `sink` wants, which it returns; gives the number of documents. For a query of one clause: what saturates
   * alone need not be saturated to be put in order.
   */
  unite(
    parts: readonly Part[],
    least: number,
    sink: (document: number, frequency: number) => number,
  ): number {
    const count = this.#uniteAll(parts.slice(0, -1));
    const longest = parts.at(-1);
    let wanted = least;
    let total = 0;
    if (longest !== undefined && longest.cursor.head < this.end) {
      const { cursor, weight, norm } = longest;
      const { perLength, lengths } = norm;
      const united = this.#united;
      const { start, end } = this;
      const { documents, frequencies } = cursor.block;
      while (cursor.head < end) {
        const { size } = cursor;
        const from = cursor.at;
        let at = from;
        for (; at < size; at += 1) {
          const document = documents[at] ?? END;
          if (document >= end) break;
          const place = document - start;
          const frequency =
            (united[place] ?? 0) + weight * (frequencies[at] ?? 0) * (perLength[lengths[document] ?? 0] ?? 0);
          united[place] = 0;
          if (frequency >= wanted) wanted = sink(document, frequency);
        }
        total += at - from;
        cursor.moveTo(at);
      }
    }
    for (let at = 0; at < count; at += 1) {
      const place = this.#places[at] ?? 0;
      const frequency = this.#united[place] ?? 0;
      if (frequency === 0) continue;
      this.#united[place] = 0;
      total += 1;
      if (frequency >= wanted) wanted = sink(this.start + place, frequency);
    }
    return total;
  }

  /** Scores the documents that the last list lacks. */
  #saturate(count: number, { gain, k1 }: Saturation): void {
    const { scores, touched } = this;
    const united = this.#united;
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
  complete(parts: readonly Part[], postings: number, saturation: Saturation): void {
    // Looking a document up in a list takes as long as reading some of its postings.
    if (this.count * parts.length * LOOK_UP > postings) this.#completeByReading(parts, saturation);
    else this.#completeByLookingUp(parts, saturation);
  }

  #completeByReading(parts: readonly Part[], { gain, k1 }: Saturation): void {
    const { scores, touched } = this;
    const united = this.#united;
    for (const part of parts) this.#uniteScored(part);
    for (let at = 0; at < this.count; at += 1) {
      const place = touched[at] ?? 0;
      const frequency = united[place] ?? 0;
      if (frequency === 0) continue;
      united[place] = 0;
      scores[place] = (scores[place] ?? 0) + (gain * frequency) / (frequency + k1);
    }
  }

  /** Unites the frequencies of a list for documents that have a score. */
  #uniteScored({ cursor, weight, norm: { perLength, lengths } }: Part): void {
    const united = this.#united;
    const { scores, start, end } = this;
    const { documents, frequencies } = cursor.block;
    // The windows before may have had nothing left to complete.
    cursor.seek(start);
    while (cursor.head < end) {
      const { size } = cursor;
      let at = cursor.at;
      for (; at < size; at += 1) {
        const document = documents[at] ?? END;
        if (document >= end) break;
        const place = document - start;
        if (scores[place] === 0) continue;
        united[place] =
          (united[place] ?? 0) + weight * (frequencies[at] ?? 0) * (perLength[lengths[document] ?? 0] ?? 0);
      }
      cursor.moveTo(at);
    }
  }

  #completeByLookingUp(parts: readonly Part[], { gain, k1 }: Saturation): void {
    const { scores, touched, start } = this;
    for (let at = 0; at < this.count; at += 1) {
      const place = touched[at] ?? 0;
      const frequency = unitedIn(parts, start + place);
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
