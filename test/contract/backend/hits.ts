import assert from 'node:assert/strict';
import { QUERY_LIMITS, queryOf } from '../../../src/core/model/query.js';
import { documentOf } from '../../support/documents.js';
import { DOCUMENTS } from '../backend-documents.js';
import { type Subject, documentAt, gapOr } from './subject.js';

/** The documents that are found, and their order. */
export function describeHits(subject: Subject): void {
  const { open, ask, idsOf, gaps } = subject;

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
      ['机', '/languages/机器学习'],
    ];
    for (const [query, id] of first) {
      it(`include ${id} first for ${query}`, async () => assert.equal(idsOf(await ask(query))[0], id));
    }

    it('contain the members of the document, best hit first', async () => {
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
    });

    it('contain a word of the query', async () => {
      assert.deepEqual(idsOf(await ask('tenofovir aardwolf')), ['/medicine/hepatitis']);
      const nothing = await ask('aardwolf');
      assert.deepEqual([nothing.hits, nothing.totalHits], [[], 0]);
    });

    it('are found with one wrong letter, and by the beginning of the last word', async () => {
      assert.equal(idsOf(await ask('hepatits treatment'))[0], '/medicine/hepatitis');
      assert.equal(idsOf(await ask('photosyn'))[0], '/biology/photosynthesis');
    });

    it('do not depend on stop words, unless the query has nothing else', async () => {
      const [plain, framed] = [await ask('parabola'), await ask('what is the parabola of a')];
      assert.deepEqual(idsOf(framed), idsOf(plain));
      assert.ok((await ask('what is the')).totalHits > 0);
    });

    it('are the same for repeated and concurrent queries', async () => {
      const query = queryOf('virus light', { facets: ['subject'] });
      const answers = await Promise.all(Array.from({ length: 8 }, () => subject.backend.search(query)));
      for (const answer of answers) assert.deepEqual(answer, answers[0]);
    });

    it('do not depend on the order in which documents were added', async () => {
      const other = await open([...DOCUMENTS].reverse());
      try {
        for (const text of ['', 'virus', 'light water', 'how']) {
          const [a, b] = [await subject.backend.search(queryOf(text)), await other.search(queryOf(text))];
          assert.deepEqual(b, a);
        }
      } finally {
        await other.close();
      }
    });

    it('have no explanation unless it is requested', async () => {
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

    it('lists the documents that pass the filter', async () => {
      const answer = await ask('', {
        filters: [{ kind: 'values', field: 'subject', values: ['BIOLOGY', '__proto__'] }],
      });
      assert.deepEqual(idsOf(answer).sort(), ['/biology/photosynthesis', 'row-17']);
    });
  });

  describe('dropped terms', () => {
    it('are empty for a short query', async () => assert.deepEqual((await ask('virus blue')).droppedTerms, []));

    it('are words of the query beyond the limit', async () => {
      const words = Array.from({ length: QUERY_LIMITS.terms + 20 }, (_, n) => `unknown${n}x`);
      const { droppedTerms } = await ask(words.join(' '));
      assert.ok(new Set(droppedTerms).size >= 20);
      for (const term of droppedTerms) assert.ok(words.includes(term), term);
    });

    it('are empty if one word is repeated', async () => {
      const answer = await ask('virus '.repeat(300));
      assert.deepEqual([answer.droppedTerms, idsOf(answer)], [[], idsOf(await ask('virus'))]);
    });

    gapOr('are the most frequent words, wherever a rare word stands', gaps.rarestTermsKept, async () => {
      const common = Array.from({ length: QUERY_LIMITS.terms + 6 }, (_, n) => `common${n}x`);
      const other = await open([
        documentOf({ url: '/rare', title: 'A needle' }),
        ...[1, 2, 3].map((n) => documentOf({ url: `/${n}`, title: `Number ${n}`, answer: common.join(' ') })),
      ]);
      try {
        const answer = await other.search(queryOf(`${common.join(' ')} needle`));
        assert.ok(answer.hits.some(({ id }) => id === '/rare'));
        assert.ok(!answer.droppedTerms.includes('needle'));
        assert.equal(answer.droppedTerms.length, common.length + 1 - QUERY_LIMITS.terms);
      } finally {
        await other.close();
      }
    });
  });
}
