import type { Analyzer } from '../../analysis/analyzer.js';
import { compareTerms } from '../terms.js';
import { emptyLists, type FieldLists } from './field-lists.js';

export type Terms = Pick<Analyzer, 'id' | 'terms' | 'stem'>;

/** No frequency in an index is higher. */
const HIGHEST = 0xffff;

/** What texts of documents say when they are analyzed once more. */
export interface AnalyzedFields {
  /** Their distinct words, in order. */
  readonly words: readonly string[];
  /** The lists of each field, once every word has its number; words that have none are left out. */
  lists(words: readonly string[]): readonly FieldLists[];
}

/** Analyzes fields; each is the texts of all documents. */
export function analyzeFields(fields: readonly (readonly string[])[], analyzer: Terms): AnalyzedFields {
  const numbers = new Map<string, number>();
  const occurrences = fields.map((texts) => {
    const field = new Occurrences(analyzer, numbers);
    for (const text of texts) field.add(text);
    return field;
  });
  return {
    words: [...numbers.keys()].sort(compareTerms),
    lists(words) {
      const final = new Int32Array(numbers.size).fill(-1);
      for (const [place, word] of words.entries()) {
        const number = numbers.get(word);
        if (number !== undefined) final[number] = place;
      }
      return occurrences.map((field) => field.lists(final, words.length));
    },
  };
}

/** The terms of one field, document by document. */
class Occurrences {
  /** Of each document: its terms' numbers, each with how often it occurs. */
  readonly #documents: (readonly (readonly [term: number, frequency: number])[])[] = [];
  readonly #known = new Map<string, readonly (readonly [number, number])[]>();

  constructor(
    private readonly analyzer: Terms,
    private readonly numbers: Map<string, number>,
  ) {}

  add(text: string): void {
    const before = this.#known.get(text);
    const terms = before ?? this.#count(text);
    if (before === undefined) this.#known.set(text, terms);
    this.#documents.push(terms);
  }

  #count(text: string): readonly (readonly [number, number])[] {
    const counts = new Map<number, number>();
    for (const term of this.analyzer.terms(text)) {
      const number = this.numbers.get(term) ?? this.numbers.size;
      this.numbers.set(term, number);
      counts.set(number, (counts.get(number) ?? 0) + 1);
    }
    return [...counts];
  }

  lists(final: Int32Array, words: number): FieldLists {
    const counts = new Uint32Array(words);
    for (const terms of this.#documents) {
      for (const [term] of terms) {
        const word = final[term] ?? -1;
        if (word >= 0) counts[word] = (counts[word] ?? 0) + 1;
      }
    }
    const lists = emptyLists(counts);
    const next = lists.starts.slice();
    for (const [document, terms] of this.#documents.entries()) {
      for (const [term, frequency] of terms) {
        const word = final[term] ?? -1;
        if (word < 0) continue;
        const at = next[word] ?? 0;
        lists.documents[at] = document;
        lists.frequencies[at] = Math.min(HIGHEST, frequency);
        next[word] = at + 1;
      }
    }
    return lists;
  }
}

export function sameLists(a: FieldLists, b: FieldLists): boolean {
  return same(a.starts, b.starts) && same(a.documents, b.documents) && same(a.frequencies, b.frequencies);
}

function same(a: Uint32Array | Uint16Array, b: Uint32Array | Uint16Array): boolean {
  return a.length === b.length && a.every((value, at) => value === b[at]);
}
