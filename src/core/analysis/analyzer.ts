import { primaryLanguage } from './languages.js';
import { createStemRules, hasAccents, LANGUAGE_PREFIX, type Stem, type StemRules } from './stemming.js';
import { stopWordsOf } from './stop-words.js';
import { tokenize, type TermSink } from './tokenizer.js';

/** Loads the stemmer of a primary language; null: there is none. */
export type LoadStem = (language: string) => Promise<Stem | null>;

/** Gives each term of a text with its place. */
export type Tokenize = (text: string, sink: TermSink) => void;

/**
 * Turns text into terms: the same one at index and at query time. What it does is named by its `id`; an index is only
 * searched with the analyzer that wrote it.
 */
export interface Analyzer {
  readonly id: string;
  /** BCP 47: the site's language or, of `inLanguage`, the primary language that was asked for. */
  readonly language: string;
  /** A document's fields are indexed as one text, in the place of `answer`; the other fields stay empty. */
  readonly singleField: boolean;
  /** Gives each term with its place. */
  readonly tokenize: Tokenize;
  /** The terms of a text, in order, repeated as often as they occur. */
  terms(text: string): string[];
  /** The stem of a term by the site's language; a protected word, a number or an identifier is its own. */
  stem(term: string): string;
  /**
   * The groups of inflections to which a term belongs that is `written` so in a text, the most telling first: its stem, also
   * as it is spelled with accents. None in a language without a stemmer that is not the site's.
   */
  stemKeys(term: string, written: string): readonly string[];
  /** Whether `stemKeys` are always the `stem` alone. */
  readonly stemsTerms: boolean;
  /** A word that counts only where nothing else is asked. */
  isStopWord(term: string): boolean;
  /**
   * The same terms with the stem keys and stop words of another language; itself for the site's, and for null. Stems are
   * those that `prepare` loaded.
   */
  inLanguage(language: string | null): Analyzer;
  /** Loads the stemmers of languages; those without one are passed over. */
  loadLanguages(languages: Iterable<string>): Promise<void>;
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
  /** Stemmers of other languages than the site's; left out: there are none. */
  readonly loadStem?: LoadStem;
}

/**
 * Raise it whenever the same text may give other terms or stems: indexes and caches made before are then set aside. The
 * first is that of languages without accents.
 */
const VERSION = 2;
const ACCENTED_VERSION = 3;

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
    if (found === '' || place.isCompound) found = term;
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
    inLanguage(asked) {
      const other = asked === null ? language : primaryLanguage(asked);
      if (other === language) return site;
      const known = views.get(other);
      if (known !== undefined) return known;
      const view = viewOf(site, other, others.get(other));
      // Any tag may be asked for: only those that someone loaded are remembered.
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

/** The site's analyzer with the rules of another language; without rules words have no inflections. */
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
