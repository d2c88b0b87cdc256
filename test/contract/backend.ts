import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Document } from '../../src/core/document.js';
import { countFacets, filterTest } from '../../src/core/facet.js';
import type { SearchAnswer } from '../../src/core/hit.js';
import type { Backend } from '../../src/core/ports.js';
import { FACET_FIELDS, QUERY_LIMITS, queryOf, type Filter, type Query } from '../../src/core/query.js';
import { RELATED_COUNT } from '../../src/core/related.js';
import { DEFAULT_SETTINGS, type SearchSettings } from '../../src/core/settings.js';
import { documentOf } from '../support/documents.js';
import { assertRanges, assertSnippet, liesOnTerms } from '../support/snippets.js';
import { anyText, englishAnalyzer } from '../support/texts.js';
import { DOCUMENTS, manyDocuments } from './backend-documents.js';

/** Builds an index of the documents and opens it; without settings, with the default ones. */
export type OpenForTest = (documents: readonly Document[], settings?: SearchSettings) => Promise<Backend>;

/** What a backend may not do yet; each with its reason, which stands in the title of the test that is left out. */
export interface Gaps {
  readonly explain?: string;
  readonly rarestTermsKept?: string;
}

/** What every backend promises (`Backend` in `src/core/ports.ts`), whatever its scores are. */
export function describeBackend(name: string, open: OpenForTest, gaps: Gaps = {}): void {
  describe(`contract of Backend: ${name}`, () => {
    let backend: Backend;

    before(async () => {
      backend = await open(DOCUMENTS);
    });

    after(async () => {
      await backend.close();
    });

    const ask = async (text: string, choices: Partial<Query> = {}): Promise<SearchAnswer> => {
      const query = queryOf(text, choices);
      const answer = await backend.search(query);
      assertAnswer(answer, query, backend);
      return answer;
    };
    const idsOf = (answer: SearchAnswer): string[] => answer.hits.map(({ id }) => id);

    describe('hits', () => {
      const first: readonly (readonly [query: string, id: string])[] = [
        ['hepatitis b treatment', '/medicine/hepatitis'],
        ['tenofovir', '/medicine/hepatitis'],
        ['immunity', '/medicine/vaccines'],
        ['vaccine', '/medicine/vaccines'],
        ['why is the sky blue', '/physics/sky'],
        ['scatter blue light', '/physics/sky'],
        ['C++', '/computer-science/references'],
        ['O(n log n)', '/computer-science/references'],
        ['combobox', '/computer-science/references'],
        ['255.255.240.0', '/computer-science/subnets'],
        ['fd00::/8', '/computer-science/subnets'],
        ['x-axis', '/mathematics/parabola'],
        ['机器学习', '/languages/机器学习'],
      ];
      for (const [query, id] of first) {
        it(`${query} finds ${id} first`, async () => assert.equal(idsOf(await ask(query))[0], id));
      }

      it('come with what the document says, the best first', async () => {
        const { hits } = await ask('virus years');
        assert.deepEqual(hits.map(({ id }) => id).sort(), [
          '/medicine/antibiotics',
          '/medicine/hepatitis',
          '/medicine/vaccines',
        ]);
        for (const hit of hits) {
          const { title, url, subject, date } = documentAt(hit.id);
          assert.deepEqual([hit.title, hit.url, hit.subject, hit.date], [title, url, subject, date]);
        }
        assert.equal(hits.at(-1)?.id, '/medicine/antibiotics', 'the one without "years" comes last');
      });

      it('are documents that hold a word of the query', async () => {
        assert.deepEqual(idsOf(await ask('tenofovir aardwolf')), ['/medicine/hepatitis']);
        const nothing = await ask('aardwolf');
        assert.deepEqual([nothing.hits, nothing.totalHits], [[], 0]);
      });

      it('are found with one letter wrong, and by the beginning of the word that is being typed', async () => {
        assert.equal(idsOf(await ask('hepatits treatment'))[0], '/medicine/hepatitis');
        assert.equal(idsOf(await ask('photosyn'))[0], '/biology/photosynthesis');
      });

      it('do not depend on words without a topic, unless nothing else is asked', async () => {
        const [plain, framed] = [await ask('parabola'), await ask('what is the parabola of a')];
        assert.deepEqual(idsOf(framed), idsOf(plain));
        assert.ok((await ask('what is the')).totalHits > 0);
      });

      it('are the same at every time of asking, also side by side', async () => {
        const query = queryOf('virus light', { facets: ['subject'] });
        const answers = await Promise.all(Array.from({ length: 8 }, () => backend.search(query)));
        for (const answer of answers) assert.deepEqual(answer, answers[0]);
      });

      it('are the same whatever the order in which the documents came', async () => {
        const other = await open([...DOCUMENTS].reverse());
        try {
          for (const text of ['', 'virus', 'light water', 'how']) {
            const [a, b] = [await backend.search(queryOf(text)), await other.search(queryOf(text))];
            assert.deepEqual(b, a);
          }
        } finally {
          await other.close();
        }
      });

      it('carry no explanation that was not asked for', async () => {
        for (const hit of (await ask('virus')).hits) assert.ok(!('explain' in hit));
      });

      gapOr('are explained by parts that add up to their score', gaps.explain, async () => {
        const { hits } = await ask('hepatitis virus', { explain: true });
        assert.ok(hits.length > 0);
        for (const { explain, score } of hits) {
          const sum = explain?.reduce((total, part) => total + part.score, 0) ?? NaN;
          assert.ok(Math.abs(sum - score) <= 1e-6 * Math.max(1, Math.abs(score)), `${sum} of ${score}`);
        }
      });
    });

    describe('a query without text', () => {
      for (const text of ['', '  \n\t ']) {
        it(`lists every document: ${JSON.stringify(text)}`, async () => {
          const answer = await ask(text, { limit: 100 });
          assert.deepEqual(idsOf(answer).sort(), DOCUMENTS.map(({ key }) => key).sort());
          assert.deepEqual([answer.totalHits, answer.droppedTerms], [DOCUMENTS.length, []]);
          for (const hit of answer.hits) {
            assert.deepEqual(hit.titleHighlights, []);
            for (const snippet of hit.snippets) assert.deepEqual(snippet.highlights, []);
          }
        });
      }

      it('lists what a filter keeps', async () => {
        const answer = await ask('', {
          filters: [{ kind: 'values', field: 'subject', values: ['BIOLOGY', '__proto__'] }],
        });
        assert.deepEqual(idsOf(answer).sort(), ['/biology/photosynthesis', 'row-17']);
      });
    });

    describe('filters, facets, sorting and pages', () => {
      const filter: fc.Arbitrary<Filter> = fc.oneof(
        fc.record({
          kind: fc.constant('values' as const),
          field: fc.constantFrom(...FACET_FIELDS),
          values: fc.array(
            fc.constantFrom('medicine', 'Physics', 'virus', 'en', '__proto__', 'constructor', ''),
            { maxLength: 3 },
          ),
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

      it('keep of the hits those that the filters keep, in the same order, and count them all', async () => {
        await fc.assert(
          fc.asyncProperty(text, choices, async (words, { filters, facets }) => {
            const keeps = filterTest(filters);
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

      it('give pages that put together are the whole, each with the same total and facets', async () => {
        await fc.assert(
          fc.asyncProperty(text, choices, fc.integer({ min: 1, max: 4 }), async (words, chosen, limit) => {
            const whole = await ask(words, { ...chosen, limit: 100, exactTotal: true });
            const hits: SearchAnswer['hits'][number][] = [];
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
        it(`sort by date, ${order}, documents without one last`, async () => {
          const { hits } = await ask('', { sort: { field: 'date', order }, limit: 100 });
          const dates = hits.map(({ date }) => date);
          const known = dates.filter((date) => date !== null);
          const sorted = [...known].sort();
          assert.deepEqual(dates, [...(order === 'asc' ? sorted : sorted.reverse()), null]);
        });
      }

      it('sort what the query found, and nothing else', async () => {
        const answer = await ask('virus', { sort: { field: 'date', order: 'asc' } });
        assert.deepEqual(idsOf(answer).sort(), idsOf(await ask('virus')).sort());
      });

      it('answer a limit of 0 and an offset past the end with the total alone', async () => {
        for (const page of [{ limit: 0 }, { offset: QUERY_LIMITS.offset }]) {
          const answer = await ask('virus', { ...page, facets: ['subject'] });
          assert.deepEqual(
            [answer.hits, answer.totalHits, answer.facets],
            [[], 3, { subject: { Medicine: 3 } }],
          );
        }
      });
    });

    describe('words of the query that do not count', () => {
      it('are none in a short query', async () =>
        assert.deepEqual((await ask('virus blue')).droppedTerms, []));

      it('are those past the limit, and words of the query', async () => {
        const words = Array.from({ length: QUERY_LIMITS.terms + 20 }, (_, n) => `unknown${n}x`);
        const { droppedTerms } = await ask(words.join(' '));
        assert.equal(new Set(droppedTerms).size, 20);
        for (const term of droppedTerms) assert.ok(words.includes(term), term);
      });

      it('are none where one word is repeated', async () => {
        const answer = await ask('virus '.repeat(300));
        assert.deepEqual([answer.droppedTerms, idsOf(answer)], [[], idsOf(await ask('virus'))]);
      });

      gapOr(
        'are the most frequent: a rare word counts wherever it stands',
        gaps.rarestTermsKept,
        async () => {
          const common = Array.from({ length: QUERY_LIMITS.terms + 6 }, (_, n) => `common${n}x`);
          const other = await open([
            documentOf({ url: '/rare', title: 'A needle' }),
            ...[1, 2, 3].map((n) =>
              documentOf({ url: `/${n}`, title: `Number ${n}`, answer: common.join(' ') }),
            ),
          ]);
          try {
            const answer = await other.search(queryOf(`${common.join(' ')} needle`));
            assert.ok(answer.hits.some(({ id }) => id === '/rare'));
            assert.ok(!answer.droppedTerms.includes('needle'));
          } finally {
            await other.close();
          }
        },
      );
    });

    describe('snippets', () => {
      it('are pieces of the answer with the words of the query highlighted', async () => {
        const analyzer = await englishAnalyzer();
        for (const query of ['virus years', 'light water', 'combobox', 'f(x)', '机器']) {
          const wanted = new Set(analyzer.terms(query).map((term) => analyzer.stem(term)));
          const { hits } = await ask(query);
          assert.ok(hits.length > 0);
          for (const { id, title, titleHighlights, snippets } of hits) {
            const accepts = (term: string): boolean => wanted.has(analyzer.stem(term));
            assert.ok(liesOnTerms(title, titleHighlights, { analyzer, accepts }));
            assert.ok(snippets.length >= 1 && snippets.length <= 3);
            for (const snippet of snippets) {
              assert.equal(snippet.field, 'answer');
              assert.ok(documentAt(id).answer.text.includes(snippet.text));
              assert.ok(liesOnTerms(snippet.text, snippet.highlights, { analyzer, accepts }));
            }
            const shown = titleHighlights.length + snippets.flatMap(({ highlights }) => highlights).length;
            const inKeywords = documentAt(id).keywords.some((word) => analyzer.terms(word).some(accepts));
            assert.ok(shown > 0 || inKeywords, `${query} in ${id}`);
          }
        }
      });

      it('show the passage that holds the words, under its heading', async () => {
        const [hit] = (await ask('tenofovir tablets')).hits;
        assert.equal(hit?.snippets[0]?.heading, 'Treatment');
        assert.match(hit?.snippets[0]?.html ?? '', /<mark>tablets<\/mark> such as <mark>tenofovir<\/mark>/);
      });

      it('are escaped in html', async () => {
        const [hit] = (await ask('negate')).hits;
        assert.match(
          hit?.snippets[0]?.html ?? '',
          /<mark>Negate<\/mark>.*&lt;f\(x\)&gt; becomes &quot;-f\(x\)&quot;/,
        );
      });

      it('show the description where there is no answer', async () => {
        const [hit] = (await ask('empty')).hits;
        assert.equal(hit?.id, 'row-17');
        assert.deepEqual(
          hit?.snippets.map(({ field, text }) => [field, text]),
          [['description', documentAt('row-17').description]],
        );
      });

      it('are as long as the settings say, formulas kept whole', async () => {
        const short = await open(DOCUMENTS, { ...DEFAULT_SETTINGS, snippetLength: 40 });
        try {
          for (const query of ['light', 'virus', '机器学习']) {
            for (const { id, snippets } of (await short.search(queryOf(query))).hits) {
              for (const { text } of snippets) {
                assert.ok(text.length <= 60, `${id}: ${text}`);
                assert.ok(!text.includes('CO_2'), 'a formula that is too long is left out');
              }
            }
          }
        } finally {
          await short.close();
        }
      });
    });

    describe('related links', () => {
      it("are the document's own first, in order, without twins and itself, then computed ones", async () => {
        const related = (await backend.related('/medicine/hepatitis', RELATED_COUNT)) ?? [];
        assert.deepEqual(
          related.slice(0, 2).map(({ url, indexed, computed }) => [url, indexed, computed]),
          [
            ['/medicine/vaccines', true, false],
            ['/medicine/gone', false, false],
          ],
        );
        assert.ok(related.length > 2, 'filled up');
        for (const { url, title, subject, computed } of related.slice(2)) {
          assert.ok(computed);
          const document = documentAt(url);
          assert.deepEqual([title, subject], [document.title, document.subject]);
        }
      });

      it('are the same at a hit', async () => {
        for (const { id, related } of (await ask('', { limit: 100 })).hits)
          assert.deepEqual(related, await backend.related(id, RELATED_COUNT));
      });

      for (const limit of [0, 1, 2, 5]) {
        it(`are at most ${limit} where ${limit} are asked`, async () => {
          const related = (await backend.related('/medicine/hepatitis', limit)) ?? [];
          const more = (await backend.related('/medicine/hepatitis', RELATED_COUNT)) ?? [];
          assert.deepEqual(related, more.slice(0, limit));
        });
      }

      it('of many documents are filled up', async () => {
        const many = await open(manyDocuments(30));
        try {
          const related = (await many.related('/many/3', RELATED_COUNT)) ?? [];
          assert.equal(related.length, RELATED_COUNT);
          assert.equal(new Set(related.map(({ url }) => url)).size, RELATED_COUNT);
          assert.ok(related.every(({ url, computed, indexed }) => url !== '/many/3' && computed && indexed));
        } finally {
          await many.close();
        }
      });
    });

    describe('suggestions', () => {
      for (const typed of ['photosyn', 'Photosynthesis sto', 'how does photo']) {
        it(`complete ${JSON.stringify(typed)}`, async () => {
          const suggestions = await backend.suggest(typed, 5);
          assert.match(suggestions[0]?.text ?? '', /photosynthesis/i);
        });
      }

      it('are at most as many as asked, none twice, each with a document that exists', async () => {
        for (const limit of [0, 1, 3, 10]) {
          const suggestions = await backend.suggest('why', limit);
          assert.ok(suggestions.length <= limit);
          assert.equal(new Set(suggestions.map(({ text }) => text)).size, suggestions.length);
          for (const { text, url } of suggestions) {
            assert.notEqual(text, '');
            if (url !== undefined) assert.equal(documentAt(url).title, text);
          }
        }
      });

      for (const typed of ['', '   ', '?!', 'zzzzqqqq']) {
        it(`are none for ${JSON.stringify(typed)}`, async () =>
          assert.deepEqual(await backend.suggest(typed, 5), []));
      }
    });

    describe('documents', () => {
      it('are given whole by their key', async () => {
        for (const { key, answer, ...document } of DOCUMENTS) {
          const { title, url, subject, date, language, keywords, description } = document;
          assert.deepEqual(await backend.document(key), {
            id: key,
            title,
            url,
            subject,
            date,
            language,
            keywords,
            description,
            answer: answer.text,
            blocks: answer.blocks,
            atoms: answer.atoms,
          });
        }
      });

      for (const key of [
        '/nowhere',
        '',
        '__proto__',
        'constructor',
        '/medicine/hepatitis/',
        '/MEDICINE/HEPATITIS',
        '\ud800',
      ]) {
        it(`are null for a key that none has: ${JSON.stringify(key)}`, async () => {
          assert.equal(await backend.document(key), null);
          assert.equal(await backend.related(key, 5), null);
        });
      }
    });

    describe('hostile queries', () => {
      const long = QUERY_LIMITS.textLength;
      const hostile: Readonly<Record<string, string>> = {
        'one letter 2,000 times': 'a'.repeat(long),
        'one term 500 times': 'tre '.repeat(500),
        '500 distinct terms': Array.from({ length: 500 }, (_, n) => n.toString(36)).join(' '),
        '600 beginnings': 'ab '.repeat(600),
        'long terms, each with a typo': 'hepatitiss photosynthesys vaccinnes '.repeat(50),
        'an endless identifier': 'a-'.repeat(long / 2),
        humps: 'aB'.repeat(long / 2),
        apostrophes: "a's".repeat(600),
        Chinese: '漢'.repeat(long),
        emoji: '👍'.repeat(long / 2),
        'lone surrogates': '\ud83d'.repeat(long),
        accents: 'e\u0301'.repeat(long / 2),
        'ligatures of words': 'ﷺ'.repeat(long),
        'null characters': '\0'.repeat(long),
        brackets: 'O('.repeat(long / 2),
        quotes: '"'.repeat(long),
        'names of members': '__proto__ constructor hasOwnProperty toString valueOf',
        'a pattern': '(a+)+$ .* [ \\ ^ | {1,9}',
        markup: '<script>alert(1)</script> & <mark>virus</mark>',
      };
      for (const [what, text] of Object.entries(hostile)) {
        it(`are answered: ${what}`, async () => {
          await ask(text.slice(0, long), { facets: [...FACET_FIELDS], exactTotal: true });
          await backend.suggest(text.slice(0, long), 10);
        });
      }

      it('are answered, whatever the text, and say nothing wrong', async () => {
        await fc.assert(
          fc.asyncProperty(anyText, fc.boolean(), async (text, flag) => {
            await ask(text, { exactTotal: flag, similar: flag, explain: flag, language: flag ? 'de' : null });
            const suggestions = await backend.suggest(text, 3);
            assert.ok(suggestions.length <= 3);
          }),
          { numRuns: 300 },
        );
      });

      it('are answered for documents of any text', async () => {
        await fc.assert(
          fc.asyncProperty(
            fc.uniqueArray(anyText, { maxLength: 6, minLength: 1 }),
            anyText,
            async (texts, query) => {
              const documents = texts.map((text, n) =>
                documentOf({ url: `/${n}`, title: text, answer: text, keywords: [text], subject: text }),
              );
              const other = await open(documents);
              try {
                for (const words of ['', query, ...texts]) {
                  const asked = queryOf(words.slice(0, QUERY_LIMITS.textLength), { facets: ['subject'] });
                  assertAnswer(await other.search(asked), asked, other);
                }
                for (const { key, title } of documents)
                  assert.equal((await other.document(key))?.title, title);
              } finally {
                await other.close();
              }
            },
          ),
          { numRuns: 40 },
        );
      });
    });

    describe('many documents', () => {
      let many: Backend;
      const count = 250;

      before(async () => {
        many = await open(manyDocuments(count));
      });

      after(async () => {
        await many.close();
      });

      it('are all counted, in totals and facets, whatever the page', async () => {
        for (const page of [{ limit: 1 }, { limit: 10, offset: 200 }, { limit: 0 }]) {
          const answer = await many.search(
            queryOf('common', { ...page, facets: ['subject'], exactTotal: true }),
          );
          assert.deepEqual([answer.totalHits, answer.totalHitsExact], [count, true]);
          assert.deepEqual(answer.facets, { subject: { 'Subject 0': 84, 'Subject 1': 83, 'Subject 2': 83 } });
        }
      });

      it('are never counted too high where the exact total was not asked for', async () => {
        const answer = await many.search(queryOf('common special'));
        assert.ok(answer.totalHits <= count && answer.totalHits >= answer.hits.length);
        if (answer.totalHitsExact) assert.equal(answer.totalHits, count);
      });

      it('are found through pages, each once', async () => {
        const found: string[] = [];
        for (let offset = 0; offset < count; offset += 100)
          found.push(
            ...(await many.search(queryOf('common special', { limit: 100, offset }))).hits.map(
              ({ id }) => id,
            ),
          );
        assert.equal(new Set(found).size, count);
        const special = new Set(
          manyDocuments(count)
            .filter(({ answer }) => answer.text.includes('special'))
            .map(({ key }) => key),
        );
        assert.deepEqual(
          new Set(found.slice(0, special.size)),
          special,
          'documents with both words come first',
        );
      });
    });

    it('tells which generation it answers from', () => {
      assert.equal(backend.manifest.documents, DOCUMENTS.length);
      assert.notEqual(backend.name, '');
    });

    it('answers from an index of one document', async () => {
      const one = await open([documentOf({ url: '/one', title: 'Only this' })]);
      try {
        assert.equal((await one.search(queryOf('only'))).totalHits, 1);
        assert.deepEqual(await one.related('/one', 5), []);
      } finally {
        await one.close();
      }
    });
  });
}

function gapOr(title: string, reason: string | undefined, test: () => Promise<void>): void {
  // Mocha lists a test without a body as pending: the gap stands in the output, with its reason.
  if (reason === undefined) it(title, test);
  else it(`${title} — left out: ${reason}`);
}

const BY_KEY = new Map(DOCUMENTS.map((document) => [document.key, document]));

function documentAt(key: string): Document {
  const document = BY_KEY.get(key);
  assert.ok(document !== undefined, `no document has the key ${key}`);
  return document;
}

/** The counts of an answer are those of all the documents that it found, the page aside. */
function assertCounts(answer: SearchAnswer, ids: readonly string[], facets: Query['facets']): void {
  // A value's spelling is that of any of its documents; here all spell it alike.
  assert.deepEqual(answer.facets, countFacets(ids.map(documentAt), facets));
}

/** What holds for every answer to every query. */
function assertAnswer(answer: SearchAnswer, query: Query, backend: Backend): void {
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
