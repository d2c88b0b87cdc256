import { titleKey } from '../../../../src/core/analysis/character-classes.js';
import assert from 'node:assert/strict';
import { documentOf } from '../../../support/documents.js';
import { opened } from '../../support.js';

describe('the title index', () => {
  // More than the cache retains.
  const titles = Array.from({ length: 1500 }, (_, at) => `Question ${(at * 7919) % 1500}?`);
  const { documents } = opened(titles.map((title, at) => documentOf({ url: `/${at}`, title })));
  const all = Array.from({ length: documents.size }, (_, at) => documents.title(at));

  it('finds titles by prefix, whatever was searched before', () => {
    for (const title of [...all, ...all.toReversed()]) {
      const letters = titleKey(title);
      const found = documents.titleOrder.withPrefix(letters, all.length).map((at) => all[at] ?? '');
      const wanted = all.filter((other) => titleKey(other).startsWith(letters));
      assert.deepEqual(
        found,
        wanted.sort((a, b) => (titleKey(a) < titleKey(b) ? -1 : 1)),
      );
    }
  });
});
