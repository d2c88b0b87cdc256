import type { HashedDocument } from '../../core/model/ports.js';
import MiniSearch from 'minisearch';
import type { Analyzer } from '../../core/analysis/analyzer.js';
import { FIELDS, fieldText, type Document, type Field } from '../../core/model/document.js';
import { byKey, writeSegment } from '../../core/build/segment-writer.js';
import type { ForwardIndex, ExtraStemKeys } from '../../core/build/segment-words.js';
import type { Options } from 'minisearch';

/** Builds a segment from what a new MiniSearch instance counts in the documents. */
export function buildSegment(
  documents: readonly HashedDocument[],
  { analyzer, writer }: { readonly analyzer: Analyzer; readonly writer: string },
): Uint8Array<ArrayBuffer> {
  const sorted = [...documents].sort((a, b) => byKey(a.document, b.document));
  const stemKeys = new StemKeyCollector(analyzer);
  const index = new MiniSearchWithForwardIndex(miniSearchOptions(analyzer, stemKeys.terms));
  for (const [number, { document }] of sorted.entries()) {
    stemKeys.enter(number, document);
    index.add(document);
  }
  return writeSegment(sorted, index.forward(sorted.length), {
    stem: (word) => analyzer.stem(word),
    otherKeys: stemKeys.found,
    writer,
  });
}

/** Reads MiniSearch's internal counts directly, because its JSON would create an object per posting. */
class MiniSearchWithForwardIndex extends MiniSearch<Document> {
  /** The forward index of `size` documents, which MiniSearch numbers in the order of their addition. */
  forward(size: number): ForwardIndex {
    const starts = new Uint32Array(size + 1);
    const words: string[] = [];
    for (const [word, fields] of this._index) {
      words.push(word);
      for (const documents of fields.values())
        for (const document of documents.keys()) starts[document + 1] = (starts[document + 1] ?? 0) + 1;
    }
    for (let document = 0; document < size; document += 1) {
      starts[document + 1] = (starts[document + 1] ?? 0) + (starts[document] ?? 0);
    }
    const next = starts.slice();
    const total = starts[size] ?? 0;
    const entries = new Uint32Array(total);
    const frequencies = new Uint32Array(total);
    let word = 0;
    for (const fields of this._index.values()) {
      for (let field = 0; field < FIELDS.length; field += 1) {
        for (const [document, frequency] of fields.get(field) ?? []) {
          const at = next[document] ?? 0;
          entries[at] = word * 4 + field;
          frequencies[at] = frequency;
          next[document] = at + 1;
        }
      }
      word += 1;
    }
    const distinct = new Uint32Array(size * FIELDS.length);
    for (const [document, lengths] of this._fieldLength) {
      for (const [field, length] of lengths.entries()) distinct[document * FIELDS.length + field] = length;
    }
    return { words, starts, entries, frequencies, distinct };
  }
}

/**
 * The options with which MiniSearch indexes documents: the product's analyzer and no stored fields, whose names could
 * clash with those of a hit. `terms` replaces the analyzer's function of that name.
 */
export function miniSearchOptions(
  analyzer: Analyzer,
  terms: Analyzer['terms'] = (text) => analyzer.terms(text),
): Options<Document> {
  const text = analyzer.singleField ? joinedText : fieldText;
  return {
    idField: 'key',
    fields: [...FIELDS],
    storeFields: [],
    extractField: (document, name) => (isField(name) ? text(document, name) : document.key),
    tokenize: (text) => terms(text),
    processTerm: (term) => term,
    // MiniSearch's defaults. All three are needed: a partial object gives NaN scores.
    searchOptions: { bm25: { k: 1.2, b: 0.7, d: 0.5 } },
  };
}

/** All fields joined into one, which takes the place of the answer. */
function joinedText(document: Document, field: Field): string {
  return field === 'answer' ? FIELDS.map((each) => fieldText(document, each)).join('\n') : '';
}

function isField(name: string): name is Field {
  return FIELDS.some((field) => field === name);
}

/**
 * Collects the stem keys that depend on a document's language and spelling and cannot be derived from its terms. Call
 * `enter` for each document before `terms` for its texts.
 */
class StemKeyCollector {
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
