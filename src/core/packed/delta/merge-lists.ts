import { compareTerms } from '../terms.js';
import { emptyLists, type FieldLists } from '../transport/field-lists.js';

/** Words with their lists in every field. */
export interface WordLists {
  /** In order. */
  readonly words: readonly string[];
  readonly fields: readonly FieldLists[];
}

/** One side of a merge: its lists, and the final number of each of its documents, ascending; −1 for one that is gone. */
export interface ListSide extends WordLists {
  readonly places: Int32Array;
}

/** The words and lists of an index that is made of another. Words that no document has any more are left out. */
export function mergeLists(before: ListSide, added: ListSide): WordLists {
  const pairs = pairedWords(before.words, added.words);
  const sides = before.fields.map((lists, field) => sidesOf(before, added, lists, field));
  const counts = sides.map((side) => countsOf(pairs, side));
  const alive: number[] = [];
  for (let at = 0; at < pairs.length; at += 1) {
    let total = 0;
    for (const column of counts) total += column[at] ?? 0;
    if (total > 0) alive.push(at);
  }
  return {
    words: alive.map((at) => pairs[at]?.text ?? ''),
    fields: sides.map((side, field) => {
      const merged = emptyLists(alive.map((at) => counts[field]?.[at] ?? 0));
      for (const [word, at] of alive.entries()) {
        const pair = pairs[at];
        if (pair !== undefined) mergeInto(merged, merged.starts[word] ?? 0, pair, side);
      }
      return merged;
    }),
  };
}

/** A word with its number on either side; −1 where it is not there. */
interface WordPair {
  readonly text: string;
  readonly before: number;
  readonly added: number;
}

function pairedWords(before: readonly string[], added: readonly string[]): WordPair[] {
  const pairs: WordPair[] = [];
  let at = 0;
  for (const [number, text] of before.entries()) {
    for (; at < added.length && compareTerms(added[at] ?? '', text) < 0; at += 1)
      pairs.push({ text: added[at] ?? '', before: -1, added: at });
    const both = added[at] === text;
    pairs.push({ text, before: number, added: both ? at : -1 });
    if (both) at += 1;
  }
  for (; at < added.length; at += 1) pairs.push({ text: added[at] ?? '', before: -1, added: at });
  return pairs;
}

interface FieldSides {
  readonly before: FieldLists;
  readonly beforePlaces: Int32Array;
  readonly added: FieldLists;
  readonly addedPlaces: Int32Array;
}

const NO_LISTS = emptyLists([]);

function sidesOf(before: ListSide, added: ListSide, lists: FieldLists, field: number): FieldSides {
  return {
    before: lists,
    beforePlaces: before.places,
    added: added.fields[field] ?? NO_LISTS,
    addedPlaces: added.places,
  };
}

function countsOf(pairs: readonly WordPair[], { before, beforePlaces, added }: FieldSides): Uint32Array {
  const counts = new Uint32Array(pairs.length);
  for (const [at, pair] of pairs.entries()) {
    let count = 0;
    if (pair.before >= 0) {
      const end = before.starts[pair.before + 1] ?? 0;
      for (let from = before.starts[pair.before] ?? 0; from < end; from += 1)
        if ((beforePlaces[before.documents[from] ?? 0] ?? -1) >= 0) count += 1;
    }
    if (pair.added >= 0) count += (added.starts[pair.added + 1] ?? 0) - (added.starts[pair.added] ?? 0);
    counts[at] = count;
  }
  return counts;
}

function mergeInto(
  merged: FieldLists,
  start: number,
  pair: WordPair,
  { before, beforePlaces, added, addedPlaces }: FieldSides,
): void {
  const { documents, frequencies } = merged;
  let to = start;
  let at = pair.added < 0 ? 0 : (added.starts[pair.added] ?? 0);
  const end = pair.added < 0 ? 0 : (added.starts[pair.added + 1] ?? 0);
  let next = at < end ? (addedPlaces[added.documents[at] ?? 0] ?? -1) : Infinity;
  const take = (): void => {
    documents[to] = next;
    frequencies[to] = added.frequencies[at] ?? 1;
    to += 1;
    at += 1;
    next = at < end ? (addedPlaces[added.documents[at] ?? 0] ?? -1) : Infinity;
  };
  if (pair.before >= 0) {
    const last = before.starts[pair.before + 1] ?? 0;
    for (let from = before.starts[pair.before] ?? 0; from < last; from += 1) {
      const place = beforePlaces[before.documents[from] ?? 0] ?? -1;
      if (place < 0) continue;
      while (next < place) take();
      documents[to] = place;
      frequencies[to] = before.frequencies[from] ?? 1;
      to += 1;
    }
  }
  while (at < end) take();
}
