import {
  classOf,
  classOfPair,
  CJK,
  DIGIT,
  fold,
  isWordClass,
  classAt,
  LOWER,
  OTHER,
  SOUTH_EAST_ASIAN,
  SURROGATE,
  UPPER,
} from './character-classes.js';
import { bigONotationEnd, symbolicNameEnd } from './special-terms.js';

/**
 * UTF-16 units of a term. Longer words are cut, since MiniSearch's fuzzy matrix grows with the square of the length.
 */
export const MAX_TERM_LENGTH = 40;
/** Parts of an identifier that also gives a whole. A longer one (a path, a list) gives only its parts. */
const MAX_PARTS = 8;

/** Receives a term, the UTF-16 offsets of its characters in the text, and its position. */
export type TermSink = (term: string, start: number, end: number, place: TermPosition) => void;

/** Reused for the next term, so its members must be copied. */
export interface TermPosition {
  /** Number of the word, from 0. A whole identifier has the position of its first part. */
  position: number;
  /** Whether the term is a whole identifier, as opposed to a word. */
  isCompound: boolean;
}

/**
 * Splits a text into terms.
 *
 * A word is a run of letters and digits. Words joined by `_ - . ' : /` without a space are an identifier. It gives its
 * parts and its whole, so that `x-axis` and `xaxis`, `snake_case` and `snakecase`, `ttk.Combobox` and `Combobox` find
 * each other. `camelCase` is split likewise. A whole of digits keeps its joiners (`255.255.240.0`). `C++`, `C#` and
 * `O(n log n)` are terms. Scripts without spaces give overlapping n-grams.
 */
export function tokenize(text: string, sink: TermSink): void {
  const length = text.length;
  const place: TermPosition = { position: 0, isCompound: false };
  let at = 0;
  while (at < length) {
    const kind = classAt(text, at);
    if (kind === OTHER) {
      at += 1;
    } else if (kind === CJK || kind === SOUTH_EAST_ASIAN) {
      at = ngrams(text, at, kind, { sink, place });
    } else {
      at = identifier(text, at, { sink, place });
    }
  }
}

/** The prefixes of wanted terms: one byte for each pair of ASCII units, see `buildTermPrefilter`. */
export type TermPrefilter = Uint8Array;

/** Builds the prefilter of `tokenizeMatching` for terms, into `wanted`, which must be all zeros. */
export function buildTermPrefilter(
  terms: Iterable<string>,
  wanted: TermPrefilter = new Uint8Array(128 * 128),
): TermPrefilter {
  for (const term of terms) {
    const first = term.charCodeAt(0);
    const second = term.charCodeAt(1);
    if (first < 128) wanted[first * 128 + (second < 128 && ASCII[second] !== NO_WORD ? second : 0)] = 1;
  }
  return wanted;
}

/**
 * Like `tokenize`, for finding a few terms in a long text. It skips most other terms, recognized by their first two
 * units, without creating strings. Non-ASCII words, and those that may be more than one plain word, are never skipped.
 * Positions are not counted.
 */
export function tokenizeMatching(text: string, wanted: TermPrefilter, sink: TermSink): void {
  const length = text.length;
  const out: Out = { sink, place: { position: 0, isCompound: false } };
  let at = 0;
  while (at < length) {
    const unit = text.charCodeAt(at);
    if (unit >= 128) {
      const kind = classAt(text, at);
      if (kind === OTHER) at += 1;
      else at = kind === CJK || kind === SOUTH_EAST_ASIAN ? ngrams(text, at, kind, out) : identifier(text, at, out);
      continue;
    }
    if (ASCII[unit] === NO_WORD) {
      at += 1;
      continue;
    }
    const next = text.charCodeAt(at + 1);
    const second = next < 128 && ASCII[next] !== NO_WORD ? lowered(next) : 0;
    const end = wanted[lowered(unit) * 128 + second] === 1 ? at : plainWordEnd(text, at);
    at = end > at ? end : identifier(text, at, out);
  }
}

const NO_WORD = 0;
const SMALL = 1;
const CAPITAL = 2;
/** By ASCII unit: no part of a word, a small letter or digit, or a capital. */
const ASCII = Uint8Array.from({ length: 128 }, (_, unit) => {
  const kind = classOf(unit);
  return kind === OTHER ? NO_WORD : kind === UPPER ? CAPITAL : SMALL;
});

/** Returns an ASCII letter or digit in lower case. */
function lowered(unit: number): number {
  return ASCII[unit] === CAPITAL ? unit + 32 : unit;
}

const SPACE = 32;

/** Returns the end of a plain word, or `at` if it may be more (joined, camel-cased, non-ASCII, `O(n)`). */
function plainWordEnd(text: string, at: number): number {
  let before = ASCII[text.charCodeAt(at)] ?? NO_WORD;
  let end = at + 1;
  for (; end < text.length; end += 1) {
    const unit = text.charCodeAt(end);
    if (unit === SPACE) return end;
    if (unit >= 128) return at;
    const kind = ASCII[unit] ?? NO_WORD;
    if (kind === NO_WORD) break;
    if (kind === CAPITAL && before === SMALL) return at;
    before = kind;
  }
  return joinerLength(text, end) > 0 || bigONotationEnd(text, at, end) > 0 ? at : end;
}

interface Out {
  readonly sink: TermSink;
  readonly place: TermPosition;
}

/** Returns the end of the word that starts at `at`. */
function wordEnd(text: string, at: number): number {
  let end = at;
  while (end < text.length) {
    const unit = text.charCodeAt(end);
    const kind = classOf(unit);
    if (kind === LOWER || kind === UPPER || kind === DIGIT) end += 1;
    else if (kind === SURROGATE && isWordClass(classOfPair(text, end))) end += 2;
    else break;
  }
  return end;
}

const APOSTROPHES = new Set(["'", '’', 'ʼ', '‘', '＇'].map((c) => c.charCodeAt(0)));
const UNDERSCORE = 95;
const HYPHEN = 45;
const DOT = 46;
const COLON = 58;
const SLASH = 47;
/** U+2010 hyphen and U+2011 non-breaking hyphen. */
const HYPHENS = new Set([HYPHEN, 0x2010, 0x2011]);

/** Returns the number of units that join the word that ends at `at` to the next one; 0 if none do. */
function joinerLength(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  let width = 1;
  if (unit === COLON) {
    // `FD00::/8`: colons and slashes may follow one another.
    while (width < 4 && (text.charCodeAt(at + width) === COLON || text.charCodeAt(at + width) === SLASH)) width += 1;
  } else if (unit !== UNDERSCORE && unit !== DOT && unit !== SLASH && !HYPHENS.has(unit) && !APOSTROPHES.has(unit)) {
    return 0;
  }
  return at + width < text.length && isWordClass(classAt(text, at + width)) ? width : 0;
}

/** Reads the identifier (usually one plain word) that starts at `start`, and returns its end. */
function identifier(text: string, start: number, out: Out): number {
  const firstEnd = wordEnd(text, start);
  const name = symbolicNameEnd(text, start, firstEnd);
  if (name > 0) {
    emit(out, fold(text.slice(start, name)), start, name);
    return name;
  }
  const order = bigONotationEnd(text, start, firstEnd);
  if (order > 0) {
    // LaTeX writes `O(n \log n)`.
    emit(out, fold(text.slice(start, order)).replace(/[\s\\]+/g, ''), start, order);
    // The words in the parentheses are terms too.
    return firstEnd;
  }
  const ends = joinedWords(text, start, firstEnd);
  const end = ends[ends.length - 1] ?? firstEnd;
  if (ends.length === 2) word(text, start, end, out);
  else if (joinedByApostrophes(text, ends)) contraction(text, ends, out);
  else compound(text, ends, out);
  return end;
}

/**
 * Returns the starts and ends, in turn, of words that are joined without a space. `C++` in `C/C++` is a separate name.
 */
function joinedWords(text: string, start: number, firstEnd: number): number[] {
  const ends = [start, firstEnd];
  let end = firstEnd;
  for (let width = joinerLength(text, end); width > 0; width = joinerLength(text, end)) {
    const next = end + width;
    const nextEnd = wordEnd(text, next);
    if (symbolicNameEnd(text, next, nextEnd) > 0) break;
    ends.push(next, nextEnd);
    end = nextEnd;
  }
  return ends;
}

function joinedByApostrophes(text: string, ends: readonly number[]): boolean {
  for (let part = 1; part < ends.length - 1; part += 2)
    if (!APOSTROPHES.has(text.charCodeAt(ends[part] ?? 0))) return false;
  return true;
}

/** Emits the words of an identifier, then its whole. */
function compound(text: string, ends: readonly number[], out: Out): void {
  const position = out.place.position;
  for (let part = 0; part < ends.length; part += 2) word(text, ends[part] ?? 0, ends[part + 1] ?? 0, out);
  if (ends.length / 2 > MAX_PARTS) return;
  const start = ends[0] ?? 0;
  const end = ends[ends.length - 1] ?? start;
  const written = text.slice(start, end);
  // `and/or` and `Note:see` are two words; `FD00::/8` is an identifier.
  if (/[:/]/.test(written) && !hasDigit(text, start, end)) return;
  const whole = onlyDigits(text, ends) ? written.replace(ODD_JOINTS, plainJoint) : parts(text, ends);
  emitWhole(out, fold(whole), { start, end, position });
}

const ODD_JOINTS = /[\u2010\u2011'’ʼ‘＇]/g;

/** Unifies the joiners of a number: one kind of hyphen, no apostrophes. */
function plainJoint(written: string): string {
  return written === '\u2010' || written === '\u2011' ? '-' : '';
}

function parts(text: string, ends: readonly number[]): string {
  let whole = '';
  for (let part = 0; part < ends.length; part += 2) whole += text.slice(ends[part], ends[part + 1]);
  return whole;
}

/** `don't` → `dont`; `patient's` → `patient`; `l'amour` → `amour` (one letter before the apostrophe is an article). */
function contraction(text: string, ends: readonly number[], out: Out): void {
  const last = text.slice(ends[ends.length - 2], ends[ends.length - 1]);
  const kept = last === 's' || last === 'S' ? ends.slice(0, -2) : ends;
  const start = kept[0] ?? 0;
  const end = kept[kept.length - 1] ?? start;
  const lastStart = kept[kept.length - 2] ?? start;
  const article =
    kept.length === 4 &&
    (kept[1] ?? 0) - start === 1 &&
    classOf(text.charCodeAt(start)) !== DIGIT &&
    end - lastStart > 2;
  if (article || kept.length === 2) word(text, lastStart, end, out);
  else emit(out, fold(parts(text, kept)), start, end);
}

/** Whether every word of an identifier is a number. */
function onlyDigits(text: string, ends: readonly number[]): boolean {
  for (let part = 0; part < ends.length; part += 2)
    for (let at = ends[part] ?? 0; at < (ends[part + 1] ?? 0); at += 1)
      if (classOf(text.charCodeAt(at)) !== DIGIT) return false;
  return true;
}

function hasDigit(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) if (classOf(text.charCodeAt(at)) === DIGIT) return true;
  return false;
}

/** Emits a word; if it is camel-cased, first its parts. */
function word(text: string, start: number, end: number, out: Out): void {
  let humps = 0;
  let from = start;
  const position = out.place.position;
  for (let at = start + 1; at < end; at += 1) {
    if (classOf(text.charCodeAt(at)) === UPPER && classOf(text.charCodeAt(at - 1)) === LOWER && at - from > 1) {
      emit(out, fold(text.slice(from, at)), from, at);
      from = at;
      humps += 1;
    }
  }
  if (humps === 0) {
    emit(out, fold(text.slice(start, end)), start, end);
    return;
  }
  emit(out, fold(text.slice(from, end)), from, end);
  emitWhole(out, fold(text.slice(start, end)), { start, end, position });
}

/** Emits a whole identifier at the position of its first part, without counting a position. */
function emitWhole(out: Out, term: string, at: { start: number; end: number; position: number }): void {
  if (term === '') return;
  const after = out.place.position;
  out.place.position = at.position;
  out.place.isCompound = true;
  out.sink(truncateTerm(term), at.start, at.end, out.place);
  out.place.isCompound = false;
  out.place.position = after;
}

function emit(out: Out, term: string, start: number, end: number): void {
  if (term === '') return;
  out.sink(truncateTerm(term), start, end, out.place);
  out.place.position += 1;
}

/** Cuts a term to at most `MAX_TERM_LENGTH` units. */
export function truncateTerm(term: string): string {
  if (term.length <= MAX_TERM_LENGTH) return term;
  const last = term.charCodeAt(MAX_TERM_LENGTH - 1);
  // Do not split a surrogate pair.
  return term.slice(0, last >= 0xd800 && last <= 0xdbff ? MAX_TERM_LENGTH - 1 : MAX_TERM_LENGTH);
}

/** Emits the overlapping n-grams of a run without spaces: bigrams of CJK, trigrams of Thai, Lao and Khmer. */
function ngrams(text: string, start: number, kind: number, out: Out): number {
  const starts: number[] = [];
  let at = start;
  while (at < text.length && classAt(text, at) === kind) {
    starts.push(at);
    at += classOf(text.charCodeAt(at)) === SURROGATE ? 2 : 1;
  }
  starts.push(at);
  const size = kind === CJK ? 2 : 3;
  const count = starts.length - 1;
  for (let first = 0; first === 0 || first + size <= count; first += 1) {
    const from = starts[first] ?? at;
    const to = starts[Math.min(first + size, count)] ?? at;
    emit(out, fold(text.slice(from, to)), from, to);
  }
  return at;
}
