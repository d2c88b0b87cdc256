import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createQueryLog } from '../../src/app/query-log.js';

const now = (): number => Date.UTC(2025, 0, 2);

describe('the query log', () => {
  it('counts queries that differ only in case and white space as one', () => {
    const log = createQueryLog({ now });
    for (const query of ['Liver', ' liver ', 'LIVER', 'heart  rate', 'heart rate'])
      log.record({ query, hits: 1, duration: 1 });
    assert.deepEqual(log.report(10).top, [
      { query: 'liver', count: 3 },
      { query: 'heart rate', count: 2 },
    ]);
  });

  it('lists queries without hits, and the slowest run of each query', () => {
    const log = createQueryLog({ now });
    log.record({ query: 'a', hits: 0, duration: 5 });
    log.record({ query: 'b', hits: 3, duration: 9 });
    log.record({ query: 'a', hits: 0, duration: 7 });
    log.record({ query: 'a', hits: 0, duration: 2 });
    const { zeroHits, slow, since, searches } = log.report(10);
    assert.deepEqual(zeroHits, [{ query: 'a', count: 3 }]);
    assert.deepEqual(
      slow.map(({ query, duration }) => [query, duration]),
      [
        ['b', 9],
        ['a', 7],
      ],
    );
    assert.equal(slow[0]?.at, '2025-01-02T00:00:00.000Z');
    assert.deepEqual([since, searches], ['2025-01-02T00:00:00.000Z', 4]);
  });

  it('counts an empty query as a search but does not list it', () => {
    const log = createQueryLog({ now });
    log.record({ query: '  ', hits: 0, duration: 5 });
    assert.deepEqual(log.report(5), {
      since: '2025-01-02T00:00:00.000Z',
      searches: 1,
      top: [],
      zeroHits: [],
      slow: [],
    });
  });

  it('keeps 200 characters and never half of a surrogate pair', () => {
    const log = createQueryLog({ now });
    log.record({ query: `${'a'.repeat(199)}😀`, hits: 1, duration: 1 });
    assert.equal(log.report(1).top[0]?.query, 'a'.repeat(199));
  });

  it('stays bounded and keeps the frequent queries', () => {
    const log = createQueryLog({ now, capacity: 10 });
    for (let n = 0; n < 1000; n++) {
      log.record({ query: 'often', hits: 1, duration: 0 });
      log.record({ query: `once ${n}`, hits: 0, duration: n });
    }
    const { top, zeroHits, slow } = log.report(1000);
    assert.deepEqual(top[0], { query: 'often', count: 1000 });
    for (const list of [top, zeroHits, slow]) assert.ok(list.length <= 10);
    assert.equal(slow[0]?.query, 'once 999');
  });

  it('returns each list in its order and no more entries than requested', () => {
    const search = fc.record({
      query: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      hits: fc.nat(2),
      duration: fc.nat(50),
    });
    fc.assert(
      fc.property(fc.array(search, { maxLength: 60 }), fc.nat(6), (searches, limit) => {
        const log = createQueryLog({ now, capacity: 3 });
        for (const one of searches) log.record(one);
        const { top, zeroHits, slow } = log.report(limit);
        for (const list of [top, zeroHits]) {
          assert.ok(list.length <= Math.min(limit, 3));
          assert.deepEqual(
            list.map(({ count }) => count),
            list.map(({ count }) => count).sort((a, b) => b - a),
          );
        }
        assert.deepEqual(
          slow.map(({ duration }) => duration),
          slow.map(({ duration }) => duration).sort((a, b) => b - a),
        );
        assert.equal(new Set(slow.map(({ query }) => query)).size, slow.length);
      }),
    );
  });
});
