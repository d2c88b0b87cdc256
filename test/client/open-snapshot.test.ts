import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cpSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openSnapshot, type SearchOptions } from '../../src/client/index.js';
import { buildIndex, openIndex, queryOf } from '../../src/index.js';
import { SKY, temporaryFolder, TIDES, type TemporaryFolder } from '../cli/harness.js';

describe('openSnapshot', () => {
  let folder: TemporaryFolder;
  let generation: string;
  before(async () => {
    folder = temporaryFolder({ 'content/sky.md': SKY, 'content/tides.md': TIDES });
    await buildIndex({ content: join(folder.path, 'content'), index: join(folder.path, 'index') });
    const [name = ''] = readdirSync(join(folder.path, 'index', 'generations'));
    generation = join(folder.path, 'index', 'generations', name);
  });
  after(() => folder.remove());

  /** A copy of the generation that a test may damage. */
  async function withCopy(damage: (copy: string) => void, check: (copy: string) => Promise<void>) {
    const copy = join(folder.path, 'copy');
    cpSync(generation, copy, { recursive: true });
    try {
      damage(copy);
      await check(copy);
    } finally {
      rmSync(copy, { recursive: true });
    }
  }

  it("opens a generation's folder and returns the answers of the index", async () => {
    const snapshot = await openSnapshot(generation);
    const index = await openIndex({ index: join(folder.path, 'index') });
    assert.ok(index !== null);
    assert.deepEqual(snapshot.manifest, index.manifest);
    for (const q of ['moon', 'why is the sky blue', 'ocaens', 'nothing like it', '']) {
      assert.deepEqual(await snapshot.search(q), await index.search(queryOf(q)), q);
    }
    const { hits } = await snapshot.search('moon');
    assert.equal(hits[0]?.url, '/q/what-causes-the-tides');
    assert.match(hits[0]?.snippets[0]?.html ?? '', /<mark>moon<\/mark>/);
    await index.close();
    await snapshot.close();
  });

  it('accepts a file: URL', async () => {
    for (const source of [pathToFileURL(generation), pathToFileURL(generation).href]) {
      const snapshot = await openSnapshot(source);
      assert.equal(snapshot.manifest.documents, 2);
      await snapshot.close();
    }
  });

  it('returns suggestions and documents', async () => {
    const snapshot = await openSnapshot(generation);
    assert.deepEqual(await snapshot.suggest('why is the sky'), [
      { text: 'Why is the sky blue?', url: '/q/why-is-the-sky-blue' },
    ]);
    assert.deepEqual(await snapshot.suggest('sky', { limit: 0 }), []);
    const document = await snapshot.document('/q/why-is-the-sky-blue');
    assert.equal(document?.answer, 'Air scatters short waves of sunlight more than long ones.');
    assert.equal(await snapshot.document('/q/none'), null);
    await snapshot.close();
  });

  it('accepts the search options of the API', async () => {
    const snapshot = await openSnapshot(generation);
    const page = await snapshot.search('', { limit: 1, offset: 1, facets: ['subject'], exactTotal: true });
    assert.deepEqual([page.hits.length, page.totalHits, page.facets], [1, 2, { subject: { Tests: 2 } }]);
    assert.equal((await snapshot.search('sky', { filter: 'subject:"Other"' })).totalHits, 0);
    // Only words of a language that a document names have inflections.
    const inflected = async (lang: string) => (await snapshot.search('blue scattering?', { lang })).droppedTerms;
    assert.deepEqual([await inflected('en-GB'), await inflected('sv')], [[], ['scattering']]);
    assert.equal((await snapshot.search('sky', { filter: ['subject:Tests'], sort: 'date:desc' })).totalHits, 1);
    await snapshot.close();
  });

  const refused: readonly (readonly [name: string, q: unknown, options: unknown, code: string, parameter: string])[] = [
    ['a limit beyond 100', 'sky', { limit: 101 }, 'invalid_parameter', 'limit'],
    ['a limit that is a text', 'sky', { limit: '5' }, 'invalid_parameter', 'limit'],
    ['half a hit', 'sky', { limit: 0.5 }, 'invalid_parameter', 'limit'],
    ['an offset below 0', 'sky', { offset: -1 }, 'invalid_parameter', 'offset'],
    ['a filter on nothing', 'sky', { filter: 'colour:blue' }, 'invalid_filter', 'filter'],
    ['a filter that is a number', 'sky', { filter: [1] }, 'invalid_parameter', 'filter'],
    ['an unknown facet', 'sky', { facets: ['colour'] }, 'invalid_parameter', 'facets'],
    ['a facet that is no list', 'sky', { facets: 'subject' }, 'invalid_parameter', 'facets'],
    ['an unknown order', 'sky', { sort: 'title' }, 'invalid_parameter', 'sort'],
    ['a language that is no tag', 'sky', { lang: 'english!' }, 'invalid_parameter', 'lang'],
    ['an unknown choice', 'sky', { limits: 5 }, 'unknown_parameter', 'limits'],
    ['a query that is too long', 'a'.repeat(2001), {}, 'query_too_long', 'q'],
    ['a query that is no text', 7, {}, 'invalid_parameter', 'q'],
  ];
  for (const [name, q, options, code, parameter] of refused) {
    it(`refuses ${name}`, async () => {
      const snapshot = await openSnapshot(generation);
      await assert.rejects(snapshot.search(q as string, options as SearchOptions), { code, parameter });
      await snapshot.close();
    });
  }

  it('answers nothing once it is closed', async () => {
    const snapshot = await openSnapshot(generation);
    await snapshot.close();
    await snapshot.close();
    await assert.rejects(snapshot.search('sky'), { code: 'index_not_ready' });
    await assert.rejects(snapshot.suggest('sky'), { code: 'index_not_ready' });
    await assert.rejects(snapshot.document('sky'), { code: 'index_not_ready' });
  });

  const wrongSources: readonly (readonly [source: unknown, code: string, message: RegExp])[] = [
    ['ftp://example.org/snapshot', 'invalid_parameter', /"ftp:.*only http, https and file are supported/],
    ['http://', 'invalid_parameter', /is not a URL/],
    ['file://elsewhere/x%2Fy', 'invalid_parameter', /not a folder here/],
    ['', 'invalid_parameter', /neither a folder nor a URL/],
    [null, 'invalid_parameter', /neither a folder nor a URL/],
    ['no/such/folder', 'generation_not_found', /no manifest\.json in "no\/such\/folder"/],
    ['a\0b', 'index_unreadable', /cannot be read/],
  ];
  for (const [source, code, message] of wrongSources) {
    it(`cannot open ${JSON.stringify(source)}`, () =>
      assert.rejects(openSnapshot(source as string), { code, message }));
  }

  it('names the folder to pass if it was given the whole index', () =>
    assert.rejects(openSnapshot(join(folder.path, 'index')), {
      code: 'generation_not_found',
      remedy: /generations\//,
    }));

  it('requires the settings that the index was built with', async () => {
    await assert.rejects(openSnapshot(generation, { settings: { language: 'de' } }), {
      code: 'index_damaged',
      remedy: /settings that the index was built with/,
    });
  });

  const damages: readonly (readonly [name: string, damage: (copy: string) => void, message: RegExp])[] = [
    ['a flipped bit of the index', (copy) => flip(join(copy, 'index.askdex')), /does not match its checksum/],
    ['a cut index', (copy) => truncateSync(join(copy, 'index.askdex'), 100), /has 100 bytes instead of/],
    ['no index', (copy) => rmSync(join(copy, 'index.askdex')), /index\.askdex is missing/],
    ['a cut manifest', (copy) => truncateSync(join(copy, 'manifest.json'), 100), /manifest is not JSON/],
    ['a manifest that is null', (copy) => writeFileSync(join(copy, 'manifest.json'), 'null'), /its manifest is wrong/],
    ['an edited manifest', (copy) => edit(copy, { documents: 3 }), /its own checksum/],
    ['a manifest without files', (copy) => edit(copy, { files: [] }, true), /names no index\.askdex/],
    ['a manifest that counts otherwise', (copy) => edit(copy, { documents: 3 }, true), /has 2 documents/],
    [
      'an index that is none, rightly sealed',
      (copy) => {
        const bytes = Buffer.from('ASKDEXPK\u0001\0\0\0\u0001\0\0\0');
        writeFileSync(join(copy, 'index.askdex'), bytes);
        const sha256 = createHash('sha256').update(bytes).digest('hex');
        edit(copy, { files: [{ name: 'index.askdex', size: bytes.length, sha256 }] }, true);
      },
      /cannot be read/,
    ],
  ];
  for (const [name, damage, message] of damages) {
    it(`detects ${name}`, () =>
      withCopy(damage, (copy) => assert.rejects(openSnapshot(copy), { code: 'index_damaged', message })));
  }
});

function flip(path: string): void {
  const bytes = readFileSync(path);
  const middle = bytes.length >> 1;
  bytes[middle] = (bytes[middle] ?? 0) ^ 4;
  writeFileSync(path, bytes);
}

/** Changes members of a manifest. `sealed`: also updates its checksum. */
function edit(copy: string, changes: Readonly<Record<string, unknown>>, sealed = false): void {
  const path = join(copy, 'manifest.json');
  const { checksum, ...body } = {
    ...(JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>),
    ...changes,
  } as Record<string, unknown>;
  const right = createHash('sha256').update(JSON.stringify(body)).digest('hex');
  writeFileSync(path, JSON.stringify({ ...body, checksum: sealed ? right : checksum }));
}
