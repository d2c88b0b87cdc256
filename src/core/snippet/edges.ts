import { CJK, classOf, SOUTH_EAST_ASIAN } from '../analysis/characters.js';
import type { Answer, Range } from '../document.js';

const SPACE = /\s/;
const MARK = /\p{M}/u;

/**
 * Whether a passage may begin or end before the UTF-16 unit at `at`: between words, or between the characters of a
 * script that is written without spaces; never inside a surrogate pair nor before a mark of the character in front.
 */
export function isEdge(text: string, at: number): boolean {
  if (at <= 0 || at >= text.length) return true;
  if (splitsCharacter(text, at)) return false;
  return isOpen(text, at) || isOpen(text, at - 1);
}

function isOpen(text: string, at: number): boolean {
  const kind = classOf(text.charCodeAt(at));
  return kind === CJK || kind === SOUTH_EAST_ASIAN || SPACE.test(text.charAt(at));
}

function splitsCharacter(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  const before = text.charCodeAt(at - 1);
  const pair = unit >= 0xdc00 && unit <= 0xdfff && before >= 0xd800 && before <= 0xdbff;
  return pair || MARK.test(text.charAt(at));
}

/** Where a passage that shows what stands at `at` begins: the first edge from `from` on, else `at` itself. */
export function startEdge({ text, atoms }: Answer, from: number, at: number): number {
  for (let start = from; start < at; start += 1) {
    if (isEdge(text, start) && !SPACE.test(text.charAt(start)) && atomAround(atoms, start) === undefined)
      return start;
  }
  return atomAround(atoms, at)?.[0] ?? at;
}

/**
 * Where a passage that shows what stands at `at` ends: the last edge up to `to`. Where there is none, as in a long
 * address, between two characters; where that falls into a formula or code, after it.
 */
export function endEdge({ text, atoms }: Answer, at: number, to: number): number {
  for (let end = to; end > at; end -= 1) {
    if (isEdge(text, end) && !SPACE.test(text.charAt(end - 1)) && atomAround(atoms, end) === undefined)
      return end;
  }
  let end = to;
  while (end > at + 1 && splitsCharacter(text, end)) end -= 1;
  return atomAround(atoms, end)?.[1] ?? end;
}

/** The formula or piece of code that a cut at `at` would split. */
function atomAround(atoms: readonly Range[], at: number): Range | undefined {
  let low = 0;
  let high = atoms.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((atoms[middle]?.[1] ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  const atom = atoms[low];
  return atom !== undefined && atom[0] < at ? atom : undefined;
}
