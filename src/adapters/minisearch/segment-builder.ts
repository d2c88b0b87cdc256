import MiniSearch from 'minisearch';
import type { Analyzer } from '../../core/analysis/analyzer.js';
import { FIELDS, fieldText, type Document, type Field } from '../../core/model/document.js';
import { byKey, writeSegment } from '../../core/build/segment-writer.js';
import type { ForwardIndex } from '../../core/build/segment-words.js';
import type { HashedDocument } from '../../core/model/segments.js';
import { StemKeyCollector } from './stem-key-collector.js';
import type { Options } from 'minisearch';

/** Builds a segment: a fresh MiniSearch indexes the documents, what it counted is written down. */
export function buildSegment(
  documents: readonly HashedDocument[],
  { analyzer, writer }: { readonly analyzer: Analyzer; readonly writer: string },
): Uint8Array<ArrayBuffer> {
  const sorted = [...documents].sort((a, b) => byKey(a.document, b.document));
  const written = new StemKeyCollector(analyzer);
  const index = new MiniSearchWithForwardIndex(miniSearchOptions(analyzer, written.terms));
  for (const [number, { document }] of sorted.entries()) {
    written.enter(number, document);
    index.add(document);
  }
  return writeSegment(sorted, index.forward(sorted.length), {
    stem: (word) => analyzer.stem(word),
    otherKeys: written.found,
    writer,
  });
}

/** MiniSearch, with what it counted told as it lies there: its JSON would make an object of every posting first. */
class MiniSearchWithForwardIndex extends MiniSearch<Document> {
  /** Of `size` documents: MiniSearch numbers documents and fields in the order in which they are added, which is ours. */
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
 * How MiniSearch indexes documents here: the product's analyzer, no stored fields (a hit's own names stay free). `terms`
 * stands for the analyzer's where someone reads along.
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
    // All three numbers: a partial object gives NaN scores. MiniSearch's own defaults.
    searchOptions: { bm25: { k: 1.2, b: 0.7, d: 0.5 } },
  };
}

/** All that a document says as one field, in the place of its answer. */
function joinedText(document: Document, field: Field): string {
  return field === 'answer' ? FIELDS.map((each) => fieldText(document, each)).join('\n') : '';
}

function isField(name: string): name is Field {
  return FIELDS.some((field) => field === name);
}
