import assert from 'node:assert/strict';
import fc from 'fast-check';
import { matchesDate, MAX_FACET_VALUES, facetKey } from '../../../../src/core/index/documents/facet-values.js';
import { FACET_FIELDS, type Filter } from '../../../../src/core/model/query.js';
import { documentOf } from '../../../support/documents.js';
import { countFacets, filterTest, type FacetValues } from '../../../support/facets.js';

const values = (field: 'subject' | 'language' | 'keywords', ...wanted: string[]): Filter => ({
  kind: 'values',
  field,
  values: wanted,
});
const date = (op: '=' | '>' | '>=' | '<' | '<=', value: string): Filter => ({ kind: 'date', op, value });

describe('filterTest', () => {
  const document = documentOf({
    subject: 'Computer Science',
    language: 'en',
    keywords: ['C++', 'Pointer', '__proto__'],
    date: '2024-02-29',
  });
  const bare = documentOf();

  const cases: readonly (readonly [what: string, filters: readonly Filter[], keeps: boolean])[] = [
    ['no filter', [], true],
    ['the value', [values('subject', 'Computer Science')], true],
    ['the value in another case', [values('subject', 'COMPUTER science')], true],
    ['a part of the value', [values('subject', 'Computer')], false],
    ['one of the values', [values('subject', 'Biology', 'Computer Science')], true],
    ['none of the values', [values('subject', 'Biology', 'Physics')], false],
    ['no values at all', [values('subject')], false],
    ['any of its keywords', [values('keywords', 'pointer')], true],
    ['a keyword named __proto__', [values('keywords', '__proto__')], true],
    ['a value named constructor', [values('keywords', 'constructor')], false],
    ['its language', [values('language', 'EN')], true],
    ['two filters that both hold', [values('subject', 'computer science'), values('keywords', 'c++')], true],
    ['two filters of which one holds', [values('subject', 'computer science'), values('keywords', 'c')], false],
    ['its day', [date('=', '2024-02-29')], true],
    ['from its day on', [date('>=', '2024-02-29')], true],
    ['after its day', [date('>', '2024-02-29')], false],
    ['until its day', [date('<=', '2024-02-29')], true],
    ['before its day', [date('<', '2024-02-29')], false],
    ['a period around it', [date('>=', '2024-01-01'), date('<', '2025-01-01')], true],
    ['a period beside it', [date('>=', '2023-01-01'), date('<', '2024-01-01')], false],
  ];
  for (const [what, filters, keeps] of cases) {
    it(`${keeps ? 'keeps' : 'excludes'} a document for ${what}`, () =>
      assert.equal(filterTest(filters)(document), keeps));
  }

  it('excludes a document without a value, for every field', () => {
    for (const field of FACET_FIELDS) assert.equal(filterTest([values(field, '')])(bare), false);
    for (const op of ['=', '>', '>=', '<', '<='] as const)
      assert.equal(filterTest([date(op, '0000-01-01')])(bare), false);
  });
});

describe('facetKey', () => {
  const equal = [
    ['Medicine', 'MEDICINE'],
    ['ﬁnance', 'finance'],
    ['Cafe\u0301', 'CAFÉ'],
  ] as const;
  for (const [a, b] of equal) it(`${a} and ${b} are one value`, () => assert.equal(facetKey(a), facetKey(b)));

  it('keeps accents', () => assert.notEqual(facetKey('cafe'), facetKey('café')));
});

describe('dateHolds', () => {
  it('compares days by the calendar', () => {
    const day = fc.date({ min: new Date('1900-01-01'), max: new Date('2100-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(day, day, (a, b) => {
        const [x, y] = [a.toISOString().slice(0, 10), b.toISOString().slice(0, 10)];
        const [m, n] = [Date.parse(x), Date.parse(y)];
        assert.equal(matchesDate(x, '=', y), m === n);
        assert.equal(matchesDate(x, '<', y), m < n);
        assert.equal(matchesDate(x, '<=', y), m <= n);
        assert.equal(matchesDate(x, '>', y), m > n);
        assert.equal(matchesDate(x, '>=', y), m >= n);
      }),
    );
  });
});

describe('countFacets', () => {
  const of = (...subjects: (string | null)[]): FacetValues[] => subjects.map((subject) => documentOf({ subject }));

  it('counts the documents of each value, the most frequent first, then by name', () => {
    const facets = countFacets(of('b', 'a', 'c', 'c', null), ['subject']);
    assert.deepEqual(Object.entries(facets.subject ?? {}), [
      ['c', 2],
      ['a', 1],
      ['b', 1],
    ]);
  });

  it('returns each requested field, even without values, and no other', () => {
    assert.deepEqual(countFacets([documentOf({ keywords: ['k'] })], ['keywords', 'language']), {
      keywords: { k: 1 },
      language: {},
    });
    assert.deepEqual(countFacets(of('a'), []), {});
  });

  it('counts spellings that differ in case as one value, in the first spelling', () => {
    assert.deepEqual(countFacets(of('Computer science', 'Computer Science'), ['subject']).subject, {
      'Computer science': 2,
    });
  });

  it('counts a document once for a keyword that it has twice', () => {
    assert.deepEqual(countFacets([documentOf({ keywords: ['a', 'A', 'a'] })], ['keywords']).keywords, {
      a: 1,
    });
  });

  it('counts values that are named like object members', () => {
    const names = ['__proto__', 'constructor', 'toString', '__proto__'];
    const facets = countFacets(of(...names), ['subject']);
    assert.equal(JSON.stringify(facets), '{"subject":{"__proto__":2,"constructor":1,"toString":1}}');
    assert.equal(Object.getPrototypeOf(facets.subject), Object.prototype);
  });

  it('lists the most frequent values if there are many', () => {
    const many = Array.from({ length: MAX_FACET_VALUES + 20 }, (_, n) => `value ${n}`);
    const counts = countFacets(of(...many, 'value 119', 'value 119'), ['subject']).subject ?? {};
    assert.equal(Object.keys(counts).length, MAX_FACET_VALUES);
    assert.deepEqual(Object.entries(counts)[0], ['value 119', 3]);
  });

  it('agrees with the filters: a count is the number of documents that the value keeps as a filter', () => {
    const name = fc.constantFrom('a', 'A', 'b', 'é', '__proto__');
    const document = fc.record({
      subject: fc.option(name),
      language: fc.option(name),
      keywords: fc.array(name, { maxLength: 4 }),
      date: fc.constant(null),
    });
    fc.assert(
      fc.property(fc.array(document, { maxLength: 20 }), (documents) => {
        const facets = countFacets(documents, FACET_FIELDS);
        for (const field of FACET_FIELDS)
          for (const [value, count] of Object.entries(facets[field] ?? {}))
            assert.equal(documents.filter(filterTest([values(field, value)])).length, count);
      }),
    );
  });
});
