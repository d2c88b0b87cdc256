import { writeUtf8 } from '../bytes.js';
import { compareTerms } from '../terms.js';
import type { BitCoder } from './coder.js';
import { NumberModel } from './number-model.js';
import type { Spelling } from './spelling.js';

/** UTF-8 bytes of a term, at most: the analyzer cuts at 40 UTF-16 units. Longer ones are told without what they share. */
const LONGEST = 256;
/** Stands for "the word before" where words are spelled: no token has this number. */
const OF_DICTIONARY = 0x3fff_ffff;

export interface WordsContext {
  /** How many words there are. */
  readonly size: number;
  /** Words that the reader knows already, in order. */
  readonly known: readonly string[];
  readonly spelling: Spelling;
  /** All words in order; a reader leaves it out. */
  readonly given: readonly string[] | null;
}

/** Codes the dictionary: only words that are not known from titles and keywords are told, by what differs from the one before. */
export function codeWords(coder: BitCoder, { size, known, spelling, given }: WordsContext): string[] {
  const numbers = new NumberModel(2);
  const isKnown = new Set(known);
  const wanted = given === null ? [] : given.filter((word) => !isKnown.has(word));
  const rest: string[] = [];
  const before = new Uint8Array(LONGEST);
  let beforeLength = 0;
  let sharedBefore = 0;
  const current = new Uint8Array(LONGEST);
  for (let left = size - known.length; left > 0; left -= 1) {
    const target = wanted[rest.length] ?? '';
    const wantedLength = encoded(target, current);
    let common = 0;
    while (common < wantedLength && common < beforeLength && current[common] === before[common]) common += 1;
    const shared = Math.min(
      beforeLength,
      numbers.code(coder, common, [sharedBefore, sharedBefore * 64 + beforeLength + 4096]),
    );
    const word = spelling.code(coder, target, { given: before, shared, after: OF_DICTIONARY });
    rest.push(word);
    sharedBefore = shared;
    beforeLength = encoded(word, before);
  }
  return merged(known, rest);
}

/** Writes a term's bytes; returns how many, 0 for one that is too long. */
function encoded(term: string, bytes: Uint8Array): number {
  return term.length * 3 > LONGEST ? 0 : writeUtf8(term, bytes, 0);
}

function merged(a: readonly string[], b: readonly string[]): string[] {
  const out: string[] = [];
  let [left, right] = [0, 0];
  while (left < a.length || right < b.length) {
    const first = a[left];
    const second = b[right];
    if (second === undefined || (first !== undefined && compareTerms(first, second) <= 0)) {
      out.push(first ?? '');
      left += 1;
    } else {
      out.push(second);
      right += 1;
    }
  }
  return out;
}
