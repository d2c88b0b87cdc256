import assert from 'node:assert/strict';
import fc from 'fast-check';
import { withStemmers, loadAnalyzer } from '../../../src/adapters/stemmers/with-stemmers.js';
import { loadStemmer } from '../../../src/adapters/stemmers/stemmers.js';
import { createAnalyzer, type Analyzer } from '../../../src/core/analysis/analyzer.js';
import { createAnalyzerForSettings } from '../../../src/core/analysis/create-analyzer.js';
import type { Document } from '../../../src/core/model/document.js';
import { openIndex } from '../../../src/core/index/index-reader.js';
import { IndexSearcher } from '../../../src/core/search/index-searcher.js';
import { StemGroupStats } from '../../../src/core/search/rerank/stem-group-stats.js';
import { queryOf } from '../../../src/core/model/query.js';
import { DEFAULT_SETTINGS } from '../../../src/core/model/settings.js';
import { documentOf } from '../../support/documents.js';
import { found, indexOf, merged, segmentOf } from './support.js';
import { runs } from '../../support/runs.js';

const SITE = { ...DEFAULT_SETTINGS, language: 'en' };

describe('documents that name their language', () => {
  let analyzer: Analyzer;
  before(async () => {
    analyzer = await loadAnalyzer(SITE);
    await analyzer.loadLanguages(['fr', 'de-at', 'ja', 'xx']);
  });

  const cases: readonly (readonly [what: string, query: string, language: string | null, words: string[]])[] = [
    ['in it by its stems', 'générale', 'fr', ['generaux']],
    ['in it without accents', 'generaux', 'fr', ['generaux']],
    ['in it with a region', 'Häuser', 'de-ch', ['hauses']],
    ['by the word itself in the site’s language', 'généraux', null, ['generaux']],
    ['by the word itself in a language that none names', 'rois', 'sv', ['rois']],
    ['by the word itself in no language', 'rois', 'xx', ['rois']],
    ['not by the stems of another', 'générale', 'de', []],
    ['not by the stems of one that none names', 'générale', 'it', []],
  ];
  for (const [what, query, language, words] of cases) {
    it(`are found ${what}`, () => {
      const index = indexOf(
        [
          ['généraux', 'fr'],
          ['rois', 'fr'],
          ['Hauses', 'de'],
          ['studies', null],
        ],
        analyzer,
      );
      assert.deepEqual(found(query, index, analyzer.inLanguage(language)), words);
    });
  }

  it('do not mix the stems of two languages through a word of both', () => {
    const index = indexOf(
      [
        ['generic', null],
        ['général', 'fr'],
        ['générale', 'fr'],
        ['parler', 'fr'],
        ['parlant', 'fr'],
      ],
      analyzer,
    );
    assert.deepEqual(found('générale', index, analyzer.inLanguage('fr')), ['general', 'generale']);
    assert.deepEqual(found('generic', index, analyzer), ['general', 'generic']);
    const groups = new StemGroupStats(index);
    assert.equal(groups.groupOf('general'), groups.groupOf('generic'));
    assert.notEqual(groups.groupOf('parlant'), groups.groupOf('parler'));
  });

  it("do not change the stems of the site's language", () => {
    const index = indexOf(
      [
        ['studies', null],
        ['studying', 'en-gb'],
        ['étudier', 'fr'],
      ],
      analyzer,
    );
    assert.deepEqual(found('study', index, analyzer), ['studies', 'studying']);
    assert.deepEqual(found('study', index, analyzer.inLanguage('en-us')), ['studies', 'studying']);
    assert.deepEqual(found('studies', index, analyzer.inLanguage('fr')), ['studies']);
  });

  it("are searched without the stop words of the query's language", () => {
    const index = indexOf([['est la maladie', 'fr']], analyzer);
    assert.deepEqual(found('quelle est la maladies', index, analyzer.inLanguage('fr')), ['maladie']);
    assert.ok(analyzer.inLanguage('de').isStopWord('der') && !analyzer.inLanguage('de').isStopWord('the'));
    assert.ok(analyzer.isStopWord('the') && !analyzer.isStopWord('der'));
  });

  it('keep protected words unstemmed in every language', async () => {
    const protecting = createAnalyzer({
      language: 'en',
      stem: (word) => word,
      stopWords: null,
      protectedWords: ['Généraux'],
      loadStem: loadStemmer,
    });
    await protecting.loadLanguages(['fr']);
    const index = indexOf([['générale', 'fr']], protecting);
    assert.deepEqual(found('généraux', index, protecting.inLanguage('fr')), []);
  });

  it('are searched in the language of the query parameter', () => {
    const documents = [documentOf({ url: '/fr', key: '/fr', title: 'Les généraux', language: 'fr' })];
    const index = openIndex(merged([segmentOf(documents, analyzer)], analyzer), { verify: true });
    const searcher = new IndexSearcher(index, { analyzer, settings: SITE, generation: 'g' });
    const total = (language: string | null): number =>
      searcher.search(queryOf('une femme générale', { language })).totalHits;
    assert.deepEqual([total('fr'), total('de')], [1, 0]);
    const [hit] = searcher.search(queryOf('générale', { language: 'fr' })).hits;
    assert.deepEqual(hit?.titleHighlights, [[4, 12]]);
  });

  it('are excluded by the stems of an excluded word', () => {
    const documents = ['Les généraux', 'Les rois'].map((title, at) =>
      documentOf({ url: `/${at}`, key: `/${at}`, title, language: 'fr' }),
    );
    const index = openIndex(merged([segmentOf(documents, analyzer)], analyzer), { verify: true });
    const searcher = new IndexSearcher(index, { analyzer, settings: SITE, generation: 'g' });
    const left = (language: string | null): string[] =>
      searcher.search(queryOf('-générale', { language })).hits.map(({ id }) => id);
    assert.deepEqual(left('fr'), ['/1']);
    assert.deepEqual(left('sv'), ['/0', '/1']);
  });

  it('load their stemmers while they are read', async () => {
    const fresh = await loadAnalyzer(SITE);
    const document = documentOf({ url: '/fr', title: 'généraux', language: 'fr' });
    const source = withStemmers(
      {
        id: 'one',
        scan: () => Promise.reject(new Error('not asked')),
        async *read() {
          yield await Promise.resolve({ kind: 'document' as const, document, line: null });
        },
      },
      fresh,
    );
    for await (const item of source.read({ path: 'a.md', version: '1' })) {
      assert.equal(item.kind, 'document');
      assert.notDeepEqual(fresh.inLanguage('fr').stemKeys('generaux', 'généraux'), []);
    }
  });

  it('use one analyzer with the ranking bm25', async () => {
    const plain = createAnalyzerForSettings({ ...SITE, ranking: 'bm25' }, (word) => word, loadStemmer);
    await plain.loadLanguages(['fr']);
    assert.equal(plain.inLanguage('fr'), plain);
  });
});

const WORDS = [
  'générale',
  'GÉNÉRAUX',
  'generaux',
  'general',
  'Haus',
  'Häuser',
  'hauser',
  'studies',
  'été',
  'C++',
  'l’été',
];
const anyDocument = fc.record({
  title: fc.array(fc.constantFrom(...WORDS), { maxLength: 5 }).map((words) => words.join(' ')),
  language: fc.constantFrom(null, 'fr', 'de', 'en', 'xx'),
});

for (const site of ['en', 'fr']) {
  describe(`an index of several languages on a site in ${site}`, () => {
    let analyzer: Analyzer;
    before(async () => {
      analyzer = await loadAnalyzer({ ...DEFAULT_SETTINGS, language: site });
      await analyzer.loadLanguages(['fr', 'de', 'en']);
    });

    it('depends only on its documents', () => {
      const property = fc.property(
        fc.array(anyDocument, { maxLength: 8 }),
        fc.array(anyDocument, { maxLength: 3 }),
        fc.nat(),
        (living, dying, cut) => {
          const documents = living.map((parts, at): Document => documentOf({ url: `/${at}`, key: `/${at}`, ...parts }));
          const dead = dying.map((parts, at): Document => documentOf({ url: `/x${at}`, key: `/x${at}`, ...parts }));
          const at = documents.length === 0 ? 0 : cut % documents.length;
          const whole = merged([segmentOf(documents, analyzer)], analyzer);
          const split = [segmentOf(documents.slice(at), analyzer, dead), segmentOf(documents.slice(0, at), analyzer)];
          assert.deepEqual(merged(split, analyzer), whole);
        },
      );
      fc.assert(property, { numRuns: runs(60) });
    });
  });
}
