import { damaged } from '../layout.js';
import type { CountedKeys } from '../ranked.js';
import type { DocumentChange } from './changes.js';
import { textOf } from './segment-document.js';

/** Where words stand once an index is patched. */
export interface MovedWords {
  /** The number of a word before → now; -1 where it is gone. */
  readonly moved: Int32Array;
  /** The number of a word now; -1 where it is none. */
  readonly number: (word: string) => number;
}

/**
 * The stem keys that words have besides their stems, by their numbers now.
 *
 * @throws AskdexError `index_damaged`: a key that should go is not there.
 */
export function patchKeys(
  before: CountedKeys,
  changes: readonly DocumentChange[],
  { moved, number }: MovedWords,
): CountedKeys {
  const keys = new Map<number, Map<string, number>>();
  for (const [word, counts] of before) {
    const now = moved[word] ?? -1;
    // A word that is gone had its keys of the documents that change alone.
    if (now >= 0) keys.set(now, new Map(counts));
  }
  for (const [word, deltas] of keyDeltas(changes)) {
    const now = number(word);
    if (now < 0) continue;
    const counts = keys.get(now) ?? new Map<string, number>();
    for (const [key, delta] of deltas) {
      const count = (counts.get(key) ?? 0) + delta;
      if (count < 0) throw damaged('a word lacks a key');
      if (count > 0) counts.set(key, count);
      else counts.delete(key);
    }
    if (counts.size > 0) keys.set(now, counts);
    else keys.delete(now);
  }
  return keys;
}

/** By word and key: how many documents more give it. */
function keyDeltas(changes: readonly DocumentChange[]): Map<string, Map<string, number>> {
  const words = new Map<string, Map<string, number>>();
  for (const { before, after } of changes) {
    for (const [side, delta] of [[before, -1] as const, [after, 1] as const]) {
      for (const [word, keys] of side.otherKeys) {
        const text = textOf(side.bytes, side.words, word);
        const deltas = words.get(text) ?? new Map<string, number>();
        for (const key of keys) deltas.set(key, (deltas.get(key) ?? 0) + delta);
        words.set(text, deltas);
      }
    }
  }
  return words;
}

/** Whether the words have the same keys as before. */
export function hasSameKeys(before: CountedKeys, after: CountedKeys, moved: Int32Array): boolean {
  if (before.size !== after.size) return false;
  for (const [word, keys] of before) {
    const others = after.get(moved[word] ?? -1);
    if (others?.size !== keys.size) return false;
    for (const key of keys.keys()) if (!others.has(key)) return false;
  }
  return true;
}
