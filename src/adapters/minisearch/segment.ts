import MiniSearch from 'minisearch';
import type { Analyzer } from '../../core/analysis/analyzer.js';
import { FIELDS, type Document } from '../../core/document.js';
import { byKey, writeSegment, type ForwardIndex, type HashedDocument } from '../../core/packed/segment.js';
import { miniSearchOptions } from './options.js';

/** Builds a segment: a fresh MiniSearch indexes the documents, what it counted is written down. */
export function buildSegment(
  documents: readonly HashedDocument[],
  { analyzer, writer }: { readonly analyzer: Analyzer; readonly writer: string },
): Uint8Array<ArrayBuffer> {
  const sorted = [...documents].sort((a, b) => byKey(a.document, b.document));
  const index = new MiniSearch<Document>(miniSearchOptions(analyzer));
  for (const { document } of sorted) index.add(document);
  return writeSegment(sorted, forwardIndex(index, sorted.length), {
    stem: (word) => analyzer.stem(word),
    writer,
  });
}

/** MiniSearch numbers documents and fields in the order in which they are added: ours. */
function forwardIndex(index: MiniSearch<Document>, size: number): ForwardIndex {
  const { index: terms, fieldLength } = index.toJSON();
  const starts = new Uint32Array(size + 1);
  const each = (visit: (word: number, field: number, document: number, frequency: number) => void): void => {
    for (const [word, [, fields]] of terms.entries()) {
      for (const [field, documents] of Object.entries(fields)) {
        for (const document of Object.keys(documents)) {
          visit(word, Number(field), Number(document), documents[document] ?? 0);
        }
      }
    }
  };
  each((_word, _field, document) => {
    starts[document + 1] = (starts[document + 1] ?? 0) + 1;
  });
  for (let document = 0; document < size; document += 1) {
    starts[document + 1] = (starts[document + 1] ?? 0) + (starts[document] ?? 0);
  }
  const next = starts.slice();
  const total = starts[size] ?? 0;
  const entries = new Uint32Array(total);
  const frequencies = new Uint32Array(total);
  each((word, field, document, frequency) => {
    const at = next[document] ?? 0;
    entries[at] = word * 4 + field;
    frequencies[at] = frequency;
    next[document] = at + 1;
  });
  const distinct = new Uint32Array(size * FIELDS.length);
  for (const [document, lengths] of Object.entries(fieldLength)) {
    for (const [field, length] of lengths.entries())
      distinct[Number(document) * FIELDS.length + field] = length;
  }
  return { words: terms.map(([word]) => word), starts, entries, frequencies, distinct };
}
