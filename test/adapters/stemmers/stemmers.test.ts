import assert from 'node:assert/strict';
import { loadStem, STEMMED_LANGUAGES } from '../../../src/adapters/stemmers/stemmers.js';

describe('loadStem', () => {
  const together: readonly (readonly [language: string, ...words: string[]])[] = [
    ['en', 'treatment', 'treatments'],
    ['en', 'infection', 'infected', 'infecting', 'infections'],
    ['en', 'connection', 'connected'],
    ['en', 'adoption', 'adopted'],
    ['en-gb', 'study', 'studies', 'studied'],
    ['de', 'katze', 'katzen'],
    ['fr', 'continuer', 'continuation'],
    ['es', 'nacional', 'nacionales'],
    ['it', 'amico', 'amici'],
    ['nl', 'boek', 'boeken'],
    ['pt', 'menino', 'meninos'],
    ['ru', 'книга', 'книгами'],
  ];
  for (const [language, ...words] of together) {
    it(`returns one stem for ${words.join(', ')} in ${language}`, async () => {
      const stem = await loadStem(language);
      assert.equal(new Set(words.map(stem)).size, 1, words.map(stem).join(', '));
    });
  }

  it('loads a stemmer for at least ten languages', async () => {
    assert.ok(STEMMED_LANGUAGES.length >= 10);
    for (const language of STEMMED_LANGUAGES) assert.equal(typeof (await loadStem(language))('word'), 'string');
  });

  for (const language of ['xx', '', 'constructor', '__proto__']) {
    it(`returns words unchanged for the language ${JSON.stringify(language)}`, async () => {
      assert.equal((await loadStem(language))('treatments'), 'treatments');
    });
  }
});
