import { fold } from './character-classes.js';
import { lazy } from '../lazy.js';

/** Reduces a word in lower case, spelled as its language spells it, to the part it shares with its inflections. */
export type Stem = (word: string) => string;

/**
 * Begins the stem keys of languages that are not the site's: no stem of the site's own begins so, and such keys come first
 * in the order of terms.
 */
export const LANGUAGE_PREFIX = '\u0000';

/** Languages whose stemmers see words as they are indexed, without accents: they spell with none. */
const UNACCENTED: ReadonlySet<string> = new Set(['en']);

/** Whether a language's stems depend on the accents that a word is written with. */
export function hasAccents(language: string): boolean {
  return !UNACCENTED.has(language);
}

/** How one language stems terms. */
export interface StemRules {
  /** The stem of a term, which has no accents. */
  readonly stem: (term: string) => string;
  /** Names of the groups of inflections to which a term belongs that is written so, the most telling first. */
  readonly stemKeys: (term: string, written: string) => readonly string[];
}

export interface StemRulesOptions {
  /** Primary language. */
  readonly language: string;
  readonly stem: Stem;
  readonly isProtected: (term: string) => boolean;
  /** Stands before each key. */
  readonly prefix: string;
}

/** Stems remembered; past it the memory starts anew, so that hostile queries cannot fill it. */
const MAX_MEMOIZED = 200_000;
/** Letters alone, three or more: numbers, identifiers with digits and short names have no inflection. */
const STEMMABLE = lazy(() => /^\p{L}{3,}$/u);
const STEMMABLE_ASCII = /^[A-Za-z]{3,}$/;
const ASCII = /^[\0-\x7f]*$/;

/**
 * Stems as the language spells, and folds what comes of it: a stemmer tells endings by their accents (`inflamación` has the
 * ending of `inflamaciones`, `inflamacion` has none). A term that is written with accents has two keys, that of its
 * spelling and that of the term itself, by which those who type none find it.
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
      // An identifier's whole, a contraction, a word that was cut: no word of the language.
      if (!isStemmed(term) || fold(spelling) !== term) return [own];
      const spelled = prefix + bySpelling(spelling);
      return spelled === own ? [own] : [spelled, own];
    },
  };
}

/** Remembers stems; a word whose stem is empty is its own. */
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
