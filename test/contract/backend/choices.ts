import assert from 'node:assert/strict';
import { DEFAULT_SETTINGS } from '../../../src/core/model/settings.js';
import fc from 'fast-check';
import type { SearchResponse } from '../../../src/core/model/search-response.js';
import type { Backend } from '../../../src/core/model/ports.js';
import { FACET_FIELDS, type Filter, QUERY_LIMITS, queryOf } from '../../../src/core/model/query.js';
import { filterTest } from '../../support/facets.js';
import { manyDocuments } from '../backend-documents.js';
import { type Subject, assertCounts, documentAt } from './subject.js';

/** The options of a query beside its text, and the counts. */
export function describeChoices(subject: Subject): void {
  const { open, ask, idsOf } = subject;

  describe('filters, facets, sorting and pages', () => {
    const filter: fc.Arbitrary<Filter> = fc.oneof(
      fc.record({
        kind: fc.constant('values' as const),
        field: fc.constantFrom(...FACET_FIELDS),
        values: fc.array(fc.constantFrom('medicine', 'Physics', 'virus', 'en', '__proto__', 'constructor', ''), {
          maxLength: 3,
        }),
      }),
      fc.record({
        kind: fc.constant('date' as const),
        op: fc.constantFrom('=' as const, '>' as const, '>=' as const, '<' as const, '<=' as const),
        value: fc.constantFrom('2020-01-01', '2023-03-01', '2024-02-29'),
      }),
    );
    const choices = fc.record({
      filters: fc.array(filter, { maxLength: 2 }),
      facets: fc.subarray([...FACET_FIELDS]),
      sort: fc.option(
        fc.record({
          field: fc.constant('date' as const),
          order: fc.constantFrom('asc' as const, 'desc' as const),
        }),
      ),
    });
    const text = fc.constantFrom('', 'virus', 'light', 'why how', 'virus light c++', 'aardwolf');

    it('filter the hits, keep their order and count them all', async () => {
      await fc.assert(
        fc.asyncProperty(text, choices, async (words, { filters, facets }) => {
          const keeps = filterTest(filters, DEFAULT_SETTINGS.language);
          const all = await ask(words, { limit: 100 });
          const kept = idsOf(all).filter((id) => keeps(documentAt(id)));
          const answer = await ask(words, { filters, facets, limit: 100, exactTotal: true });
          assert.deepEqual(idsOf(answer), kept);
          assert.equal(answer.totalHits, kept.length);
          if (facets.length > 0) assertCounts(answer, kept, facets);
          else assert.ok(!('facets' in answer));
        }),
        { numRuns: 60 },
      );
    });

    it('return pages that together are all hits, each with the same total and facets', async () => {
      await fc.assert(
        fc.asyncProperty(text, choices, fc.integer({ min: 1, max: 4 }), async (words, chosen, limit) => {
          const whole = await ask(words, { ...chosen, limit: 100, exactTotal: true });
          const hits: SearchResponse['hits'][number][] = [];
          for (let offset = 0; offset <= whole.totalHits; offset += limit) {
            const page = await ask(words, { ...chosen, limit, offset, exactTotal: true });
            assert.deepEqual([page.totalHits, page.facets], [whole.totalHits, whole.facets]);
            hits.push(...page.hits);
          }
          assert.deepEqual(hits, whole.hits);
        }),
        { numRuns: 40 },
      );
    });

    for (const order of ['asc', 'desc'] as const) {
      it(`sort by date, ${order}, with undated documents last`, async () => {
        const { hits } = await ask('', { sort: { field: 'date', order }, limit: 100 });
        const dates = hits.map(({ date }) => date);
        const known = dates.filter((date) => date !== null);
        const sorted = [...known].sort();
        assert.deepEqual(dates, [...(order === 'asc' ? sorted : sorted.reverse()), null]);
      });
    }

    it("sort the query's hits and no other documents", async () => {
      const answer = await ask('virus', { sort: { field: 'date', order: 'asc' } });
      assert.deepEqual(idsOf(answer).sort(), idsOf(await ask('virus')).sort());
    });

    it('return only the total for a limit of 0 or an offset past the end', async () => {
      for (const page of [{ limit: 0 }, { offset: QUERY_LIMITS.offset }]) {
        const answer = await ask('virus', { ...page, facets: ['subject'] });
        assert.deepEqual([answer.hits, answer.totalHits, answer.facets], [[], 3, { subject: { Medicine: 3 } }]);
      }
    });
  });

  describe('a result with many documents', () => {
    let many: Backend;
    const count = 250;

    before(async () => {
      many = await open(manyDocuments(count));
    });

    after(async () => {
      await many.close();
    });

    it('counts all of them in totals and facets, on every page', async () => {
      for (const page of [{ limit: 1 }, { limit: 10, offset: 200 }, { limit: 0 }]) {
        const answer = await many.search(queryOf('common', { ...page, facets: ['subject'], exactTotal: true }));
        assert.deepEqual([answer.totalHits, answer.totalHitsExact], [count, true]);
        assert.deepEqual(answer.facets, { subject: { 'Subject 0': 84, 'Subject 1': 83, 'Subject 2': 83 } });
      }
    });

    it('never counts too many without the exact total', async () => {
      const answer = await many.search(queryOf('common special'));
      assert.ok(answer.totalHits <= count && answer.totalHits >= answer.hits.length);
      if (answer.totalHitsExact) assert.equal(answer.totalHits, count);
    });

    it('returns each of them once through pages', async () => {
      const found: string[] = [];
      for (let offset = 0; offset < count; offset += 100)
        found.push(...(await many.search(queryOf('common special', { limit: 100, offset }))).hits.map(({ id }) => id));
      assert.equal(new Set(found).size, count);
      const special = new Set(
        manyDocuments(count)
          .filter(({ answer }) => answer.text.includes('special'))
          .map(({ key }) => key),
      );
      assert.deepEqual(new Set(found.slice(0, special.size)), special, 'documents with both words come first');
    });
  });
}
