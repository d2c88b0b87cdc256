import { primaryLanguage } from './languages.js';
import { createStemRules, hasAccents, LANGUAGE_PREFIX, type Stem, type StemRules } from './stemming.js';
import { stopWordsOf } from './stop-words.js';
import { tokenize, type TermSink } from './tokenizer.js';

/** Loads the stemmer of a primary language, or returns null if there is none. */
export type LoadStem = (language: string) => Promise<Stem | null>;

/** Calls `sink` with each term of a text and its position. */
export type Tokenize = (text: string, sink: TermSink) => void;

/**
 * Turns text into terms, at index time and at query time. Analyzers with the same `id` give the same terms; an index is
 * only searched with the analyzer that wrote it.
 */
export interface Analyzer {
  readonly id: string;
  /** BCP 47: the site's language or, from `inLanguage`, the requested primary language. */
  readonly language: string;
  /** Whether all fields of a document are indexed as one text in `answer`, and the other fields stay empty. */
  readonly singleField: boolean;
  readonly tokenize: Tokenize;
  /** Returns every term of a text, in order, with repetitions. */
  terms(text: string): string[];
  /**
   * Returns the stem of a term in the site's language. Protected words, numbers and identifiers are their own stems.
   */
  stem(term: string): string;
  /**
   * Returns the names of the stem groups of a term that is spelled `written` in a text, the most specific first: the
   * stem of the spelling with accents, and that of the term. Empty in a language other than the site's that has no
   * stemmer.
   */
  stemKeys(term: string, written: string): readonly string[];
  /** Whether `stemKeys` are always the `stem` alone. */
  readonly stemsTerms: boolean;
  /** Whether a term is searched only if the query has no other word. */
  isStopWord(term: string): boolean;
  /**
   * Returns an analyzer with the same terms, but the stem keys and stop words of another language. Returns itself for
   * the site's language and for null. Stemmers must have been loaded by `loadLanguages`.
   */
  inLanguage(language: string | null): Analyzer;
  /** Loads the stemmers of languages. A language without a stemmer is ignored. */
  loadLanguages(languages: Iterable<string>): Promise<void>;
  /** Whether a term is neither stemmed nor corrected. */
  isProtected(term: string): boolean;
}

export interface AnalyzerOptions {
  readonly language: string;
  readonly stem: Stem;
  /** Replaces the language's own list; null: the language's own. */
  readonly stopWords: readonly string[] | null;
  /** Words that are never stemmed nor corrected. */
  readonly protectedWords: readonly string[];
  /** Loads stemmers of languages other than the site's. */
  readonly loadStem?: LoadStem;
}

/**
 * Increase it whenever the same text may give other terms or stems, so that older indexes and caches are not used.
 * Languages whose stems do not depend on accents have the first one.
 */
const VERSION = 2;
const ACCENTED_VERSION = 3;

/** Returns the 32-bit FNV-1a hash, in hexadecimal. It names option sets and is not used for security. */
export function shortHash(text: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}

/** Returns the term of a listed word: `nodejs` for `Node.js`, `dont` for `don't`. */
function asTerm(word: string): string {
  let found = '';
  tokenize(word, (term, _start, _end, { isCompound }) => {
    if (found === '' || isCompound) found = term;
  });
  return found;
}

export function createAnalyzer(options: AnalyzerOptions): Analyzer {
  const { language: tag, loadStem } = options;
  const language = primaryLanguage(tag);
  const protectedWords = new Set(options.protectedWords.map(asTerm));
  const isProtected = (term: string): boolean => protectedWords.has(term);
  const rules = createStemRules({ language, stem: options.stem, isProtected, prefix: '' });
  const custom = JSON.stringify([options.stopWords, [...protectedWords].sort()]);
  const others = new Map<string, StemRules>();
  const views = new Map<string, Analyzer>();

  const site: Analyzer = {
    id: `askdex-${hasAccents(language) ? ACCENTED_VERSION : VERSION}-${tag}-${shortHash(custom)}`,
    language: tag,
    singleField: false,
    tokenize,
    terms(text) {
      const terms: string[] = [];
      tokenize(text, (term) => terms.push(term));
      return terms;
    },
    stem: rules.stem,
    stemKeys: rules.stemKeys,
    stemsTerms: !hasAccents(language),
    isStopWord: stopWordTest(options.stopWords ?? stopWordsOf(language)),
    isProtected,
    inLanguage(requested) {
      const other = requested === null ? language : primaryLanguage(requested);
      if (other === language) return site;
      const known = views.get(other);
      if (known !== undefined) return known;
      const view = viewOf(site, other, others.get(other));
      // Queries may name any tag, so only loaded languages are cached.
      if (others.has(other)) views.set(other, view);
      return view;
    },
    async loadLanguages(languages) {
      for (const other of new Set(Array.from(languages, primaryLanguage))) {
        if (other === language || others.has(other) || loadStem === undefined) continue;
        const stem = await loadStem(other);
        const prefix = LANGUAGE_PREFIX + other + LANGUAGE_PREFIX;
        if (stem !== null) others.set(other, createStemRules({ language: other, stem, isProtected, prefix }));
      }
    },
  };
  return site;
}

/** Returns the site's analyzer with the rules of another language. Without rules, words have no stem keys. */
function viewOf(site: Analyzer, language: string, rules: StemRules | undefined): Analyzer {
  return {
    ...site,
    language,
    stemKeys: rules?.stemKeys ?? ((): readonly string[] => []),
    stemsTerms: false,
    isStopWord: stopWordTest(stopWordsOf(language)),
  };
}

function stopWordTest(words: readonly string[]): (term: string) => boolean {
  const terms = new Set(words.map(asTerm));
  return (term) => terms.has(term);
}
