import { CJK, classOf, SOUTH_EAST_ASIAN } from '../../analysis/character-classes.js';
import type { AnswerView, TextRange, TextView } from '../../model/document.js';
import { lazy } from '../../lazy.js';

const SPACE = /\s/;
const SPACE_UNIT = 32;
const MARK = lazy(() => /\p{M}/u);
/** The high surrogate of the variation selectors of ideographs (U+E0100 to U+E01EF). */
const VARIATION_UNIT = 0xdb40;

function isSpace(unit: number): boolean {
  return unit < 128 ? unit === SPACE_UNIT || (unit >= 9 && unit <= 13) : SPACE.test(String.fromCharCode(unit));
}

/**
 * Whether a passage may begin or end before the UTF-16 unit at `at`: between words, or between the characters of a
 * script without spaces, but never inside a surrogate pair or before a combining mark.
 */
export function isBoundary(text: TextView, at: number): boolean {
  if (at <= 0 || at >= text.length) return true;
  return isBoundaryBetween(text.charCodeAt(at - 1), text.charCodeAt(at));
}

function isBoundaryBetween(before: number, unit: number): boolean {
  if (splitsCharacter(before, unit)) return false;
  return isBreakable(unit) || isBreakable(before);
}

function isBreakable(unit: number): boolean {
  if (unit < 128) return isSpace(unit);
  const kind = classOf(unit);
  return kind === CJK || kind === SOUTH_EAST_ASIAN || isSpace(unit);
}

function splitsCharacter(before: number, unit: number): boolean {
  if (unit < 128) return false;
  const pair = unit >= 0xdc00 && unit <= 0xdfff && before >= 0xd800 && before <= 0xdbff;
  return pair || unit === VARIATION_UNIT || MARK().test(String.fromCharCode(unit));
}

/** Whether a range begins and ends between characters. It may not if a term is a combining mark after punctuation. */
export function holdsWholeCharacters(text: TextView, [start, end]: TextRange): boolean {
  return !splitsGrapheme(text, start) && !splitsGrapheme(text, end);
}

function splitsGrapheme(text: TextView, at: number): boolean {
  if (at <= 0 || at >= text.length) return false;
  const unit = text.charCodeAt(at);
  if (unit >= 0xd800 && unit <= 0xdbff && at + 1 < text.length)
    return MARK().test(String.fromCharCode(unit, text.charCodeAt(at + 1)));
  return splitsCharacter(text.charCodeAt(at - 1), unit);
}

/** Returns the start of a passage that shows offset `at`: the first boundary from `from` on, else `at`. */
export function passageStart({ text, atoms }: AnswerView, from: number, at: number): number {
  let before = from > 0 ? text.charCodeAt(from - 1) : SPACE_UNIT;
  for (let start = from; start < at; start += 1) {
    const unit = text.charCodeAt(start);
    const isEdge = !isSpace(unit) && (start === 0 || isBoundaryBetween(before, unit));
    if (isEdge && enclosingAtom(atoms, start) === undefined) return start;
    before = unit;
  }
  return enclosingAtom(atoms, at)?.[0] ?? at;
}

/**
 * Returns the end of a passage that shows offset `at`: the last boundary up to `to`. If there is none, as in a long
 * URL, it is between two characters; if it would split a formula or code, it is after that.
 */
export function passageEnd({ text, atoms }: AnswerView, at: number, to: number): number {
  let unit = text.charCodeAt(to);
  for (let end = to; end > at; end -= 1) {
    const before = text.charCodeAt(end - 1);
    const isEdge = !isSpace(before) && (end >= text.length || isBoundaryBetween(before, unit));
    if (isEdge && enclosingAtom(atoms, end) === undefined) return end;
    unit = before;
  }
  let end = to;
  while (end > at + 1 && splitsCharacter(text.charCodeAt(end - 1), text.charCodeAt(end))) end -= 1;
  return enclosingAtom(atoms, end)?.[1] ?? end;
}

/** Returns the formula or piece of code that a cut at `at` would split. */
function enclosingAtom(atoms: readonly TextRange[], at: number): TextRange | undefined {
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
