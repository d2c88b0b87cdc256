import { classOf, foldCharacter, OTHER, SURROGATE } from '../../analysis/character-classes.js';
import { buildTermPrefilter, type TermPrefilter } from '../../analysis/tokenizer.js';
import { addHighlights, type QueryTermMatch, type HighlightQuery, type Highlight } from './highlight.js';
import type { TokenBuffer } from '../../index/documents/token-buffer.js';
import {
  PREFIX_MASK,
  prefixOf,
  isCapital,
  isWordByte,
  lowered,
  COMPLEX_TOKEN,
  NO_SECOND,
} from '../../index/documents/token-attributes.js';
import type { Vocabulary } from '../../index/documents/token-vocabulary.js';

/** What the terms of the query make of a token that begins as one of them does. 0: not asked yet. */
const NO_MATCH = 1;
/** Nothing by itself; joined to its neighbours it may begin a term. */
const PART = 2;
/** More than one plain word: only its text tells. */
const MIXED = 3;
/** The query explains the word. */
const EXPLAINED = 4;

const HYPHEN = 45;
const DOT = 46;
const SLASH = 47;
const UNDERSCORE = 95;
const APOSTROPHE = 39;
const COLON = 58;
const PLUS = 43;
const HASH = 35;
const OPEN = 40;
/** Units of the longest name whose symbols belong to it (`C++`), and of an order of growth from its bracket on, and one. */
const NAME = 2;
const ORDER = 26;

/**
 * Finds the marks of texts that are written as tokens: the same as `findMarks` finds in their strings. What the query makes
 * of a token is found out once a query. A term begins with a word of a token, so most tokens are stepped over without a
 * look at their neighbours: no term of the query begins as they do. Where one does, and the token is joined to others
 * (`x-axis`, `patient's`, `C++`), or is not plain itself, that stretch alone is made a string and tokenized.
 */
export class TokenHighlighter {
  readonly #states: Uint8Array;
  readonly #explained = new Map<number, QueryTermMatch>();
  /** Whether a term begins so, by the numbers of `beginningOf`; a mixed token must always be asked. */
  readonly prefixes: TermPrefilter = new Uint8Array(COMPLEX_TOKEN + 1);
  /** Whether a term is as long, with the same beginning and end, by `outlineOf`. */
  readonly #outlines = new Uint8Array(OUTLINES);
  /** Units beyond ASCII that terms begin with. */
  readonly #beyond = new Set<number>();
  /** Whether a term begins with a symbol of ASCII. */
  #symbolic = false;
  #explanation: HighlightQuery | undefined;

  constructor(private readonly vocabulary: Vocabulary) {
    this.#states = new Uint8Array(vocabulary.size);
  }

  /** Takes the terms of a query, whose marks `find` finds from now on. The explanation is valid as long. */
  setQuery(terms: ReadonlyMap<string, QueryTermMatch>): HighlightQuery {
    this.#states.fill(0);
    this.#explained.clear();
    this.#beyond.clear();
    this.#outlines.fill(0);
    this.#symbolic = false;
    const wanted = buildTermPrefilter(terms.keys(), this.prefixes.fill(0));
    for (const term of terms.keys()) {
      const first = term.charCodeAt(0);
      if (first < 128) this.prefixes[prefixOf(first, NO_SECOND)] = 1;
      else this.#beyond.add(first);
      this.#outlines[fingerprint(first, term.charCodeAt(1), term.charCodeAt(term.length - 1), term.length)] = 1;
      this.#symbolic ||= first < 128 && !isWordByte(first);
    }
    this.prefixes[COMPLEX_TOKEN] = 1;
    this.#explanation = { match: (term) => terms.get(term), prefilter: wanted };
    return this.#explanation;
  }

  /** The marks of a run that was filled with `begun`. */
  find(run: TokenBuffer): Highlight[] {
    const marks: Highlight[] = [];
    const { tokens, starts, candidates, candidateCount, length } = run;
    let behind = -1;
    for (let next = 0; next < candidateCount; next += 1) {
      const at = candidates[next] ?? 0;
      const token = tokens[at] ?? 0;
      const state = this.#states[token] || this.#resolve(token);
      if (state === NO_MATCH || at <= behind) continue;
      const start = starts[at] ?? 0;
      if (start >= length) break;
      if (state === MIXED || isJoined(run, at)) {
        behind = this.#findInSpan(run, at, marks);
      } else if (state === EXPLAINED) {
        const { word, weight } = this.#explained.get(token) ?? NOTHING;
        marks.push({ start, end: run.endOf(at), word, weight });
      }
    }
    return marks;
  }

  /** Tokenizes the text of the words that are joined around token `at`; returns the last token of it. */
  #findInSpan(run: TokenBuffer, at: number, marks: Highlight[]): number {
    if (this.#explanation === undefined) return at;
    const start = run.starts[spanStart(run, at)] ?? 0;
    const last = spanEnd(run, at);
    addHighlights(marks, run.slice(start, run.endOf(last)), this.#explanation, start);
    return last;
  }

  #resolve(token: number): number {
    const state = this.#stateOf(token);
    if (token < this.#states.length) this.#states[token] = state;
    return state;
  }

  #stateOf(token: number): number {
    if (((this.vocabulary.shapes()[token] ?? 0) & PREFIX_MASK) === COMPLEX_TOKEN)
      return this.#mixedState(this.vocabulary.token(token));
    // Most words that begin as a term are another one: no string is made of these.
    if (this.#outlines[this.#outline(token)] === 0) return PART;
    const explained = this.#explanation?.match(this.vocabulary.token(token).toLowerCase());
    if (explained === undefined) return PART;
    this.#explained.set(token, explained);
    return EXPLAINED;
  }

  /** The outline of a plain word. */
  #outline(token: number): number {
    const { bytes, starts, byteLengths } = this.vocabulary;
    const start = starts[token] ?? 0;
    const length = byteLengths[token] ?? 0;
    const [first, second, last] = [bytes[start], bytes[start + 1], bytes[start + length - 1]];
    return fingerprint(lowered(first ?? 0), length === 1 ? NaN : lowered(second ?? 0), lowered(last ?? 0), length);
  }

  /** A term may begin with its first unit, with a hump, with and after a character beyond ASCII. */
  #mixedState(text: string): number {
    for (let at = 0; at < text.length; at += 1) {
      const unit = text.charCodeAt(at);
      if (unit >= 128) {
        if (this.#mayBeginBeyond(unit)) return MIXED;
        continue;
      }
      const before = at === 0 ? NaN : text.charCodeAt(at - 1);
      if (before < 128 && (!isCapital(unit) || isCapital(before))) continue;
      const next = text.charCodeAt(at + 1);
      // A mark in front counts as a letter, so that a hump may follow the first one that is left.
      const second = next < 128 && !isCapital(next) && !(before >= 128) ? next : NO_SECOND;
      if (this.prefixes[prefixOf(unit, second)] === 1) return MIXED;
    }
    return NO_MATCH;
  }

  #mayBeginBeyond(unit: number): boolean {
    const kind = classOf(unit);
    if (kind === OTHER) return false;
    // What stands outside the basic plane is rare enough to be read as text.
    if (kind === SURROGATE) return true;
    const folded = foldCharacter(String.fromCharCode(unit));
    // A mark by itself folds to nothing: of a name that it begins, the symbols are left.
    if (folded === '') return this.#symbolic;
    const first = folded.charCodeAt(0);
    return first < 128 ? this.prefixes[prefixOf(first, NO_SECOND)] === 1 : this.#beyond.has(first);
  }
}

const OUTLINES = 4096;

/**
 * A number below `OUTLINES` for words of a length with a beginning (NaN: there is no second unit) and an end; different ones
 * may share it.
 */
function fingerprint(first: number, second: number, last: number, length: number): number {
  return (((first * 31 + (second | 0)) * 31 + last) * 31 + length) & (OUTLINES - 1);
}

const NOTHING: QueryTermMatch = { word: 0, weight: 0 };

/** Whether the word at `at` may be more than itself by what stands before or after it. */
function isJoined(run: TokenBuffer, at: number): boolean {
  return isBound(run, at - 1) || isBound(run, at + 1) || mayBeNamed(run, at);
}

/** Whether what stands at `at` binds the word before it to the word after it, or joins the pieces of a long one. */
function isBound(run: TokenBuffer, at: number): boolean {
  if (at < 1 || at + 1 >= run.count || !run.isWord(at - 1) || run.isWord(at)) return false;
  return isJoint(run, at) && run.isWord(at + 1);
}

/** A joint as the tokenizer has it, alone between two words; an empty token stands between two pieces of one word. */
function isJoint(run: TokenBuffer, at: number): boolean {
  const { bytes, starts, byteLengths } = run.vocabulary;
  const token = run.tokens[at] ?? 0;
  const length = byteLengths[token] ?? 0;
  const start = starts[token] ?? 0;
  if (length === 0) return true;
  const first = bytes[start] ?? 0;
  if (first !== COLON) {
    const single = first === HYPHEN || first === DOT || first === SLASH;
    return length === 1 && (single || first === UNDERSCORE || first === APOSTROPHE);
  }
  for (let next = start + 1; next < start + length; next += 1)
    if (bytes[next] !== COLON && bytes[next] !== SLASH) return false;
  return length <= 4;
}

/** Whether the word at `at` may be a name with symbols (`C++`) or an order of growth (`O(n)`). */
function mayBeNamed(run: TokenBuffer, at: number): boolean {
  if (at + 1 >= run.count || run.isWord(at + 1)) return false;
  const { bytes, starts, byteLengths } = run.vocabulary;
  const next = run.tokens[at + 1] ?? 0;
  const first = (byteLengths[next] ?? 0) > 0 ? bytes[starts[next] ?? 0] : undefined;
  if (first !== PLUS && first !== HASH && first !== OPEN) return false;
  const token = run.tokens[at] ?? 0;
  const units = run.endOf(at) - (run.starts[at] ?? 0);
  // A word beyond ASCII may end with a short name after a dash.
  return units <= NAME || units !== byteLengths[token];
}

/** The first token of the words that are joined around `at`. */
function spanStart(run: TokenBuffer, at: number): number {
  let first = at;
  while (isBound(run, first - 1)) first -= 2;
  return first;
}

/** The last one, with what a name or an order of growth reaches over. */
function spanEnd(run: TokenBuffer, at: number): number {
  let last = at;
  let reach = 0;
  for (;;) {
    if (run.isWord(last) && mayBeNamed(run, last)) reach = run.endOf(last) + ORDER;
    if (run.isWord(last) && isBound(run, last + 1)) last += 2;
    else if (last + 1 < run.count && (run.starts[last + 1] ?? 0) < reach) last += 1;
    else return last;
  }
}
