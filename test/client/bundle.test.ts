import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { openSnapshot, type SearchAnswer, type SearchOptions } from '../../src/client/index.js';
import type { SearchSettings } from '../../src/core/model/settings.js';
import { buildIndex } from '../../src/index.js';
import { exportSnapshot, readConfig } from '../../src/wiring.js';
import { temporaryFolder } from '../cli/harness.js';
import { hosted } from './support/host.js';

/** Written by `npm run build`. */
const BUNDLES = join(import.meta.dirname, '../../dist/browser');

const CONTENT: Readonly<Record<string, string>> = {
  'sky.md': '---\ntitle: Warum ist der Himmel blau?\nlanguage: de\n---\nDie Luft streut das Licht der Häuser.\n',
  'ill.md': '---\ntitle: Quelles sont les maladies rares?\nlanguage: fr\n---\nIl y en a beaucoup.\n',
  'tides.md': '---\ntitle: What causes the tides?\n---\nThe moon pulls at the water.\n',
};

const QUERIES: readonly (readonly [q: string, options: SearchOptions])[] = [
  ['haus', {}],
  ['der himmel', { lang: 'de' }],
  ['maladie', { lang: 'fr' }],
  ['der himmel', { lang: 'pt' }],
  ['what is the moon', {}],
  ['fluid', {}],
  ['moon subject:Sea', {}],
  ['moon', { filter: 'date>=2024-01-01' }],
];

/** `openSnapshot` of the browser bundle. */
async function bundled(): Promise<typeof openSnapshot> {
  const client: unknown = await import(pathToFileURL(join(BUNDLES, 'client.js')).href);
  assert.ok(isClient(client));
  return client.openSnapshot;
}

function isClient(module: unknown): module is { readonly openSnapshot: typeof openSnapshot } {
  return typeof module === 'object' && module !== null && 'openSnapshot' in module;
}

/** A lazy client computes no related links. */
const withoutRelated = ({ hits, ...answer }: SearchAnswer): object => ({
  ...answer,
  hits: hits.map(({ related: _related, ...hit }) => hit),
});

describe('the bundled client', () => {
  const settings: readonly (Pick<Partial<SearchSettings>, 'language' | 'ranking'> & {
    synonyms?: string[][];
  })[] = [{}, { language: 'de' }, { ranking: 'bm25' }, { ranking: 'minisearch' }, { synonyms: [['water', 'fluid']] }];
  for (const own of settings) {
    it(`loads the code for ${JSON.stringify(own)} and other query languages on demand`, async () => {
      const site = temporaryFolder();
      for (const [name, text] of Object.entries(CONTENT)) site.write(`content/${name}`, text);
      site.write('askdex.config.json', JSON.stringify(own));
      const [content, index, out] = ['content', 'index', 'out'].map((name) => join(site.path, name));
      assert.ok(content !== undefined && index !== undefined && out !== undefined);
      const environment = { ASKDEX_CONTENT: content, ASKDEX_INDEX: index };
      const config = readConfig({ environment, folder: site.path });
      await buildIndex({ content, index, settings: own });
      const choices = { kind: 'packed', text: 'none', subject: null, prefix: '', signKey: null } as const;
      await exportSnapshot({ config, out, options: choices });
      const host = await hosted(out);
      try {
        const whole = await openSnapshot(out);
        const open = await bundled();
        const opened = await open(host.url);
        const lazy = own.ranking === 'minisearch' ? null : await open(host.url, { form: 'lazy' });
        for (const [q, options] of QUERIES) {
          const expected = await whole.search(q, options);
          assert.deepEqual(await opened.search(q, options), expected, q);
          if (lazy !== null)
            assert.deepEqual(withoutRelated(await lazy.search(q, options)), withoutRelated(expected), q);
        }
      } finally {
        host.close();
        site.remove();
      }
    });
  }

  it('loads at most 45,000 bytes of brotli before the first answer', () => {
    const sizes = ['client.js', 'worker.js', 'host.js'].map(
      (name) => brotliCompressSync(readFileSync(join(BUNDLES, name))).length,
    );
    const sum = sizes.reduce((total, size) => total + size, 0);
    assert.ok(sum <= 45_000, `${sizes.join(' + ')} = ${sum}`);
  });
});
