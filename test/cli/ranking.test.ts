import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openSnapshot } from '../../src/client/index.js';
import { askdex, SKY, temporaryFolder, TIDES } from './harness.js';

describe('the configured ranking', () => {
  it('rebuilds only if the index was built for another ranking', async () => {
    const folder = temporaryFolder({ 'content/sky.md': SKY, 'content/tides.md': TIDES });
    const index = async (ranking: string) => {
      folder.write('askdex.config.json', JSON.stringify({ ranking }));
      const { stdout } = await askdex(['index', '--json'], { folder: folder.path });
      return JSON.parse(stdout) as { published: boolean; documents: number };
    };
    const search = async (query: string) => {
      const { stdout } = await askdex(['search', query, '--json'], { folder: folder.path });
      return JSON.parse(stdout) as { totalHits: number };
    };
    try {
      const wholes = [];
      for (const ranking of ['default', 'minisearch', 'bm25', 'bm25', 'default']) {
        const { published, documents } = await index(ranking);
        wholes.push([ranking, published, documents]);
        assert.equal((await search('scattering')).totalHits, ranking === 'minisearch' ? 0 : 1, ranking);
      }
      assert.deepEqual(wholes, [
        ['default', true, 2],
        ['minisearch', false, 2],
        ['bm25', true, 2],
        ['bm25', false, 2],
        ['default', true, 2],
      ]);
    } finally {
      folder.remove();
    }
  });

  it('is read by a client with the same setting, and refused by one without it', async () => {
    const folder = temporaryFolder({
      'content/sky.md': SKY,
      'content/tides.md': TIDES,
      'askdex.config.json': '{"ranking": "bm25"}',
    });
    try {
      await askdex(['index'], { folder: folder.path });
      const current = readFileSync(join(folder.path, 'index-data/CURRENT'), 'utf8').trim();
      const generation = join(folder.path, 'index-data/generations', current);
      const snapshot = await openSnapshot(generation, { settings: { ranking: 'bm25' } });
      const { hits } = await snapshot.search('scattering');
      assert.deepEqual(
        hits.map(({ url }) => url),
        ['/q/why-is-the-sky-blue'],
      );
      await snapshot.close();
      await assert.rejects(openSnapshot(generation), { code: 'index_damaged' });
    } finally {
      folder.remove();
    }
  });
});
