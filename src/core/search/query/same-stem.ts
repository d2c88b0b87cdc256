import type { Analyzer } from '../../analysis/analyzer.js';
import type { PackedIndex } from '../../index/index-reader.js';

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
