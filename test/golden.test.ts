import type { HashedDocument } from '../src/core/model/ports.js';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createDocumentSource, DEFAULT_MAPPING } from '../src/adapters/markdown/source.js';
import { createIndexWriter } from '../src/adapters/minisearch/index-writer.js';
import { loadStem } from '../src/adapters/stemmers/stemmers.js';
import { collectDocuments, parseFile } from '../src/app/build/parsed-files.js';
import { createAnalyzer } from '../src/core/analysis/analyzer.js';
import { INDEX_FILE } from '../src/core/index/format/container.js';
import { openIndex } from '../src/core/index/index-reader.js';
import { IndexSearcher } from '../src/core/search/index-searcher.js';
import type { Document } from '../src/core/model/document.js';
import { queryOf } from '../src/core/model/query.js';
import { DEFAULT_SETTINGS } from '../src/core/model/settings.js';

interface GoldenQuery {
  readonly query: string;
  /** The url of the best document for the query. */
  readonly expect: string;
}

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const GOLDEN = JSON.parse(readFileSync(path('../golden/queries.json'), 'utf8')) as GoldenQuery[];

async function searcherOverContent(): Promise<IndexSearcher> {
  const source = createDocumentSource({ path: path('../content'), mapping: DEFAULT_MAPPING });
  const { entries, problems } = await source.scan();
  const documents: HashedDocument[] = [];
  const readings = [];
  for (const entry of entries) {
    const take = (document: Document, hash: string) => void documents.push({ document, hash });
    readings.push(await parseFile(source, entry, take));
  }
  assert.deepEqual(collectDocuments(readings, problems).problems, []);
  const stem = await loadStem('en');
  const analyzer = createAnalyzer({ language: 'en', stem, stopWords: null, protectedWords: [] });
  const writer = createIndexWriter(analyzer);
  const draft = writer.merge([{ bytes: writer.segment(documents), live: null }], (subject) => subject);
  const file = draft.files.find(({ name }) => name === INDEX_FILE);
  assert.ok(file !== undefined);
  const settings = DEFAULT_SETTINGS;
  return new IndexSearcher(openIndex(file.bytes, { verify: true }), {
    analyzer,
    settings,
    generation: 'test',
  });
}

describe('the golden queries on the sample content', () => {
  let searcher: IndexSearcher;
  before(async () => {
    searcher = await searcherOverContent();
  });

  it('number at least 120 and expect every document', () => {
    assert.ok(GOLDEN.length >= 120);
    assert.equal(new Set(GOLDEN.map(({ expect }) => expect)).size, searcher.index.size);
  });

  for (const { query, expect } of GOLDEN) {
    it(`rank the expected document first for "${query}"`, () => {
      assert.equal(searcher.search(queryOf(query)).hits[0]?.url, expect);
    });
  }
});
