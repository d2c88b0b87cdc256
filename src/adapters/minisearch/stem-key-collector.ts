import type { Analyzer } from '../../core/analysis/analyzer.js';
import type { Document } from '../../core/model/document.js';
import type { ExtraStemKeys } from '../../core/build/segment-words.js';

/**
 * Collects the stem keys that depend on a document's language and spelling and cannot be derived from its terms. Call
 * `enter` for each document before `terms` for its texts.
 */
export class StemKeyCollector {
  readonly #keys = new Map<string, Map<string, number[]>>();
  #language: Analyzer;
  #document = 0;

  constructor(private readonly analyzer: Analyzer) {
    this.#language = analyzer;
  }

  enter(number: number, { language }: Document): void {
    this.#document = number;
    this.#language = this.analyzer.inLanguage(language);
  }

  /** The terms of a text of the last entered document. */
  readonly terms = (text: string): string[] => {
    const language = this.#language;
    if (language.stemsTerms) return language.terms(text);
    const terms: string[] = [];
    language.tokenize(text, (term, start, end) => {
      terms.push(term);
      for (const key of language.stemKeys(term, text.slice(start, end)))
        if (key !== this.analyzer.stem(term)) this.#add(term, key);
    });
    return terms;
  };

  get found(): ExtraStemKeys {
    return this.#keys;
  }

  #add(term: string, key: string): void {
    const keys = this.#keys.get(term) ?? new Map<string, number[]>();
    this.#keys.set(term, keys);
    const documents = keys.get(key);
    if (documents === undefined) keys.set(key, [this.#document]);
    else if (documents[documents.length - 1] !== this.#document) documents.push(this.#document);
  }
}
