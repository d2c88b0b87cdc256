import { classOf, DIGIT, isWordClass, classAt } from './character-classes.js';

const PLUS = 43;
const HASH = 35;

/** Returns the end of a name such as `C++`, `g++` or `C#` whose letters are from `start` to `end`; 0 if it is none. */
export function symbolicNameEnd(text: string, start: number, end: number): number {
  const letters = end - start;
  if (letters > 2) return 0;
  const unit = text.charCodeAt(end);
  let stop = 0;
  if (unit === PLUS && text.charCodeAt(end + 1) === PLUS) stop = end + 2;
  else if (unit === HASH && letters === 1) stop = end + 1;
  if (stop === 0 || classOf(text.charCodeAt(start)) === DIGIT) return 0;
  // A year may follow, as in `C++17`.
  return stop < text.length && isWordClass(classAt(text, stop)) && classAt(text, stop) !== DIGIT ? 0 : stop;
}

const OPEN = 40;
const CLOSE = 41;
/** U+2126 is the ohm sign, which some keyboards type for the letter. */
const ORDERS = new Set(['O', 'o', 'Ω', '\u2126', 'ω', 'Θ', 'θ']);

/**
 * Returns the end of an order of growth such as `O(n log n)` whose letter is from `start` to `end` (24 units at most,
 * on one line); 0 if it is none.
 */
export function bigONotationEnd(text: string, start: number, end: number): number {
  if (end - start !== 1 || text.charCodeAt(end) !== OPEN || !ORDERS.has(text.charAt(start))) return 0;
  let depth = 0;
  for (let at = end; at < text.length && at <= end + 24; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === LINE_FEED) return 0;
    if (unit === OPEN) depth += 1;
    else if (unit === CLOSE) depth -= 1;
    if (depth === 0) return at > end + 1 ? at + 1 : 0;
  }
  return 0;
}

const LINE_FEED = 10;
