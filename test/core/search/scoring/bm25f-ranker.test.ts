import assert from 'node:assert/strict';
import fc from 'fast-check';
import { TopK } from '../../../../src/core/search/scoring/top-k.js';
import { QueryEngine, type QueryResult } from '../../../../src/core/search/query-engine.js';
import type { PackedIndex } from '../../../../src/core/index/index-reader.js';
import { queryTerms } from '../../../../src/core/search/query/query-expansion.js';
import { Bm25fRanker } from '../../../../src/core/search/scoring/bm25f-ranker.js';
import { DEFAULT_BM25F } from '../../../../src/core/search/scoring/bm25.js';
import { queryOf, type Filter } from '../../../../src/core/model/query.js';
import { DEFAULT_SETTINGS } from '../../../../src/core/model/settings.js';
import { countFacets, filterTest } from '../../../support/facets.js';
import { documentOf } from '../../../support/documents.js';
import { ANALYZER, opened, smallCorpus, word } from '../../support.js';

describe('TopK', () => {
  it('keeps the first k in order of score, then of document', () => {
    const offers = fc.array(fc.tuple(fc.nat(200), fc.constantFrom(0.5, 1, 1.5, 2, 3)), { maxLength: 100 });
    fc.assert(
      fc.property(offers, fc.nat(20), (all, k) => {
        const top = new TopK(k);
        for (const [document, score] of all) top.offer(document, score);
        const sorted = all
          .map(([document, score]) => ({ document, score }))
          .sort((a, b) => b.score - a.score || a.document - b.document);
        assert.equal(top.size, Math.min(k, all.length));
        if (k > 0 && all.length >= k) assert.equal(top.threshold, sorted[k - 1]?.score);
        else assert.equal(top.threshold, -Infinity);
        assert.deepEqual(top.drain(), sorted.slice(0, k));
        assert.deepEqual(top.drain(), [], 'and is empty then');
      }),
    );
  });
});

const text = fc.array(word, { minLength: 1, maxLength: 6 }).map((words) => words.join(' '));

interface RankCase {
  readonly k: number;
  readonly mask: Uint8Array | null;
  readonly minPostingsForSkipping: number;
}

function rank(index: PackedIndex, query: string, { k, mask, minPostingsForSkipping }: RankCase) {
  const ranker = new Bm25fRanker(index, DEFAULT_BM25F);
  const top = new TopK(k);
  const { clauses } = queryTerms(query, index, ANALYZER);
  const options = { weights: [2, 1, 1.5], mask, minPostingsForSkipping, firstWindow: 2 };
  const ranked = ranker.rank(clauses, top, { ...options, exact: minPostingsForSkipping === Infinity });
  return { ranked, found: top.drain() };
}

describe('early termination', () => {
  it('returns the same best hits with the same scores, and a lower bound as count unless it is exact', () => {
    let early = 0;
    fc.assert(
      fc.property(smallCorpus, text, fc.integer({ min: 1, max: 5 }), fc.boolean(), (documents, query, k, masked) => {
        const index = opened(documents);
        const mask = masked ? Uint8Array.from({ length: index.size }, (_, at) => (at % 3 === 0 ? 0 : 1)) : null;
        const whole = rank(index, query, { k, mask, minPostingsForSkipping: Infinity });
        const ended = rank(index, query, { k, mask, minPostingsForSkipping: -1 });
        assert.deepEqual(ended.found, whole.found);
        assert.equal(whole.ranked.exact, true);
        if (ended.ranked.exact) assert.equal(ended.ranked.total, whole.ranked.total);
        else {
          early += 1;
          assert.ok(ended.ranked.total <= whole.ranked.total);
          assert.ok(ended.ranked.total >= ended.found.length);
        }
      }),
      { numRuns: 1500 },
    );
    assert.ok(early > 20, `it ended early ${early} times`);
  });
});

describe('the order of clauses', () => {
  const index = opened(
    Array.from({ length: 600 }, (_, at) =>
      documentOf({ url: `/${at}`, title: `Note ${at}`, answer: at % 20 === 0 ? 'common rare' : 'common' }),
    ),
  );

  it('does not depend on the order of words, and never makes the rarest one a look-up', () => {
    const options = { k: 3, mask: null, minPostingsForSkipping: -1 };
    const [first, second] = [rank(index, 'common rare', options), rank(index, 'rare common', options)];
    assert.deepEqual(first, second);
    assert.equal(first.ranked.exact, false);
    assert.ok(first.ranked.total < 100, `${first.ranked.total} hits were counted`);
  });
});

describe('one ranker for many queries', () => {
  // Only the first and the last documents have the rarer word, so nothing is looked up for the other in between.
  const index = opened(
    Array.from({ length: 6000 }, (_, at) =>
      documentOf({
        url: `/${String(at).padStart(4, '0')}`,
        title: `Note ${at}`,
        answer: at === 0 || at >= 4200 ? 'common rare' : 'common',
      }),
    ),
  );
  const { clauses } = queryTerms('rare common', index, ANALYZER);
  const ranked = (ranker: Bm25fRanker, exact: boolean) => {
    const top = new TopK(1);
    const counted = ranker.rank(clauses, top, {
      weights: [1, 1, 1],
      mask: null,
      exact,
      minPostingsForSkipping: -1,
    });
    return { counted, found: top.drain() };
  };

  it('keeps no state after a list that was not read for thousands of documents', () => {
    const whole = ranked(new Bm25fRanker(index, DEFAULT_BM25F), true);
    assert.deepEqual(whole.counted, { total: index.size, exact: true });
    const ranker = new Bm25fRanker(index, DEFAULT_BM25F);
    for (let round = 0; round < 2; round += 1) {
      const early = ranked(ranker, false);
      assert.equal(early.counted.exact, false);
      assert.deepEqual(early.found, whole.found);
      assert.deepEqual(ranked(ranker, true), whole);
    }
  });
});

const filter: fc.Arbitrary<Filter> = fc.oneof(
  fc.record({
    kind: fc.constant('values' as const),
    field: fc.constant('subject' as const),
    values: fc.subarray(['medicine', 'PHYSICS', 'été', 'None'], { minLength: 1 }),
  }),
  fc.record({
    kind: fc.constant('values' as const),
    field: fc.constant('language' as const),
    values: fc.subarray(['en', 'de', 'fr'], { minLength: 1 }),
  }),
  fc.record({
    kind: fc.constant('values' as const),
    field: fc.constant('keywords' as const),
    values: fc.subarray(['ABC', 'zoo', 'Straße', 'x'], { minLength: 1 }),
  }),
  fc.record({
    kind: fc.constant('date' as const),
    op: fc.constantFrom('=' as const, '>' as const, '>=' as const, '<' as const, '<=' as const),
    value: fc.constantFrom('2020-01-01', '2021-01-01', '2024-02-29'),
  }),
);

describe('filters, facets and sorting of the engine', () => {
  const query = fc
    .record({
      text: fc.oneof(fc.constant(''), text),
      filters: fc.array(filter, { maxLength: 3 }),
      sort: fc.constantFrom(null, { field: 'date', order: 'asc' } as const, { field: 'date', order: 'desc' } as const),
      limit: fc.nat(10),
      offset: fc.nat(5),
    })
    .map(({ text: asked, ...choices }) =>
      queryOf(asked, { ...choices, facets: ['subject', 'language', 'keywords'], exactTotal: true }),
    );

  it('keep, count and sort as a plain loop over the documents does', () => {
    fc.assert(
      fc.property(smallCorpus, query, (documents, asked) => {
        const index = opened(documents);
        // Only the first stage, because scores of the second depend on the filters.
        const engine = new QueryEngine(index, ANALYZER, { ...DEFAULT_SETTINGS, ranking: 'bm25' });
        const byUrl = new Map(documents.map((document) => [document.url, document]));
        const sorted = Array.from({ length: index.size }, (_, at) => byUrl.get(index.documents.key(at)));
        const all = engine.find({ ...asked, filters: [], sort: null, limit: 100, offset: 0 }).documents;
        const keeps = filterTest(asked.filters, DEFAULT_SETTINGS.language);
        const kept = all.filter(({ document }) => {
          const found = sorted[document];
          return found !== undefined && keeps(found);
        });
        const date = (document: number): string => sorted[document]?.date ?? '';
        if (asked.sort !== null) {
          const turn = asked.sort.order === 'asc' ? 1 : -1;
          kept.sort((a, b) => {
            const [x, y] = [date(a.document), date(b.document)];
            if (x === y) return b.score - a.score || a.document - b.document;
            if (x === '' || y === '') return x === '' ? 1 : -1;
            return (x < y ? -1 : 1) * turn;
          });
        }
        const findings: QueryResult = engine.find(asked);
        assert.equal(findings.total, kept.length);
        assert.equal(findings.exact, true);
        assert.deepEqual(findings.documents, kept.slice(asked.offset, asked.offset + asked.limit));
        const expected = countFacets(
          kept.flatMap(({ document }) => sorted[document] ?? []),
          asked.facets,
        );
        assert.deepEqual(findings.facets, expected);
        assert.deepEqual(engine.find(asked), findings, 'the same a second time');
      }),
      { numRuns: 300 },
    );
  });

  it('keep no state between queries', () => {
    fc.assert(
      fc.property(smallCorpus, fc.array(query, { minLength: 2, maxLength: 5 }), (documents, queries) => {
        const index = opened(documents);
        const engine = new QueryEngine(index, ANALYZER, DEFAULT_SETTINGS);
        const fresh = queries.map((asked) =>
          new QueryEngine(opened(documents), ANALYZER, DEFAULT_SETTINGS).find(asked),
        );
        for (let round = 0; round < 2; round += 1) {
          for (const [at, asked] of queries.entries()) {
            assert.deepEqual(engine.find(asked), fresh[at]);
            engine.findTitles(asked.text, 3);
            engine.moreLikeThis(0, 3);
          }
        }
      }),
      { numRuns: 50 },
    );
  });
});
