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

/** States of a token that begins like a term of the query. 0: not resolved yet. */
const NO_MATCH = 1;
/** No match by itself, but it may begin a term together with its neighbours. */
const PART = 2;
/** Not a plain word, so its text must be tokenized. */
const MIXED = 3;
/** A plain word that matches. */
const MATCH = 4;

const HYPHEN = 45;
const DOT = 46;
const SLASH = 47;
const UNDERSCORE = 95;
const APOSTROPHE = 39;
const COLON = 58;
const PLUS = 43;
const HASH = 35;
const OPEN = 40;
/** UTF-16 units of the longest word before symbols (`C++`). */
const MAX_NAME = 2;
/** UTF-16 units after the letter of the longest order of growth (`O(n log n)`), plus 1. */
const MAX_ORDER = 26;

/**
 * Finds the marks of texts that are stored as tokens, with the same result as `findHighlights` on their strings. A
 * token is resolved once a query. Most tokens are skipped, because no term of the query begins like them. Only if one
 * does and the token is joined to others (`x-axis`, `patient's`, `C++`) or is no plain word, that part of the text is
 * tokenized.
 */
export class TokenHighlighter {
  readonly #states: Uint8Array;
  readonly #matches = new Map<number, QueryTermMatch>();
  /** By `prefixOf`: whether a term begins like this. Tokens that are no plain words are always candidates. */
  readonly prefixes: TermPrefilter = new Uint8Array(COMPLEX_TOKEN + 1);
  /** By `fingerprint`: whether a term has it. */
  readonly #fingerprints = new Uint8Array(FINGERPRINTS);
  /** Non-ASCII units that terms begin with. */
  readonly #nonAscii = new Set<number>();
  /** Whether a term begins with an ASCII symbol. */
  #symbolic = false;
  #query: HighlightQuery | undefined;

  constructor(private readonly vocabulary: Vocabulary) {
    this.#states = new Uint8Array(vocabulary.size);
  }

  /** Sets the terms that `find` looks for. The result is valid until the next call. */
  setQuery(terms: ReadonlyMap<string, QueryTermMatch>): HighlightQuery {
    this.#states.fill(0);
    this.#matches.clear();
    this.#nonAscii.clear();
    this.#fingerprints.fill(0);
    this.#symbolic = false;
    const wanted = buildTermPrefilter(terms.keys(), this.prefixes.fill(0));
    for (const term of terms.keys()) {
      const first = term.charCodeAt(0);
      if (first < 128) this.prefixes[prefixOf(first, NO_SECOND)] = 1;
      else this.#nonAscii.add(first);
      this.#fingerprints[fingerprint(first, term.charCodeAt(1), term.charCodeAt(term.length - 1), term.length)] = 1;
      this.#symbolic ||= first < 128 && !isWordByte(first);
    }
    this.prefixes[COMPLEX_TOKEN] = 1;
    this.#query = { match: (term) => terms.get(term), prefilter: wanted };
    return this.#query;
  }

  /** Returns the marks of a buffer that was loaded with `prefixes`. */
  find(buffer: TokenBuffer): Highlight[] {
    const marks: Highlight[] = [];
    const { tokens, starts, candidates, candidateCount, length } = buffer;
    let lastRead = -1;
    for (let next = 0; next < candidateCount; next += 1) {
      const at = candidates[next] ?? 0;
      const token = tokens[at] ?? 0;
      const state = this.#states[token] || this.#resolve(token);
      if (state === NO_MATCH || at <= lastRead) continue;
      const start = starts[at] ?? 0;
      if (start >= length) break;
      if (state === MIXED || isJoined(buffer, at)) {
        lastRead = this.#findInSpan(buffer, at, marks);
      } else if (state === MATCH) {
        const { word, weight } = this.#matches.get(token) ?? NOTHING;
        marks.push({ start, end: buffer.endOf(at), word, weight });
      }
    }
    return marks;
  }

  /** Tokenizes the text of the words that are joined around token `at`. Returns the last of these tokens. */
  #findInSpan(buffer: TokenBuffer, at: number, marks: Highlight[]): number {
    if (this.#query === undefined) return at;
    const start = buffer.starts[spanStart(buffer, at)] ?? 0;
    const last = spanEnd(buffer, at);
    addHighlights(marks, buffer.slice(start, buffer.endOf(last)), this.#query, start);
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
    // Most words that begin like a term are not the term. This rules them out without creating a string.
    if (this.#fingerprints[this.#fingerprint(token)] === 0) return PART;
    const match = this.#query?.match(this.vocabulary.token(token).toLowerCase());
    if (match === undefined) return PART;
    this.#matches.set(token, match);
    return MATCH;
  }

  /** Returns the fingerprint of a plain word. */
  #fingerprint(token: number): number {
    const { bytes, starts, byteLengths } = this.vocabulary;
    const start = starts[token] ?? 0;
    const length = byteLengths[token] ?? 0;
    const [first, second, last] = [bytes[start], bytes[start + 1], bytes[start + length - 1]];
    return fingerprint(lowered(first ?? 0), length === 1 ? NaN : lowered(second ?? 0), lowered(last ?? 0), length);
  }

  /** A term may begin at the first unit, at a capital inside the word, and at or after a non-ASCII character. */
  #mixedState(text: string): number {
    for (let at = 0; at < text.length; at += 1) {
      const unit = text.charCodeAt(at);
      if (unit >= 128) {
        if (this.#mayBeginNonAscii(unit)) return MIXED;
        continue;
      }
      const before = at === 0 ? NaN : text.charCodeAt(at - 1);
      if (before < 128 && (!isCapital(unit) || isCapital(before))) continue;
      const next = text.charCodeAt(at + 1);
      // A combining mark before counts as a letter, so a capital after the first unit may start a term of one unit.
      const second = next < 128 && !isCapital(next) && !(before >= 128) ? next : NO_SECOND;
      if (this.prefixes[prefixOf(unit, second)] === 1) return MIXED;
    }
    return NO_MATCH;
  }

  #mayBeginNonAscii(unit: number): boolean {
    const kind = classOf(unit);
    if (kind === OTHER) return false;
    // Characters outside the basic plane are rare.
    if (kind === SURROGATE) return true;
    const folded = foldCharacter(String.fromCharCode(unit));
    // A combining mark folds to nothing, so only the symbols of a name that begins with it are left.
    if (folded === '') return this.#symbolic;
    const first = folded.charCodeAt(0);
    return first < 128 ? this.prefixes[prefixOf(first, NO_SECOND)] === 1 : this.#nonAscii.has(first);
  }
}

const FINGERPRINTS = 4096;

/**
 * Returns a hash below `FINGERPRINTS` of a word's first two units (the second NaN if there is none), last unit and
 * length.
 */
function fingerprint(first: number, second: number, last: number, length: number): number {
  return (((first * 31 + (second | 0)) * 31 + last) * 31 + length) & (FINGERPRINTS - 1);
}

const NOTHING: QueryTermMatch = { word: 0, weight: 0 };

/** Whether the word at `at` may be part of a longer term with its neighbours. */
function isJoined(buffer: TokenBuffer, at: number): boolean {
  return isBound(buffer, at - 1) || isBound(buffer, at + 1) || mayBeNamed(buffer, at);
}

/** Whether the token at `at` joins the words before and after it, or two pieces of one long word. */
function isBound(buffer: TokenBuffer, at: number): boolean {
  if (at < 1 || at + 1 >= buffer.count || !buffer.isWord(at - 1) || buffer.isWord(at)) return false;
  return isJoint(buffer, at) && buffer.isWord(at + 1);
}

/** Whether a token is a joiner of the tokenizer. An empty token separates two pieces of one word. */
function isJoint(buffer: TokenBuffer, at: number): boolean {
  const { bytes, starts, byteLengths } = buffer.vocabulary;
  const token = buffer.tokens[at] ?? 0;
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
function mayBeNamed(buffer: TokenBuffer, at: number): boolean {
  if (at + 1 >= buffer.count || buffer.isWord(at + 1)) return false;
  const { bytes, starts, byteLengths } = buffer.vocabulary;
  const next = buffer.tokens[at + 1] ?? 0;
  const first = (byteLengths[next] ?? 0) > 0 ? bytes[starts[next] ?? 0] : undefined;
  if (first !== PLUS && first !== HASH && first !== OPEN) return false;
  const token = buffer.tokens[at] ?? 0;
  const units = buffer.endOf(at) - (buffer.starts[at] ?? 0);
  // A non-ASCII word may end with a short name after a dash.
  return units <= MAX_NAME || units !== byteLengths[token];
}

/** Returns the first token of the words that are joined around `at`. */
function spanStart(buffer: TokenBuffer, at: number): number {
  let first = at;
  while (isBound(buffer, first - 1)) first -= 2;
  return first;
}

/**
 * Returns the last token of the words that are joined around `at`, including a name's symbols or an order of growth.
 */
function spanEnd(buffer: TokenBuffer, at: number): number {
  let last = at;
  let termEnd = 0;
  for (;;) {
    if (buffer.isWord(last) && mayBeNamed(buffer, last)) termEnd = buffer.endOf(last) + MAX_ORDER;
    if (buffer.isWord(last) && isBound(buffer, last + 1)) last += 2;
    else if (last + 1 < buffer.count && (buffer.starts[last + 1] ?? 0) < termEnd) last += 1;
    else return last;
  }
}
