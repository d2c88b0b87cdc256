import { combinedFrequency, type WeightedPostings, type Bm25Saturation } from './clause.js';
import { NO_MORE_DOCS } from '../../index/postings/postings-format.js';

/** Documents in a window: few enough for their scores to stay in the L1 cache. */
export const WINDOW_SIZE = 2048;

/** From this number of touched offsets, collecting them from the scores is faster than sorting them. */
const WORTH_SCANNING = 128;

/** Postings that can be read in the time of one look-up in a list. */
const LOOK_UP_COST = 2;

/**
 * The scores of the documents from `start` to `end`. The arrays are reused by all windows and queries; between two
 * windows they are all 0. An offset is `document - start`.
 */
export class ScoreWindow {
  start = 0;
  end = 0;
  /** By offset. */
  readonly scores = new Float64Array(WINDOW_SIZE);
  /** The `count` offsets that have a score. */
  readonly touched = new Uint16Array(WINDOW_SIZE);
  count = 0;
  readonly #combined = new Float64Array(WINDOW_SIZE);
  readonly #combinedOffsets = new Uint16Array(WINDOW_SIZE);

  /**
   * Adds a clause to every document of the window that matches it. The last list, the longest, is scored while it is
   * read.
   */
  add(parts: readonly WeightedPostings[], saturation: Bm25Saturation): void {
    const count = this.#combineAll(parts.slice(0, -1));
    const longest = parts.at(-1);
    if (longest !== undefined && longest.cursor.docId < this.end) this.#score(longest, saturation);
    this.#saturate(count, saturation);
  }

  /**
   * Sums the weighted frequencies of lists. Returns the number of documents that have any; `#combinedOffsets` lists
   * them.
   */
  #combineAll(parts: readonly WeightedPostings[]): number {
    let count = 0;
    for (const part of parts) if (part.cursor.docId < this.end) count = this.#combine(part, count);
    return count;
  }

  #combine({ cursor, weight, norm: { perLength, lengths } }: WeightedPostings, found: number): number {
    const combined = this.#combined;
    const offsets = this.#combinedOffsets;
    const { start, end } = this;
    const { documents, frequencies } = cursor.block;
    let count = found;
    while (cursor.docId < end) {
      const { size } = cursor;
      let at = cursor.position;
      for (; at < size; at += 1) {
        const document = documents[at] ?? NO_MORE_DOCS;
        if (document >= end) break;
        const offset = document - start;
        const before = combined[offset] ?? 0;
        if (before === 0) offsets[count++] = offset;
        combined[offset] = before + weight * (frequencies[at] ?? 0) * (perLength[lengths[document] ?? 0] ?? 0);
      }
      cursor.advanceTo(at);
    }
    return count;
  }

  /** Adds the last list of a clause to the combined frequencies of the others, and scores its documents. */
  #score({ cursor, weight, norm: { perLength, lengths } }: WeightedPostings, { gain, k1 }: Bm25Saturation): void {
    const combined = this.#combined;
    const { scores, touched, start, end } = this;
    const { documents, frequencies } = cursor.block;
    let touchedCount = this.count;
    while (cursor.docId < end) {
      const { size } = cursor;
      let at = cursor.position;
      for (; at < size; at += 1) {
        const document = documents[at] ?? NO_MORE_DOCS;
        if (document >= end) break;
        const offset = document - start;
        const frequency =
          (combined[offset] ?? 0) + weight * (frequencies[at] ?? 0) * (perLength[lengths[document] ?? 0] ?? 0);
        combined[offset] = 0;
        const before = scores[offset] ?? 0;
        if (before === 0) touched[touchedCount++] = offset;
        scores[offset] = before + (gain * frequency) / (frequency + k1);
      }
      cursor.advanceTo(at);
    }
    this.count = touchedCount;
  }

  /**
   * Calls `sink` with the documents whose combined frequency of a clause is at least `minFrequency`; `sink` returns the
   * minimum from then on. Returns the number of documents that match the clause. For queries of one clause: saturation
   * does not change the order, so it is left to the caller.
   */
  combine(
    parts: readonly WeightedPostings[],
    minFrequency: number,
    sink: (document: number, frequency: number) => number,
  ): number {
    const count = this.#combineAll(parts.slice(0, -1));
    const longest = parts.at(-1);
    let minimum = minFrequency;
    let total = 0;
    if (longest !== undefined && longest.cursor.docId < this.end) {
      const { cursor, weight, norm } = longest;
      const { perLength, lengths } = norm;
      const combined = this.#combined;
      const { start, end } = this;
      const { documents, frequencies } = cursor.block;
      while (cursor.docId < end) {
        const { size } = cursor;
        const from = cursor.position;
        let at = from;
        for (; at < size; at += 1) {
          const document = documents[at] ?? NO_MORE_DOCS;
          if (document >= end) break;
          const offset = document - start;
          const frequency =
            (combined[offset] ?? 0) + weight * (frequencies[at] ?? 0) * (perLength[lengths[document] ?? 0] ?? 0);
          combined[offset] = 0;
          if (frequency >= minimum) minimum = sink(document, frequency);
        }
        total += at - from;
        cursor.advanceTo(at);
      }
    }
    for (let at = 0; at < count; at += 1) {
      const offset = this.#combinedOffsets[at] ?? 0;
      const frequency = this.#combined[offset] ?? 0;
      if (frequency === 0) continue;
      this.#combined[offset] = 0;
      total += 1;
      if (frequency >= minimum) minimum = sink(this.start + offset, frequency);
    }
    return total;
  }

  /** Scores the documents that are not in the last list. */
  #saturate(count: number, { gain, k1 }: Bm25Saturation): void {
    const { scores, touched } = this;
    const combined = this.#combined;
    const offsets = this.#combinedOffsets;
    let touchedCount = this.count;
    for (let at = 0; at < count; at += 1) {
      const offset = offsets[at] ?? 0;
      const frequency = combined[offset] ?? 0;
      if (frequency === 0) continue;
      combined[offset] = 0;
      const before = scores[offset] ?? 0;
      if (before === 0) touched[touchedCount++] = offset;
      scores[offset] = before + (gain * frequency) / (frequency + k1);
    }
    this.count = touchedCount;
  }

  /** Sorts the touched offsets, drops those that score less than `minScore`, and returns the number of the others. */
  candidates(minScore: number): number {
    const { scores, touched } = this;
    let kept = 0;
    let before = -1;
    let inOrder = true;
    for (let at = 0; at < this.count; at += 1) {
      const offset = touched[at] ?? 0;
      if ((scores[offset] ?? 0) >= minScore) {
        touched[kept++] = offset;
        inOrder &&= offset > before;
        before = offset;
      } else {
        scores[offset] = 0;
      }
    }
    this.count = kept;
    if (!inOrder) this.#sortTouched();
    return kept;
  }

  #sortTouched(): void {
    const { scores, touched } = this;
    if (this.count < WORTH_SCANNING) {
      touched.subarray(0, this.count).sort();
      return;
    }
    let at = 0;
    for (let offset = 0; at < this.count; offset += 1) if (scores[offset] !== 0) touched[at++] = offset;
  }

  /** Adds a clause only to the documents that already have a score. `postings`: estimated postings in the window. */
  addNonEssential(parts: readonly WeightedPostings[], postings: number, saturation: Bm25Saturation): void {
    if (this.count * parts.length * LOOK_UP_COST > postings) this.#addByReading(parts, saturation);
    else this.#addByLookingUp(parts, saturation);
  }

  #addByReading(parts: readonly WeightedPostings[], { gain, k1 }: Bm25Saturation): void {
    const { scores, touched } = this;
    const combined = this.#combined;
    for (const part of parts) this.#combineScored(part);
    for (let at = 0; at < this.count; at += 1) {
      const offset = touched[at] ?? 0;
      const frequency = combined[offset] ?? 0;
      if (frequency === 0) continue;
      combined[offset] = 0;
      scores[offset] = (scores[offset] ?? 0) + (gain * frequency) / (frequency + k1);
    }
  }

  /** Sums the weighted frequencies of a list for the documents that have a score. */
  #combineScored({ cursor, weight, norm: { perLength, lengths } }: WeightedPostings): void {
    const combined = this.#combined;
    const { scores, start, end } = this;
    const { documents, frequencies } = cursor.block;
    // Earlier windows may not have read this list.
    cursor.seek(start);
    while (cursor.docId < end) {
      const { size } = cursor;
      let at = cursor.position;
      for (; at < size; at += 1) {
        const document = documents[at] ?? NO_MORE_DOCS;
        if (document >= end) break;
        const offset = document - start;
        if (scores[offset] === 0) continue;
        combined[offset] =
          (combined[offset] ?? 0) + weight * (frequencies[at] ?? 0) * (perLength[lengths[document] ?? 0] ?? 0);
      }
      cursor.advanceTo(at);
    }
  }

  #addByLookingUp(parts: readonly WeightedPostings[], { gain, k1 }: Bm25Saturation): void {
    const { scores, touched, start } = this;
    for (let at = 0; at < this.count; at += 1) {
      const offset = touched[at] ?? 0;
      const frequency = combinedFrequency(parts, start + offset);
      if (frequency > 0) scores[offset] = (scores[offset] ?? 0) + (gain * frequency) / (frequency + k1);
    }
  }

  /** Moves the window and empties it. */
  open(start: number, end: number): void {
    const { scores, touched } = this;
    for (let at = 0; at < this.count; at += 1) scores[touched[at] ?? 0] = 0;
    this.count = 0;
    this.start = start;
    this.end = end;
  }
}
