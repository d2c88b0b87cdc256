import { stopWordsOf } from './stop-words.js';
import { tokenize, type TermSink } from './tokenize.js';

/** Reduces a folded word to the part it shares with its inflections. */
export type Stem = (word: string) => string;

/** Gives each term of a text with its place. */
export type Tokenize = (text: string, sink: TermSink) => void;

/**
 * Turns text into terms: the same one at index and at query time. What it does is named by its `id`; an index is only
 * searched with the analyzer that wrote it.
 */
export interface Analyzer {
  readonly id: string;
  /** BCP 47 primary language. */
  readonly language: string;
  /** A document's fields are indexed as one text, in the place of `answer`; the other fields stay empty. */
  readonly oneField: boolean;
  /** Gives each term with its place. */
  readonly tokenize: Tokenize;
  /** The terms of a text, in order, repeated as often as they occur. */
  terms(text: string): string[];
  /** The stem of a term; a protected word, a number or an identifier is its own. */
  stem(term: string): string;
  /** A word that counts only where nothing else is asked. */
  isStopWord(term: string): boolean;
  /** A word that stands as it is: neither stemmed nor corrected. */
  isProtected(term: string): boolean;
}

export interface AnalyzerOptions {
  readonly language: string;
  readonly stem: Stem;
  /** Replaces the language's own list; null: the language's own. */
  readonly stopWords: readonly string[] | null;
  /** Words that are never stemmed nor corrected. */
  readonly protectedWords: readonly string[];
}

/** Raise it whenever the same text may give other terms or stems: indexes and caches made before are then set aside. */
const VERSION = 2;

/** FNV-1a, 32 bits: names option sets; no security rests on it. */
export function shortHash(text: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}

/** A listed word as the term that it gives in a text: `Node.js` gives `nodejs`, `don't` gives `dont`. */
function asTerm(word: string): string {
  let found = '';
  tokenize(word, (term, _start, _end, place) => {
    if (found === '' || place.whole) found = term;
  });
  return found;
}

/** Stems remembered; past it the memory starts anew, so that hostile queries cannot fill it. */
const REMEMBERED = 200_000;

export function createAnalyzer(options: AnalyzerOptions): Analyzer {
  const protectedWords = new Set(options.protectedWords.map(asTerm));
  const stopWords = new Set((options.stopWords ?? stopWordsOf(options.language)).map(asTerm));
  const custom = JSON.stringify([options.stopWords, [...protectedWords].sort()]);
  let stems = new Map<string, string>();

  const stem = (term: string): string => {
    const known = stems.get(term);
    if (known !== undefined) return known;
    const found = protectedWords.has(term) || !STEMMABLE.test(term) ? term : options.stem(term) || term;
    if (stems.size >= REMEMBERED) stems = new Map();
    stems.set(term, found);
    return found;
  };

  return {
    id: `askdex-${VERSION}-${options.language}-${shortHash(custom)}`,
    language: options.language,
    oneField: false,
    tokenize,
    terms(text) {
      const terms: string[] = [];
      tokenize(text, (term) => terms.push(term));
      return terms;
    },
    stem,
    isStopWord: (term) => stopWords.has(term),
    isProtected: (term) => protectedWords.has(term),
  };
}

/** Letters alone, three or more: numbers, identifiers with digits and short names have no inflection. */
const STEMMABLE = /^\p{L}{3,}$/u;
