import assert from 'node:assert/strict';
import type { Hit } from '../../../src/core/model/search-response.js';
import { DEFAULT_SETTINGS } from '../../../src/core/model/settings.js';
import { queryOf } from '../../../src/core/model/query.js';
import { documentOf } from '../../support/documents.js';
import { DOCUMENTS } from '../backend-documents.js';
import type { Subject } from './subject.js';

/** The words that a hit highlights, in its title and its snippets. */
function highlighted({ title, titleHighlights, snippets }: Hit): string[] {
  return [
    ...titleHighlights.map(([start, end]) => title.slice(start, end)),
    ...snippets.flatMap(({ text, highlights }) => highlights.map(([start, end]) => text.slice(start, end))),
  ];
}

/** Operators in the query, and the handling of unknown words. */
export function describeOperators({ open, ask, idsOf }: Subject): void {
  describe('operators in the query text', () => {
    const found: Readonly<Record<string, readonly string[]>> = {
      '"memory cells"': ['/medicine/vaccines'],
      '“Memory Cells” stay': ['/medicine/vaccines'],
      '"cells memory"': [],
      '"memory cell"': [],
      '"the sky"': ['/physics/sky'],
      '"is the"': ['/computer-science/references', '/computer-science/subnets', '/physics/sky'],
      '"bacteria a virus"': ['/medicine/antibiotics'],
      '"immune system" "memory cells"': ['/medicine/vaccines'],
      '"blue light" "memory cells"': [],
      '"x-axis"': ['/mathematics/parabola'],
      '"the xaxis stays"': ['/mathematics/parabola'],
      '"人工智能的一个分支"': ['/languages/机器学习'],
      '"what nobody wrote"': [],
      'virus -bacteria': ['/medicine/hepatitis', '/medicine/vaccines'],
      'virus -vaccine': ['/medicine/antibiotics', '/medicine/hepatitis'],
      'virus -"cell wall"': ['/medicine/hepatitis', '/medicine/vaccines'],
      'virus -"wall cell" -wordless': ['/medicine/antibiotics', '/medicine/hepatitis', '/medicine/vaccines'],
      'virus date>=2024-01-01': ['/medicine/hepatitis'],
      'light Subject:biology': ['/biology/photosynthesis'],
      'light -subject:biology': ['/physics/sky'],
      'light subject:"Nothing at all"': [],
      'keywords:C++': ['/computer-science/references'],
      '-subject:Medicine language:en': [
        '/biology/photosynthesis',
        '/computer-science/references',
        '/computer-science/subnets',
        '/physics/sky',
        'row-17',
      ],
    };
    for (const [text, ids] of Object.entries(found)) {
      it(`find ${ids.length === 0 ? 'nothing' : ids.join(', ')} for ${text}`, async () => {
        const answer = await ask(text, { limit: 100, facets: ['subject'], exactTotal: false });
        assert.deepEqual(idsOf(answer).sort(), [...ids]);
        assert.deepEqual([answer.totalHits, answer.totalHitsExact], [ids.length, true]);
        const counted = Object.values(answer.facets?.subject ?? {}).reduce((sum, count) => sum + count, 0);
        const subjects = DOCUMENTS.filter(({ key, subject }) => ids.includes(key) && subject !== null);
        assert.equal(counted, subjects.length);
      });
    }

    it('match all documents but the excluded ones if nothing else is requested', async () => {
      const answer = await ask('-virus', { limit: 100 });
      assert.equal(answer.totalHits, DOCUMENTS.length - 3);
      assert.deepEqual(answer.droppedTerms, []);
    });

    it('are plain text in an unrelated question', async () => {
      const { totalHits } = await ask('"cells memory" -virus', { similar: true });
      assert.ok(totalHits > 0);
    });

    it('highlight a phrase where its words are adjacent', async () => {
      const [hit] = (await ask('"the sky"')).hits;
      assert.ok(hit !== undefined);
      assert.deepEqual(highlighted(hit), ['the', 'sky']);
      const [second] = (await ask('"blue light" light')).hits;
      assert.ok(second !== undefined);
      assert.deepEqual(highlighted(second), ['light', 'blue', 'light']);
    });

    it('have the explained scores bit for bit', async () => {
      const { hits } = await ask('"immune system" virus -bacteria', { explain: true });
      assert.ok(hits.length > 0);
      for (const { score, explain = [] } of hits) {
        const sum = explain.reduce((all, part) => all + part.score, 0);
        assert.ok(Math.abs(sum - score) < 1e-9 * score, `${sum} is not ${score}`);
      }
    });
  });

  describe('unknown words', () => {
    const proposals: Readonly<Record<string, string | undefined>> = {
      'antibiotcs and bacteria': 'antibiotics and bacteria',
      Antiboitics: 'Antibiotics',
      'VACCNIES "immune sytsem"': 'VACCINES "immune system"',
      'photosynthesis of plants': undefined,
      'virus -antibiotcs': undefined,
      'subject:Medicne virus': undefined,
      antibioti: undefined,
      'zzyzx quux': undefined,
    };
    for (const [text, proposal] of Object.entries(proposals)) {
      it(`${proposal === undefined ? 'propose no spelling' : `propose ${proposal}`} for ${text}`, async () => {
        assert.equal((await ask(text)).didYouMean, proposal);
      });
    }

    it('match synonyms, of one word and of several, both ways and one way', async () => {
      const documents = [
        documentOf({
          url: '/mi',
          title: 'Myocardial infarction',
          answer: 'An infarction, myocardial or not.',
        }),
        documentOf({ url: '/heart', title: 'Heart attack', answer: 'The heart; attacks.' }),
        documentOf({ url: '/js', title: 'JavaScript' }),
        documentOf({ url: '/short', title: 'JS' }),
        documentOf({ url: '/apart', title: 'Myocardial', answer: 'Infarction' }),
      ];
      const backend = await open(documents, {
        ...DEFAULT_SETTINGS,
        synonyms: [['heart attack', 'Myocardial Infarctions']],
        oneWaySynonyms: { js: ['javascript'] },
      });
      try {
        const find = async (text: string): Promise<string[]> =>
          (await backend.search(queryOf(text))).hits.map(({ id }) => id);
        assert.deepEqual(await find('heart attacks'), ['/heart', '/mi']);
        assert.deepEqual((await find('myocardial infarction')).sort(), ['/apart', '/heart', '/mi']);
        assert.deepEqual(await find('heart'), ['/heart']);
        assert.deepEqual(await find('js .'), ['/short', '/js']);
        assert.deepEqual(await find('javascript'), ['/js']);
        const { hits } = await backend.search(queryOf('heart attack', { explain: true }));
        const hit = hits.find(({ id }) => id === '/mi');
        assert.ok(hit !== undefined);
        assert.deepEqual(highlighted(hit), ['Myocardial', 'infarction']);
        const sum = (hit.explain ?? []).reduce((all, part) => all + part.score, 0);
        assert.ok(Math.abs(sum - hit.score) < 1e-9 * hit.score);
      } finally {
        await backend.close();
      }
    });

    it('match words written as one or as two', async () => {
      const backend = await open([
        documentOf({ url: '/one', title: 'A website' }),
        documentOf({ url: '/two', title: 'Heart attack' }),
        documentOf({ url: '/apart', title: 'Attack of the heart' }),
      ]);
      try {
        const one = await backend.search(queryOf('heartattack'));
        assert.deepEqual([one.hits[0]?.id, one.didYouMean], ['/two', 'heart attack']);
        assert.deepEqual(one.hits[0] && highlighted(one.hits[0]), ['Heart', 'attack']);
        const two = await backend.search(queryOf('web site'));
        assert.deepEqual([two.hits[0]?.id, two.droppedTerms], ['/one', []]);
      } finally {
        await backend.close();
      }
    });

    it('are not corrected if they are protected', async () => {
      const documents = [documentOf({ url: '/x', title: 'Windows' })];
      for (const [protectedWords, found] of [
        [[], 1],
        [['Windowz'], 0],
      ] as const) {
        const backend = await open(documents, { ...DEFAULT_SETTINGS, protectedWords });
        try {
          const answer = await backend.search(queryOf('windowz .'));
          assert.equal(answer.totalHits, found);
          assert.deepEqual(answer.droppedTerms, found === 0 ? ['windowz'] : []);
        } finally {
          await backend.close();
        }
      }
    });
  });
}
