import assert from 'node:assert/strict';
import type { Document } from '../../../src/core/model/document.js';
import { type SearchResponse, RELATED_COUNT } from '../../../src/core/model/search-response.js';
import type { Backend } from '../../../src/core/model/ports.js';
import { queryOf, type Query } from '../../../src/core/model/query.js';
import type { SearchSettings } from '../../../src/core/model/settings.js';
import { countFacets } from '../../support/facets.js';
import { assertRanges, assertSnippet } from '../../support/snippets.js';
import { DOCUMENTS } from '../backend-documents.js';

/** Builds an index of the documents and opens it; without settings, with the default ones. */
export type OpenForTest = (documents: readonly Document[], settings?: SearchSettings) => Promise<Backend>;

/** Features that a backend may lack, each with a reason, which is printed in the title of the skipped test. */
export interface Gaps {
  readonly explain?: string;
  readonly rarestTermsKept?: string;
}

/** The context of the suite's tests. */
export interface Subject {
  readonly open: OpenForTest;
  readonly gaps: Gaps;
  /** A backend over `DOCUMENTS`, open while tests run. */
  readonly backend: Backend;
  /** Searches `backend` and checks the rules for every answer. */
  readonly ask: (text: string, choices?: Partial<Query>) => Promise<SearchResponse>;
  readonly idsOf: (answer: SearchResponse) => string[];
}

/** Opens the backend before the tests of the suite that calls it and closes it after them. */
export function subjectOf(open: OpenForTest, gaps: Gaps): Subject {
  let backend: Backend | null = null;
  before(async () => {
    backend = await open(DOCUMENTS);
  });
  after(async () => {
    await backend?.close();
  });
  const opened = (): Backend => {
    assert.ok(backend !== null, 'tests alone may use the backend');
    return backend;
  };
  return {
    open,
    gaps,
    get backend() {
      return opened();
    },
    ask: async (text, choices = {}) => {
      const query = queryOf(text, choices);
      const answer = await opened().search(query);
      assertAnswer(answer, query, opened());
      return answer;
    },
    idsOf: (answer) => answer.hits.map(({ id }) => id),
  };
}

export function gapOr(title: string, reason: string | undefined, test: () => Promise<void>): void {
  // Mocha lists a test without a body as pending, so the gap is printed with its reason.
  if (reason === undefined) it(title, test);
  else it(`${title} — left out: ${reason}`);
}

const BY_KEY = new Map(DOCUMENTS.map((document) => [document.key, document]));

export function documentAt(key: string): Document {
  const document = BY_KEY.get(key);
  assert.ok(document !== undefined, `no document has the key ${key}`);
  return document;
}

/** Checks the counts of an answer against all its hits, over all pages. */
export function assertCounts(answer: SearchResponse, ids: readonly string[], facets: Query['facets']): void {
  // A value may be spelled as in any of its documents. Here all spell it alike.
  assert.deepEqual(answer.facets, countFacets(ids.map(documentAt), facets));
}

/** Checks the rules for every answer to every query. */
export function assertAnswer(answer: SearchResponse, query: Query, backend: Backend): void {
  assert.equal(answer.generation, backend.manifest.generation);
  assert.deepEqual([answer.query, answer.limit, answer.offset], [query.text, query.limit, query.offset]);
  assert.ok(answer.hits.length <= query.limit);
  if (query.exactTotal) assert.equal(answer.totalHitsExact, true);
  if (answer.totalHitsExact)
    assert.equal(answer.hits.length, Math.max(0, Math.min(query.limit, answer.totalHits - query.offset)));
  assert.ok(answer.totalHits <= backend.manifest.documents);
  assert.deepEqual(Object.keys(answer.facets ?? {}).sort(), [...query.facets].sort());
  assert.ok(answer.droppedTerms.length === new Set(answer.droppedTerms).size);
  const ids = answer.hits.map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length);
  let score = Infinity;
  for (const hit of answer.hits) {
    assert.ok(Number.isFinite(hit.score));
    if (query.sort === null) assert.ok(hit.score <= score, 'the best first');
    score = hit.score;
    assertRanges(hit.title, hit.titleHighlights);
    hit.snippets.forEach(assertSnippet);
    const urls = hit.related.map(({ url }) => url);
    assert.ok(urls.length <= RELATED_COUNT && !urls.includes(hit.url));
    assert.equal(new Set(urls).size, urls.length);
  }
  assert.deepEqual(JSON.parse(JSON.stringify(answer)), answer, 'survives JSON');
}
