import type { LiveSegment } from '../../../src/core/model/ports.js';
import assert from 'node:assert/strict';
import { createIndexWriter } from '../../../src/adapters/minisearch/index-writer.js';
import { hashDocument } from '../../../src/app/build/parsed-files.js';
import type { Analyzer } from '../../../src/core/analysis/analyzer.js';
import type { Document } from '../../../src/core/model/document.js';
import { INDEX_FILE } from '../../../src/core/index/format/container.js';
import { openIndex, type PackedIndex } from '../../../src/core/index/index-reader.js';
import { queryTerms } from '../../../src/core/search/query/query-expansion.js';
import { documentOf } from '../../support/documents.js';

/** One segment. A merge omits its documents in `dead`. */
export function segmentOf(
  documents: readonly Document[],
  analyzer: Analyzer,
  dead: readonly Document[] = [],
): LiveSegment {
  const writer = createIndexWriter(analyzer);
  const hashed = [...documents, ...dead].map((document) => ({ document, hash: hashDocument(document) }));
  const bytes = writer.segment(hashed);
  const live = new Set(documents.map(({ key }) => key));
  const keys = writer.contents(bytes)?.keys ?? [];
  return { bytes, live: Uint8Array.from(keys, (key) => (live.has(key) ? 1 : 0)) };
}

/** The index file of several segments. */
export function merged(segments: readonly LiveSegment[], analyzer: Analyzer): Uint8Array {
  const { files } = createIndexWriter(analyzer).merge(segments, (subject) => subject);
  const file = files.find(({ name }) => name === INDEX_FILE);
  assert.ok(file !== undefined);
  return file.bytes;
}

/** An index with a document for each title, in a language or in the site's. */
export function indexOf(
  titles: readonly (readonly [title: string, language: string | null])[],
  analyzer: Analyzer,
): PackedIndex {
  const documents = titles.map(([title, language], at) =>
    documentOf({ key: `/${at}`, url: `/${at}`, title, language }),
  );
  return openIndex(merged([segmentOf(documents, analyzer)], analyzer), { verify: true });
}

/** The terms that a query matches exactly or by inflection, without completions and corrections. */
export function found(query: string, index: PackedIndex, analyzer: Analyzer): string[] {
  const { clauses } = queryTerms(`${query}\n.`, index, analyzer);
  return clauses.flatMap(({ variants }) =>
    variants.filter(({ weight }) => weight >= 0.9).map(({ word }) => index.words.get(word)),
  );
}
