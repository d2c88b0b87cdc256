import { escapeHtml, html, prose } from '../../src/http/routes/docs-page.js';
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { parseFilters } from '../../src/core/parse/filter-parser.js';
import { createApp } from '../../src/http/app.js';
import { documentLink, EMPTY, readState, searchParameters, writeState } from '../../src/page/url-state.js';
import { countOf, dateOf, paragraphs, pieces } from '../../src/page/format.js';
import { expectProblem, harness, request } from './support.js';

describe('GET /', () => {
  it('returns the page, which has no inline script or style and links only within the base path', async () => {
    for (const basePath of ['', '/help']) {
      const { app } = harness({ settings: { basePath } });
      const { text, headers } = await request(app).get(`${basePath}/`).expect(200);
      assert.match(String(headers['content-type']), /^text\/html/);
      assert.equal(headers['cache-control'], 'no-cache');
      assert.doesNotMatch(text, /<script(?![^>]*\bsrc=)|<style|\bstyle=|\bon\w+=/i);
      for (const [, link = ''] of text.matchAll(/(?:href|src)="([^"#]*)"/g)) {
        assert.doesNotMatch(link, /^(?:\/|\w+:)/);
        const target = new URL(link, `http://a${basePath}/`).pathname;
        // The build compiles the script. The tests use a file in its place.
        if (!target.endsWith('.js')) await request(app).get(target).expect(200);
      }
    }
  });

  it('redirects from the base path without its slash and keeps the query string', async () => {
    const { app } = harness({ settings: { basePath: '/help' } });
    const { headers } = await request(app).get('/help?q=a').expect(308);
    assert.equal(headers.location, '/help/?q=a');
    expectProblem(await request(app).get('/'), 'route_not_found', 404);
    expectProblem(await request(app).get('/v1/search'), 'route_not_found', 404);
    expectProblem(await request(app).get('/helper/'), 'route_not_found', 404);
    await request(app).get('/help/v1/search').expect(200);
  });

  it('serves the files of the page, and no other file inside or outside their folder', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'askdex-page-'));
    try {
      for (const name of ['index.html', 'search.js', 'search.js.map', 'search.ts', 'tsconfig.json', '.secret.js']) {
        writeFileSync(join(folder, name), name);
      }
      mkdirSync(join(folder, 'offline'));
      writeFileSync(join(folder, 'offline', 'api.js'), 'not of the server');
      const app = createApp(harness().services, { pageFolder: folder });
      await request(app).get('/').expect(200, 'index.html');
      await request(app)
        .get('/search.js')
        .expect(200)
        .expect('Content-Type', /javascript/);
      const OTHERS = [
        'search.ts',
        'tsconfig.json',
        'search.js.map',
        '.secret.js',
        'offline/api.js',
        '%6fffline/api.js',
        'offline%2fapi.js',
        '..%2fx.js',
        '%2e%2e/x.js',
        '%00.js',
        'a%5c..%5cb.js',
      ];
      for (const name of OTHERS) expectProblem(await request(app).get(`/${name}`), 'route_not_found', 404);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('has a label for each field, and every element that the script looks up', () => {
    const page = readFileSync(new URL('../../src/page/index.html', import.meta.url), 'utf8');
    const script = readFileSync(new URL('../../src/page/search-page.ts', import.meta.url), 'utf8');
    for (const [, id] of script.matchAll(/byId\('([\w-]+)'/g)) assert.ok(page.includes(`id="${id}"`), id);
    for (const id of ['q', 'sort']) assert.match(page, new RegExp(`<label[^>]*for="${id}"`));
    assert.match(page, /aria-live="polite"/);
  });
});

describe('the URL state of the page', () => {
  it('is read from the address bar', () => {
    const state = fc.record({
      q: fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => text.trim() !== ''),
      subjects: fc.uniqueArray(fc.string({ unit: 'grapheme', minLength: 1 }), { maxLength: 5 }),
      sort: fc.constantFrom('' as const, 'date:desc' as const, 'date:asc' as const),
      doc: fc.option(fc.string({ unit: 'grapheme', minLength: 1 })),
    });
    fc.assert(fc.property(state, (one) => assert.deepEqual(readState(writeState(one)), { ...one })));
    assert.equal(writeState(EMPTY), '');
    assert.deepEqual(readState('?x=1&sort=score&doc='), EMPTY);
  });

  it('is preserved in links to a document', () => {
    const state = { ...EMPTY, q: 'liver' };
    assert.equal(documentLink(state, '/a b?'), '?q=liver&doc=%2Fa+b%3F');
  });

  it('becomes a subject filter that the API parses back unchanged', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.string({ minLength: 1 }).filter((text) => text.trim() !== ''),
          { minLength: 1 },
        ),
        (subjects) => {
          const filter = searchParameters({ ...EMPTY, subjects }, 0, 10).get('filter') ?? '';
          assert.deepEqual(parseFilters([filter]), [{ kind: 'values', field: 'subject', values: subjects }]);
        },
      ),
    );
    assert.equal(
      searchParameters({ ...EMPTY, sort: 'date:asc' }, 20, 10).toString(),
      'q=&limit=10&offset=20&facets=subject&sort=date%3Aasc',
    );
  });
});

describe('the text formatting of the page', () => {
  it('splits text at highlights and loses no character, whatever the ranges', () => {
    const range = fc.tuple(fc.integer({ min: -5, max: 40 }), fc.integer({ min: -5, max: 40 }));
    fc.assert(
      fc.property(fc.string(), fc.array(range), (text, ranges) => {
        assert.equal(
          pieces(text, ranges)
            .map((piece) => piece.text)
            .join(''),
          text,
        );
      }),
    );
    assert.deepEqual(pieces('How is it?', [[4, 6]]), [
      { text: 'How ', marked: false },
      { text: 'is', marked: true },
      { text: ' it?', marked: false },
    ]);
  });

  it('formats counts, dates and paragraphs for readers', () => {
    const nouns = ['answer', 'answers'] as const;
    assert.deepEqual(
      [countOf(1, true, nouns), countOf(0, true, nouns), countOf(1234, false, nouns)],
      ['1 answer', '0 answers', 'more than 1,234 answers'],
    );
    assert.deepEqual([dateOf('2024-12-20'), dateOf('soon')], ['Dec 20, 2024', 'soon']);
    assert.deepEqual(paragraphs('a\n\n  \nb'), ['a', 'b']);
  });
});

describe('HTML written by the server', () => {
  it('escapes every value', () => {
    assert.equal(escapeHtml(`<a href="x" id='y'>&`), '&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;');
    assert.equal(html`<p>${'<b>'}${html`<i>${1}</i>`}${[html`<u>x</u>`]}</p>`.text, '<p>&lt;b&gt;<i>1</i><u>x</u></p>');
    assert.equal(prose('use `a<b` here').text, 'use <code>a&lt;b</code> here');
  });
});
