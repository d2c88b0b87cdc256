import type { Analyzer } from '../../analysis/analyzer.js';
import type { PackedIndex } from '../../index/index-reader.js';

/** The words of a query that share a stem. */
export interface QueryWord {
  /** The word as the analyzer gives it; of several forms the one that is typed last, else the first. */
  readonly term: string;
  /** By the site's language. */
  readonly stem: string;
  /** The stem keys of all forms by the language of the query. */
  readonly keys: ReadonlySet<string>;
  readonly forms: ReadonlySet<string>;
  /** Whether nothing stands behind it: it may be the beginning of a word. */
  readonly last: boolean;
  /** An identifier's whole. */
  readonly whole: boolean;
  /** How often it stands in the query; an identifier's whole counts less. */
  readonly count: number;
}

export interface QueryWords {
  /** Distinct by stem, in the order in which they stand first; without stop words where anything else is asked. */
  readonly words: readonly QueryWord[];
  /** Every word as it stands, identifiers in parts; those that do not count are none of `words`. */
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

/** What an identifier's whole counts beside its parts: they find most of what it finds. */
const WHOLE_COUNTS = 0.3;

/** The words of a query. `analyzer` is that of its language. `kept`: stop words that count all the same. */
export function queryWords(text: string, analyzer: Analyzer, kept?: ReadonlySet<string>): QueryWords {
  const end = text.trimEnd().length;
  const stems = new Map<string, WordDraft>();
  const typed: { term: string; word: WordDraft }[] = [];
  analyzer.tokenize(text, (term, from, to, { isCompound }) => {
    const keys = analyzer.stemKeys(term, text.slice(from, to));
    const name = keys[0] ?? term;
    const last = to === end;
    const times = isCompound ? WHOLE_COUNTS : 1;
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
        count: times,
      };
      stems.set(name, word);
    } else {
      word.forms.add(term);
      for (const key of keys) word.keys.add(key);
      word.count += times;
      if (last && !word.last) {
        word.term = term;
        word.last = last;
      }
    }
    if (!isCompound) typed.push({ term, word });
  });
  const all = [...stems.values()];
  const topical = all.filter(({ term }) => !analyzer.isStopWord(term) || kept?.has(term) === true);
  // What is typed last may be the beginning of a word: `diabetes an` is no question about `an`.
  return { words: topical.length > 0 ? topical : all, occurrences: typed };
}

/** A word of a query in the forms in which it stands there, and the stem keys of all of them. */
export interface WordForms {
  readonly forms: ReadonlySet<string>;
  readonly keys: ReadonlySet<string>;
}

/**
 * The numbers of the words that share a stem with a word of a query, ascending; the word itself whatever language its
 * documents have.
 */
export function wordsWithSameStem({ forms, keys }: WordForms, index: PackedIndex, analyzer: Analyzer): number[] {
  const stemOf = (word: string): string => analyzer.stem(word);
  const [first] = keys;
  // By the site's language every word of the dictionary is among those of its stem.
  if (analyzer.stemsTerms && keys.size === 1 && first !== undefined) return index.stems.wordsOf(first, stemOf);
  const found = new Set<number>();
  for (const key of keys) for (const word of index.stems.wordsOf(key, stemOf)) found.add(word);
  for (const form of forms) {
    const word = index.words.find(form);
    if (word >= 0) found.add(word);
  }
  return [...found].sort((a, b) => a - b);
}
