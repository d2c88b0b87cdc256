import { fold } from './character-classes.js';
import { lazy } from '../lazy.js';

/** Returns the stem of a word, which must be in lower case and spelled with its accents. */
export type Stem = (word: string) => string;

/**
 * Prefix of the stem keys of languages other than the site's. No stem of the site's language begins with it, and it
 * sorts before all terms.
 */
export const LANGUAGE_PREFIX = '\u0000';

/** Languages that are spelled without accents. */
const UNACCENTED: ReadonlySet<string> = new Set(['en']);

/** Whether a language's stems depend on a word's accents. */
export function hasAccents(language: string): boolean {
  return !UNACCENTED.has(language);
}

/** How one language stems terms. */
export interface StemRules {
  /** Returns the stem of a term. */
  readonly stem: (term: string) => string;
  /** See `Analyzer.stemKeys`. */
  readonly stemKeys: (term: string, written: string) => readonly string[];
}

export interface StemRulesOptions {
  /** Primary language. */
  readonly language: string;
  readonly stem: Stem;
  readonly isProtected: (term: string) => boolean;
  /** Prepended to each key. */
  readonly prefix: string;
}

/** Stems in the cache. If there would be more, it is emptied, so that hostile queries cannot fill the memory. */
const MAX_MEMOIZED = 200_000;
/** Three or more letters: numbers, identifiers with digits and short names have no inflections. */
const STEMMABLE = lazy(() => /^\p{L}{3,}$/u);
const STEMMABLE_ASCII = /^[A-Za-z]{3,}$/;
const ASCII = /^[\0-\x7f]*$/;

/**
 * Creates the stem rules of a language. Stemmers recognize endings by their accents (`inflamación` has the ending of
 * `inflamaciones`, `inflamacion` has none), so the spelling is stemmed and the result folded. A word that is written
 * with accents has two keys: that of its spelling, and that of the term, which matches queries typed without accents.
 */
export function createStemRules({ language, stem: given, isProtected, prefix }: StemRulesOptions): StemRules {
  const byTerm = memoized(given);
  const bySpelling = memoized((spelling) => fold(given(spelling)));
  const isStemmed = (term: string): boolean =>
    (STEMMABLE_ASCII.test(term) || STEMMABLE().test(term)) && !isProtected(term);
  const stem = (term: string): string => (isStemmed(term) ? byTerm(term) : term);
  return {
    stem,
    stemKeys(term, written) {
      const own = prefix + stem(term);
      if (!hasAccents(language) || ASCII.test(written)) return [own];
      const spelling = written.normalize('NFKC').toLowerCase();
      // A whole identifier, a contraction or a truncated word is no word of the language.
      if (!isStemmed(term) || fold(spelling) !== term) return [own];
      const spelled = prefix + bySpelling(spelling);
      return spelled === own ? [own] : [spelled, own];
    },
  };
}

/** Caches stems. A word whose stem is empty is its own stem. */
function memoized(stem: Stem): Stem {
  let stems = new Map<string, string>();
  return (word) => {
    const known = stems.get(word);
    if (known !== undefined) return known;
    const found = stem(word) || word;
    if (stems.size >= MAX_MEMOIZED) stems = new Map();
    stems.set(word, found);
    return found;
  };
}
