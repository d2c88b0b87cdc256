import type { Analyzer } from '../../analysis/analyzer.js';
import type { PackedIndex } from '../../index/index-reader.js';

/** The words of a query that share a stem. */
export interface QueryWord {
  /**
   * The word as the analyzer gives it. Of several forms, the query's last word if it is one of them, else the first.
   */
  readonly term: string;
  /** In the site's language. */
  readonly stem: string;
  /** The stem keys of all forms in the query's language. */
  readonly keys: ReadonlySet<string>;
  readonly forms: ReadonlySet<string>;
  /** Whether the query ends with it, so that it may be the beginning of a longer word. */
  readonly last: boolean;
  /** Whether it is a whole identifier, whose parts are words of their own. */
  readonly whole: boolean;
  /** Occurrences in the query. A whole identifier counts less than 1. */
  readonly count: number;
}

export interface QueryWords {
  /** Distinct by stem, in order of first occurrence; without stop words if there is any other word. */
  readonly words: readonly QueryWord[];
  /** Every occurrence of a word, identifiers in parts. Stop words are included even if `words` lacks them. */
  readonly occurrences: readonly WordOccurrence[];
}

export interface WordOccurrence {
  readonly term: string;
  readonly word: QueryWord;
}

type WordDraft = { -readonly [key in keyof QueryWord]: QueryWord[key] } & {
  readonly forms: Set<string>;
  readonly keys: Set<string>;
};

/** What a whole identifier counts beside its parts, which find most of the same documents. */
const WHOLE_COUNT = 0.3;

/**
 * Returns the words of a query. `analyzer` is that of its language, `searchedStopWords` the stop words that are treated
 * like other words.
 */
export function queryWords(text: string, analyzer: Analyzer, searchedStopWords?: ReadonlySet<string>): QueryWords {
  const end = text.trimEnd().length;
  const stems = new Map<string, WordDraft>();
  const occurrences: { term: string; word: WordDraft }[] = [];
  analyzer.tokenize(text, (term, from, to, { isCompound }) => {
    const keys = analyzer.stemKeys(term, text.slice(from, to));
    const name = keys[0] ?? term;
    const last = to === end;
    const count = isCompound ? WHOLE_COUNT : 1;
    let word = stems.get(name);
    if (word === undefined) {
      const stem = analyzer.stem(term);
      word = {
        term,
        stem,
        keys: new Set(keys),
        forms: new Set([term]),
        last,
        whole: isCompound,
        count,
      };
      stems.set(name, word);
    } else {
      word.forms.add(term);
      for (const key of keys) word.keys.add(key);
      word.count += count;
      if (last && !word.last) {
        word.term = term;
        word.last = last;
      }
    }
    if (!isCompound) occurrences.push({ term, word });
  });
  const all = [...stems.values()];
  const topical = all.filter(({ term }) => !analyzer.isStopWord(term) || searchedStopWords?.has(term) === true);
  return { words: topical.length > 0 ? topical : all, occurrences };
}

/** The forms of a word in a query, and the stem keys of all of them. */
export interface WordForms {
  readonly forms: ReadonlySet<string>;
  readonly keys: ReadonlySet<string>;
}

/**
 * Returns the numbers of the index's words that share a stem with a word of a query, ascending. The forms themselves
 * match documents of every language.
 */
export function wordsWithSameStem({ forms, keys }: WordForms, index: PackedIndex, analyzer: Analyzer): number[] {
  const stemOf = (word: string): string => analyzer.stem(word);
  const [first] = keys;
  // With stem keys of the site's language alone, a form is always among the words of its stem.
  if (analyzer.stemsTerms && keys.size === 1 && first !== undefined) return index.stems.wordsOf(first, stemOf);
  const found = new Set<number>();
  for (const key of keys) for (const word of index.stems.wordsOf(key, stemOf)) found.add(word);
  for (const form of forms) {
    const word = index.words.find(form);
    if (word >= 0) found.add(word);
  }
  return [...found].sort((a, b) => a - b);
}
