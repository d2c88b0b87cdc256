import assert from 'node:assert/strict';
import { openIndex } from '../../../../src/core/index/index-reader.js';
import { IndexSearcher } from '../../../../src/core/search/index-searcher.js';
import { DEFAULT_SETTINGS, type SearchSettings } from '../../../../src/core/model/settings.js';
import { DOCUMENTS } from '../../../contract/backend-documents.js';
import { variedQueries } from '../../../support/varied-queries.mjs';
import { ANALYZER, packed } from '../../support.js';

const INDEX = openIndex(packed(DOCUMENTS), { verify: true });
const SETTINGS: SearchSettings = { ...DEFAULT_SETTINGS, synonyms: [['sky', 'heaven', 'blue vault']] };
const QUERY = {
  ...{ limit: 10, offset: 0, filters: [], facets: [], sort: null },
  ...{ explain: true, exactTotal: false, similar: false, language: null },
};

function searcher(): IndexSearcher {
  return new IndexSearcher(INDEX, { analyzer: ANALYZER, settings: SETTINGS, generation: 'test' });
}

describe('the expansion cache', () => {
  const titles = DOCUMENTS.map(({ title }) => title);
  const subjects = DOCUMENTS.flatMap(({ subject }) => subject ?? []);
  const varied = variedQueries({ titles, subjects, count: 200 }).map(({ q }) => q);

  it('changes no answer, after any previous queries', () => {
    const remembering = searcher();
    for (const text of [...varied, ...varied.toReversed()]) {
      const whole = { ...QUERY, text };
      assert.deepEqual(remembering.search(whole), searcher().search(whole), text);
      // The same words, complete, beside others, and in another language.
      for (const other of [{ similar: true }, { text: `${text} sky hepatitis` }, { language: 'de' }]) {
        const query = { ...whole, ...other };
        assert.deepEqual(remembering.search(query), searcher().search(query), text);
      }
    }
  });

  it('changes no answer when there are more words than it retains', () => {
    const remembering = searcher();
    const words = Array.from({ length: 3000 }, (_, at) => `hepatitis${at.toString(36)}`);
    for (const text of [...words, 'hepatitus', 'sk', ...words.slice(0, 50)]) {
      const query = { ...QUERY, text };
      const answer = remembering.search(query);
      if (Number(text.length) < 10 || text.endsWith('1')) assert.deepEqual(answer, searcher().search(query), text);
    }
  });

  it('changes no answer to a query of so many words that some are not expanded', () => {
    const remembering = searcher();
    const words = new Set(DOCUMENTS.flatMap(({ answer }) => answer.text.match(/\b[a-z]{7,}\b/g) ?? []));
    const typos = [...words].slice(0, 24).map((word) => word.slice(0, 3) + word.slice(4));
    for (const text of [typos.join(' '), ...typos, typos.toReversed().join(' '), typos.join(' ')]) {
      const query = { ...QUERY, text };
      assert.deepEqual(remembering.search(query), searcher().search(query), text);
    }
  });
});
