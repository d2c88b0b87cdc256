import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { ErrorCode } from '../../../src/core/errors.js';
import type { Query } from '../../../src/core/model/query.js';
import { searchAnswer, suggestAnswer } from '../../../src/http/openapi/response-schemas.js';
import { expectProblem, GENERATION, harness, json, request, SEARCH } from '../support.js';

const enc = encodeURIComponent;

/** Query strings that are right, and what the backend is asked then. */
const GOOD: readonly (readonly [query: string, asked: Partial<Query>])[] = [
  ['', { text: '', limit: 10, offset: 0, filters: [], facets: [], sort: null, language: null }],
  ['q=hepatitis+b', { text: 'hepatitis b' }],
  ['q=C%2B%2B', { text: 'C++' }],
  ['q=a%26b%3Dc%3F%23', { text: 'a&b=c?#' }],
  [`q=${enc('Ω(n) ¬q 😀')}`, { text: 'Ω(n) ¬q 😀' }],
  [`q=${'a'.repeat(2000)}`, { text: 'a'.repeat(2000) }],
  ['q=a%00b', { text: 'a b' }],
  ['q=%20%20', { text: '  ' }],
  ['limit=0', { limit: 0 }],
  ['limit=100', { limit: 100 }],
  ['limit=007', { limit: 7 }],
  ['offset=10000', { offset: 10_000 }],
  ['&&q=a&&', { text: 'a' }],
  ['filter=subject:Medicine', { filters: [{ kind: 'values', field: 'subject', values: ['Medicine'] }] }],
  [
    `filter=${enc('subject:"A","B"')}&filter=${enc('date>=2024-01-01')}`,
    {
      filters: [
        { kind: 'values', field: 'subject', values: ['A', 'B'] },
        { kind: 'date', op: '>=', value: '2024-01-01' },
      ],
    },
  ],
  ['facets=subject', { facets: ['subject'] }],
  ['facets=subject,keywords,%20language,subject', { facets: ['subject', 'keywords', 'language'] }],
  ['sort=date:desc', { sort: { field: 'date', order: 'desc' } }],
  ['sort=date%3Aasc', { sort: { field: 'date', order: 'asc' } }],
  ['lang=pt-BR', { language: 'pt-br' }],
  ['explain=true', { explain: true, exactTotal: false, similar: false }],
  ['explain=0&exactTotal=1', { explain: false, exactTotal: true }],
  ['explain&q=a', { explain: true }],
  ['q=a&similar=true', { similar: true }],
  [
    'q=&limit=&offset=&filter=&facets=&sort=&lang=&explain=&exactTotal=&similar=',
    { text: '', limit: 10, similar: false },
  ],
];

/** Query strings that are wrong: the code, the parameter that is named, and what the message must hold. */
const BAD: readonly (readonly [query: string, code: ErrorCode, parameter: string | undefined, says?: RegExp])[] = [
  ['limit=101', 'invalid_parameter', 'limit', /"101".*0 to 100/],
  ['limit=-1', 'invalid_parameter', 'limit', /"-1"/],
  ['limit=1.5', 'invalid_parameter', 'limit'],
  ['limit=1e1', 'invalid_parameter', 'limit'],
  ['limit=0x10', 'invalid_parameter', 'limit'],
  ['limit=%D9%A1', 'invalid_parameter', 'limit'],
  ['limit=99999999999999999999', 'invalid_parameter', 'limit'],
  ['limit=NaN', 'invalid_parameter', 'limit'],
  ['limit=5&limit=6', 'invalid_parameter', 'limit', /2 times/],
  ['q=a&q=b', 'invalid_parameter', 'q', /2 times/],
  ['offset=10001', 'invalid_parameter', 'offset', /0 to 10000/],
  ['facets=subjects', 'invalid_parameter', 'facets', /did you mean subject/],
  ['facets=subject,,', 'invalid_parameter', 'facets'],
  ['facets=__proto__', 'invalid_parameter', 'facets'],
  ['sort=date', 'invalid_parameter', 'sort', /date:desc or date:asc/],
  ['sort=score:desc', 'invalid_parameter', 'sort'],
  ['lang=english!', 'invalid_parameter', 'lang', /pt-BR/],
  ['explain=yes', 'invalid_parameter', 'explain', /true or false/],
  ['similar=1', 'missing_parameter', 'q'],
  ['similar=1&q=%20', 'missing_parameter', 'q'],
  ['Q=a', 'unknown_parameter', 'Q', /Did you mean "q"|Known are q/],
  ['q[]=a', 'unknown_parameter', 'q[]'],
  ['q[x]=a', 'unknown_parameter', 'q[x]'],
  ['__proto__=a', 'unknown_parameter', '__proto__'],
  ['constructor=a', 'unknown_parameter', 'constructor'],
  ['=a', 'unknown_parameter', ''],
  ['exactTotl=1', 'unknown_parameter', 'exactTotl', /Did you mean "exactTotal"/],
  ['boost=title', 'unknown_parameter', 'boost'],
  [`${'n'.repeat(5000)}=1`, 'unknown_parameter', 'n'.repeat(64)],
  ['q=%', 'malformed_request', undefined],
  ['q=%zz', 'malformed_request', undefined],
  ['q=%ED%A0%80', 'malformed_request', undefined],
  ['q=%C0%80', 'malformed_request', undefined],
  ['%FF=1', 'malformed_request', undefined],
  ['filter=subject', 'invalid_filter', 'filter', /colon/],
  ['filter=-subject:A', 'invalid_filter', 'filter', /negation/],
  [`filter=${enc('date>=2024-13-01')}`, 'invalid_filter', 'filter', /2024-13-01/],
  [Array.from({ length: 21 }, () => 'filter=subject:A').join('&'), 'invalid_filter', 'filter', /21 filters.*20/],
  [`filter=subject:${Array.from({ length: 51 }, (_, n) => n).join(',')}`, 'invalid_filter', 'filter', /51 values.*50/],
];

describe('GET /v1/search', () => {
  for (const [query, expected] of GOOD) {
    it(`passes ?${query.slice(0, 70)} to the backend`, async () => {
      const { app, backend } = harness();
      const response = await request(app).get(`/v1/search?${query}`).expect(200);
      searchAnswer.parse(response.body);
      const asked: Partial<Query> = backend.asked[0]!;
      for (const [name, value] of Object.entries(expected)) assert.deepEqual(asked[name as keyof Query], value, name);
    });
  }

  for (const [query, code, parameter, says] of BAD) {
    it(`refuses ?${query.slice(0, 70)} as ${code}`, async () => {
      const { app, backend } = harness();
      const problem = expectProblem(await request(app).get(`/v1/search?${query}`), code, 400);
      assert.equal(problem.parameter, parameter);
      if (says !== undefined) assert.match(`${problem.detail} ${problem.remedy ?? ''}`, says);
      assert.ok(problem.detail.length < 400, 'the message stays short');
      assert.equal(backend.asked.length, 0);
    });
  }

  it('returns the members in the documented order', async () => {
    const { app } = harness();
    const { text } = await request(app).get('/v1/search?q=a&facets=subject').expect(200);
    const members = 'query hits totalHits totalHitsExact droppedTerms limit offset facets processingTimeMs generation';
    assert.deepEqual(Object.keys(JSON.parse(text) as object), members.split(' '));
  });

  it('answers 304 for a copy of the same generation, and the new answer after a swap', async () => {
    const { app, services, backend } = harness();
    const first = await request(app).get('/v1/search?q=a');
    const tag = String(first.headers.etag);
    assert.match(tag, new RegExp(`^W/"${GENERATION}-`));
    assert.equal(first.headers['cache-control'], 'public, no-cache');
    const same = await request(app).get('/v1/search?q=a').set('If-None-Match', tag);
    assert.equal(same.status, 304);
    assert.equal(same.text, '');
    const next = { ...backend, manifest: { ...backend.manifest, generation: 'later' } };
    Object.assign(services, { backend: () => next });
    await request(app).get('/v1/search?q=a').set('If-None-Match', tag).expect(200);
  });

  it('validates the parameters before it answers 304', async () => {
    const { app } = harness();
    const tag = String((await request(app).get('/v1/search?q=a')).headers.etag);
    expectProblem(await request(app).get('/v1/search?limit=x').set('If-None-Match', tag), 'invalid_parameter');
  });

  it('keeps answers that need a key out of shared caches', async () => {
    const { app } = harness({ settings: { searchKeyRequired: true } });
    const response = await request(app).get('/v1/search?q=a').set('Authorization', `Bearer ${SEARCH}`).expect(200);
    assert.equal(response.headers['cache-control'], 'private, no-cache');
    assert.match(String(response.headers.vary), /Authorization/);
  });

  it('records a query in the query log once, however many pages are requested', async () => {
    const { app, services } = harness();
    for (const query of ['q=Liver', 'q=liver&offset=10', 'q=nothing', 'q='])
      await request(app).get(`/v1/search?${query}`);
    const { searches, top, zeroHits } = services.queryLog.report(10);
    assert.equal(searches, 3);
    assert.deepEqual(top.map(({ query }) => query).sort(), ['liver', 'nothing']);
    assert.deepEqual(zeroHits, [{ query: 'nothing', count: 1 }]);
  });

  it('returns problem details or a valid answer for any query string, never a 5xx', async () => {
    const { app } = harness({ logLevel: 'silent' });
    const names = fc.constantFrom(
      'q',
      'limit',
      'offset',
      'filter',
      'facets',
      'sort',
      'lang',
      'explain',
      'similar',
      'x',
    );
    const value = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string(),
      fc.constantFrom('1', 'subject:"A"', 'date>2024-01-01', ''),
    );
    const encoded = fc
      .tuple(
        names,
        value.map((text) => enc(text.replace(/\p{Surrogate}/gu, ''))),
      )
      .map((pair) => pair.join('='));
    const rough = fc.stringMatching(/^[!-"$-~]{0,60}$/);
    const target = fc.tuple(fc.constantFrom('search', 'suggest'), fc.array(fc.oneof(encoded, rough), { maxLength: 6 }));
    await fc.assert(
      fc.asyncProperty(target, async ([route, parts]) => {
        const response = await request(app).get(`/v1/${route}?${parts.join('&')}`);
        const shape = route === 'search' ? searchAnswer : suggestAnswer;
        if (response.status === 200) shape.parse(response.body);
        else expectProblem(response, (JSON.parse(response.text) as { code: ErrorCode }).code, 400);
      }),
      { numRuns: 300 },
    );
  });
});

describe('GET /v1/suggest', () => {
  it('returns completions', async () => {
    const body = json(await request(harness().app).get('/v1/suggest?q=hepat&limit=1').expect(200));
    assert.deepEqual(body, { suggestions: [{ text: 'hepat treatment' }] });
  });

  for (const query of ['', 'q=', 'q=%20', 'q=a&limit=0']) {
    it(`returns none for ?${query}`, async () => {
      const body = json(await request(harness().app).get(`/v1/suggest?${query}`).expect(200));
      assert.deepEqual(body, { suggestions: [] });
    });
  }

  for (const [query, code] of [
    ['limit=21', 'invalid_parameter'],
    ['offset=1', 'unknown_parameter'],
    [`q=${'a'.repeat(2001)}`, 'query_too_long'],
  ] as const) {
    it(`refuses ?${query.slice(0, 40)} as ${code}`, async () => {
      expectProblem(await request(harness().app).get(`/v1/suggest?${query}`), code, 400);
    });
  }
});
