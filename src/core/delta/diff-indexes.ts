import { FIELDS } from '../model/document.js';
import type { ReadIndex } from '../build/index-to-segment.js';
import { compareTerms } from '../index/terms/term-dictionary.js';

/** The documents that differ between two indexes, by their numbers in each, ascending. */
export interface Changes {
  /** Documents of the old index that were removed or changed. */
  readonly removed: readonly number[];
  /** Documents of the new index that were added or changed. */
  readonly added: readonly number[];
}

/** Compares the stored fields, words and texts of all documents. */
export function changesBetween(before: ReadIndex, after: ReadIndex): Changes {
  const removed: number[] = [];
  const added: number[] = [];
  const sameWords = wordComparison(before, after);
  let [a, b] = [0, 0];
  while (a < before.size || b < after.size) {
    const order = a === before.size ? 1 : b === after.size ? -1 : compareKeys(before, a, after, b);
    if (order === 0 && storedData(before, a) === storedData(after, b) && sameWords(a, b)) {
      a += 1;
      b += 1;
      continue;
    }
    if (order <= 0) removed.push(a++);
    if (order >= 0) added.push(b++);
  }
  return { removed, added };
}

// Plain parameters avoid allocating an options object per document.
function compareKeys(before: ReadIndex, a: number, after: ReadIndex, b: number): number {
  return compareTerms(before.documents.key(a), after.documents.key(b));
}

/**
 * All stored data of a document except its words, as a string. Whether a link leads to a document of the index is
 * derived and left out.
 */
function storedData({ documents }: ReadIndex, document: number): string {
  const { answers } = documents;
  const links = documents.related(document).map(({ title, url, subject }) => [title, url, subject]);
  return JSON.stringify([
    documents.document(document),
    documents.boost(document),
    links,
    answers.description(document),
    answers.hasAnswers ? answers.answer(document) : null,
  ]);
}

/** Returns a function that compares the words, frequencies and field lengths of two documents. */
function wordComparison(before: ReadIndex, after: ReadIndex): (a: number, b: number) => boolean {
  const numbers = new Map(after.words.map((word, number) => [word, number]));
  const newNumbers = Int32Array.from(before.words, (word) => numbers.get(word) ?? -1);
  const [x, y] = [before.forward, after.forward];
  return (a, b) => {
    const from = x.starts[a] ?? 0;
    const to = y.starts[b] ?? 0;
    const count = (x.starts[a + 1] ?? 0) - from;
    if ((y.starts[b + 1] ?? 0) - to !== count) return false;
    for (let field = 0; field < FIELDS.length; field += 1)
      if (x.distinct[a * FIELDS.length + field] !== y.distinct[b * FIELDS.length + field]) return false;
    for (let at = 0; at < count; at += 1) {
      const entry = x.entries[from + at] ?? 0;
      const newEntry = (newNumbers[entry >>> 2] ?? -1) * 4 + (entry & 3);
      if (newEntry !== y.entries[to + at] || x.frequencies[from + at] !== y.frequencies[to + at]) return false;
    }
    return true;
  };
}
