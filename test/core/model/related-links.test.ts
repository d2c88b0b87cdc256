import { mergeRelated, type IndexedLink } from '../../../src/core/model/search-response.js';
import assert from 'node:assert/strict';
import fc from 'fast-check';

const link = (url: string, title = `About ${url}`): IndexedLink => ({
  title,
  url,
  subject: null,
  indexed: !url.startsWith('/gone'),
});

const cases: readonly {
  readonly what: string;
  readonly own: readonly string[];
  readonly neighbours: readonly string[];
  readonly count: number;
  /** `+` computed; `-` not indexed. */
  readonly gives: readonly string[];
}[] = [
  { what: 'nothing', own: [], neighbours: [], count: 5, gives: [] },
  { what: 'its own links in their order', own: ['/b', '/a'], neighbours: [], count: 5, gives: ['/b', '/a'] },
  { what: 'its own first, then neighbours', own: ['/b'], neighbours: ['/a'], count: 5, gives: ['/b', '+/a'] },
  { what: 'no twins', own: ['/a', '/a', '/a', '/b'], neighbours: [], count: 5, gives: ['/a', '/b'] },
  { what: 'not itself', own: ['/self', '/a'], neighbours: ['/self', '/b'], count: 5, gives: ['/a', '+/b'] },
  {
    what: 'no neighbour that is linked',
    own: ['/a'],
    neighbours: ['/a', '/b'],
    count: 5,
    gives: ['/a', '+/b'],
  },
  { what: 'no neighbour twice', own: [], neighbours: ['/a', '/a'], count: 5, gives: ['+/a'] },
  {
    what: 'links that are not indexed',
    own: ['/gone', '/a'],
    neighbours: [],
    count: 5,
    gives: ['-/gone', '/a'],
  },
  {
    what: 'as many as are asked',
    own: ['/a', '/b', '/c'],
    neighbours: ['/d'],
    count: 2,
    gives: ['/a', '/b'],
  },
  {
    what: 'neighbours until it is full',
    own: ['/a'],
    neighbours: ['/b', '/c'],
    count: 2,
    gives: ['/a', '+/b'],
  },
  { what: 'none where none are asked', own: ['/a'], neighbours: ['/b'], count: 0, gives: [] },
];

describe('mergeRelated', () => {
  const merge = (own: readonly string[], neighbours: Iterable<string>, count: number): string[] =>
    mergeRelated(
      own.map((url) => link(url)),
      [...neighbours].map((url) => link(url)),
      { self: '/self', count },
    ).map((hit) => `${hit.computed ? '+' : ''}${hit.indexed ? '' : '-'}${hit.url}`);

  for (const { what, own, neighbours, count, gives } of cases) {
    it(`returns ${what}`, () => assert.deepEqual(merge(own, neighbours, count), gives));
  }

  it('uses the title and the subject of the link, and the first of duplicates', () => {
    const related = mergeRelated(
      [{ title: 'First', url: '/a', subject: 'Physics', indexed: true }, link('/a', 'Second')],
      [],
      {
        self: '/self',
        count: 5,
      },
    );
    assert.deepEqual(related, [{ title: 'First', url: '/a', subject: 'Physics', indexed: true, computed: false }]);
  });

  it("computes no neighbours if the document's own links fill the list", () => {
    const neighbours: Iterable<IndexedLink> = {
      [Symbol.iterator]() {
        throw new Error('asked for neighbours');
      },
    };
    const options = { self: '/self', count: 1 };
    assert.equal(mergeRelated([link('/a')], neighbours, options).length, 1);
  });

  it('never returns the document itself, duplicates, a computed link before an own one, or too many', () => {
    const urls = fc.array(fc.constantFrom('/self', '/a', '/b', '/c', '/gone', '__proto__'));
    fc.assert(
      fc.property(urls, urls, fc.nat(8), (own, neighbours, count) => {
        const related = merge(own, neighbours, count);
        const plain = related.map((url) => url.replace(/^\+?-?/, ''));
        assert.equal(new Set(plain).size, plain.length);
        assert.ok(plain.length <= count && !plain.includes('/self'));
        const computed = related.map((url) => url.startsWith('+'));
        assert.deepEqual(computed, [...computed].sort());
      }),
    );
  });
});
