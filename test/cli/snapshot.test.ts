import { loadAnalyzer } from '../../src/adapters/stemmers/with-stemmers.js';
import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import MiniSearch from 'minisearch';
import { inflate } from '../../src/adapters/snapshots/compression.js';
import { applyDelta } from '../../src/core/delta/apply-delta.js';
import { decodeUtf8 } from '../../src/core/index/documents/token-vocabulary.js';
import { crc32, INDEX_FILE } from '../../src/core/index/format/container.js';
import { openIndex } from '../../src/core/index/index-reader.js';
import { DEFAULT_SETTINGS } from '../../src/core/model/settings.js';
import { deltaFrom, type SnapshotManifest } from '../../src/core/model/snapshot-manifest.js';
import { askdex, question, SKY, temporaryFolder, TIDES, type Ran, type TemporaryFolder } from './harness.js';

const DESCRIBED = question(
  'How does bread rise?',
  'Yeast makes a gas that is caught in the dough. It takes an hour or two.',
  'description: Yeast makes a gas that is caught in the dough.\nkeywords: baking, yeast\n',
).replace('subject: Tests', 'subject: Kitchen');

/** Enough questions that a delta for one is less than half of the index. */
const MANY = Object.fromEntries(
  Array.from({ length: 40 }, (_, at) => [
    `many-${at}.md`,
    question(`What is number ${at}?`, `Number ${at} follows ${at - 1}, and ${at * 7} is ${at} times seven.`),
  ]),
);

describe('askdex snapshot', () => {
  let folder: TemporaryFolder;
  let privateKey: string;
  let publicKey: string;

  before(async () => {
    folder = temporaryFolder({
      'content/sky.md': SKY,
      'content/tides.md': TIDES,
      'content/bread.md': DESCRIBED,
    });
    const keys = generateKeyPairSync('ed25519');
    privateKey = keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    publicKey = keys.publicKey.export({ type: 'spki', format: 'pem' }).toString();
    folder.write('key.pem', privateKey);
    folder.write('public.pem', publicKey);
    const other = generateKeyPairSync('ed25519').publicKey;
    folder.write('other.pem', other.export({ type: 'spki', format: 'pem' }).toString());
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
    folder.write('rsa.pem', rsa.export({ type: 'pkcs8', format: 'pem' }).toString());
    assert.equal((await run('index', '--quiet')).code, 0);
    assert.equal((await run('snapshot', 'export', '--out', 'full', '--sign-key', 'key.pem')).code, 0);
  });
  after(() => folder.remove());

  const run = (...args: string[]): Promise<Ran> => askdex(args, { folder: folder.path });
  const at = (...names: string[]): string => join(folder.path, ...names);
  const manifestOf = (name: string): SnapshotManifest =>
    JSON.parse(readFileSync(at(name, 'manifest.json'), 'utf8')) as SnapshotManifest;

  it('exports the current generation with sizes and checksums', () => {
    const manifest = manifestOf('full');
    const generation = readFileSync(at('index-data', 'CURRENT'), 'utf8').trim();
    assert.deepEqual(
      { ...manifest, files: manifest.files.map(({ name }) => name) },
      {
        ...manifest,
        ...{ snapshot: 1, kind: 'packed', generation, text: 'full', subject: null, documents: 3, prefix: '' },
        files: ['index.askdex', 'index.askdex.br', 'index.askdex.gz', 'index.chunks'],
        deltas: [],
      },
    );
    const whole = readFileSync(at('index-data', 'generations', generation, INDEX_FILE));
    assert.equal(Buffer.compare(readFileSync(at('full', INDEX_FILE)), whole), 0);
    assert.deepEqual(
      readdirSync(at('full')).sort(),
      [...manifest.files.map(({ name }) => name), 'manifest.json', 'index.html', 'page', 'sw.js'].sort(),
    );
    for (const { name, size, sha256 } of manifest.files) {
      const bytes = readFileSync(at('full', name));
      assert.equal(bytes.byteLength, size);
      assert.equal(createHash('sha256').update(bytes).digest('hex'), sha256);
    }
  });

  it('exports the same bytes each time, replacing an earlier export', async () => {
    const before = readFileSync(at('full', 'manifest.json'), 'utf8');
    writeFileSync(at('full', 'left-over'), '');
    assert.equal((await run('snapshot', 'export', '--out', 'full', '--sign-key', 'key.pem')).code, 0);
    assert.equal(readFileSync(at('full', 'manifest.json'), 'utf8'), before);
    assert.ok(!existsSync(at('full', 'left-over')));
    assert.deepEqual(
      readdirSync(folder.path).filter((name) => name.startsWith('.tmp-')),
      [],
    );
  });

  it('omits the page with --no-page', async () => {
    assert.equal((await run('snapshot', 'export', '--out', 'bare', '--no-page')).code, 0);
    assert.deepEqual(
      readdirSync(at('bare')).sort(),
      [...manifestOf('bare').files.map(({ name }) => name), 'manifest.json'].sort(),
    );
  });

  it('prints the manifest with --json', async () => {
    const { stdout } = await run('snapshot', 'export', '--out', 'none', '--text', 'none', '--json');
    assert.deepEqual(JSON.parse(stdout), manifestOf('none'));
  });

  it('exports titles and descriptions without answers with --text none', async () => {
    assert.equal((await run('snapshot', 'export', '--out', 'none', '--text', 'none')).code, 0);
    const { documents, size } = openIndex(readFileSync(at('none', INDEX_FILE)), { verify: true });
    const shown = Array.from({ length: size }, (_, one) => [
      documents.title(one),
      documents.answers.answer(one).text,
      documents.answers.description(one),
    ]);
    assert.deepEqual(shown[0], ['How does bread rise?', '', 'Yeast makes a gas that is caught in the dough.']);
    // A question without a description shows the beginning of its answer.
    assert.deepEqual(
      shown.find(([title]) => title === 'Why is the sky blue?'),
      ['Why is the sky blue?', '', 'Air scatters short waves of sunlight more than long ones.'],
    );
    const { code, stdout } = await run('snapshot', 'verify', 'none');
    assert.equal(code, 0);
    assert.match(stdout, /index\.lazy: \d+ pieces of index\.askdex/);
  });

  it('exports only the documents of a subject, as a site of them would', async () => {
    const made = await run('snapshot', 'export', '--out', 'kitchen', '--subject', 'KITCHEN');
    assert.equal(made.code, 0, made.stderr);
    assert.match(made.stdout, /1 document of the subject "Kitchen"/);
    assert.equal(manifestOf('kitchen').subject, 'Kitchen');
    assert.equal((await run('snapshot', 'verify', 'kitchen')).code, 0);
    const alone = temporaryFolder({ 'content/bread.md': DESCRIBED });
    await askdex(['index', '--quiet'], { folder: alone.path });
    await askdex(['snapshot', 'export', '--out', 'out'], { folder: alone.path });
    const [a, b] = [at('kitchen', INDEX_FILE), join(alone.path, 'out', INDEX_FILE)].map((path) => readFileSync(path));
    assert.ok(a !== undefined && b !== undefined && a.equals(b));
    alone.remove();
  });

  it('lists the existing subjects, and reports if the build cache lacks one', async () => {
    const unknown = await run('snapshot', 'export', '--out', 'never', '--subject', 'Kitchn');
    assert.equal(unknown.code, 1);
    assert.match(unknown.stderr, /Did you mean "Kitchen"\?/);
    cpSync(at('index-data'), at('uncached'), { recursive: true });
    rmSync(at('uncached', 'cache'), { recursive: true });
    const lacking = await run('snapshot', 'export', '--out', 'never', '--subject', 'Kitchen', '--index', 'uncached');
    assert.equal(lacking.code, 1);
    assert.match(lacking.stderr, /lacks 1 of the subject's documents[\s\S]*askdex index --full/);
    assert.ok(!existsSync(at('never')));
  });

  it('refuses a folder with other files, a file, and a missing index', async () => {
    folder.write('mine/notes.txt', 'keep me');
    const other = await run('snapshot', 'export', '--out', 'mine');
    assert.equal(other.code, 1);
    assert.match(other.stderr, /"mine" contains other files/);
    assert.deepEqual(readdirSync(at('mine')), ['notes.txt']);
    folder.write('a-file', '');
    assert.match((await run('snapshot', 'export', '--out', 'a-file')).stderr, /is a file/);
    mkdirSync(at('empty'));
    const none = await run('snapshot', 'export', '--out', 'empty', '--index', 'no-index');
    assert.match(none.stderr, /no index to export yet/);
    assert.deepEqual(readdirSync(at('empty')), []);
    assert.equal((await run('snapshot', 'export', '--out', 'empty', '--text', 'none')).code, 0);
  });

  it("verifies the signature only with the publisher's key", async () => {
    const right = await run('snapshot', 'verify', 'full', '--public-key', 'public.pem');
    assert.equal(right.code, 0, right.stderr);
    assert.match(right.stdout, /^ok {2}manifest\.json: signature$/m);
    assert.match(right.stdout, /is whole and signed by the key/);
    assert.match((await run('snapshot', 'verify', 'full')).stdout, /its signature was not checked/);
    const wrong = await run('snapshot', 'verify', 'full', '--public-key', 'other.pem');
    assert.equal(wrong.code, 1);
    assert.match(wrong.stderr, /manifest\.json was not signed with this key/);
    await run('snapshot', 'export', '--out', 'unsigned', '--text', 'none');
    assert.match((await run('snapshot', 'verify', 'unsigned', '--public-key', 'public.pem')).stderr, /is not signed/);
    const { ok, signatureChecked } = JSON.parse(
      (await run('snapshot', 'verify', 'full', '--public-key', 'public.pem', '--json')).stdout,
    ) as Record<string, unknown>;
    assert.deepEqual([ok, signatureChecked], [true, true]);
  });

  const keys: readonly (readonly [file: string, says: RegExp])[] = [
    ['no-such-key.pem', /file of --sign-key cannot be read/],
    ['content/sky.md', /holds no such key in PEM/],
    ['rsa.pem', /not Ed25519/],
    ['public.pem', /holds no such key in PEM/],
  ];
  for (const [file, says] of keys) {
    it(`refuses to sign with ${file}`, async () => {
      const { code, stderr } = await run('snapshot', 'export', '--out', 'never', '--sign-key', file);
      assert.equal(code, 1);
      assert.match(stderr, says);
    });
  }

  /** Replaces a file and updates the manifest, so that only a deeper check detects it. */
  const sealed = (name: string, change: (bytes: Buffer) => Buffer) => (copy: string) => {
    const bytes = change(readFileSync(join(copy, name)));
    writeFileSync(join(copy, name), bytes);
    const path = join(copy, 'manifest.json');
    const { checksum: _c, signature: _s, ...body } = JSON.parse(readFileSync(path, 'utf8')) as SnapshotManifest;
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const files = body.files.map((file) => (file.name === name ? { name, size: bytes.length, sha256 } : file));
    const summed = { ...body, files };
    const checksum = createHash('sha256').update(JSON.stringify(summed)).digest('hex');
    writeFileSync(path, JSON.stringify({ ...summed, checksum }));
  };
  const flipped = (bytes: Buffer): Buffer => {
    const copy = Buffer.from(bytes);
    const middle = copy.length >> 1;
    copy[middle] = (copy[middle] ?? 0) ^ 1;
    return copy;
  };
  const plain = (name: string, change: (bytes: Buffer) => Buffer) => (copy: string) =>
    writeFileSync(join(copy, name), change(readFileSync(join(copy, name))));

  const damages: readonly (readonly [name: string, damage: (copy: string) => void, says: RegExp])[] = [
    ['no manifest', (copy) => rmSync(join(copy, 'manifest.json')), /has no manifest\.json/],
    ['a cut manifest', plain('manifest.json', (b) => b.subarray(0, 90)), /manifest\.json is not JSON/],
    [
      'an edited manifest',
      plain('manifest.json', (b) => Buffer.from(b.toString().replace('"documents": 3', '"documents": 4'))),
      /its own checksum/,
    ],
    [
      'a manifest of another kind',
      (copy) => writeFileSync(join(copy, 'manifest.json'), '{"format":1}'),
      /only 1 is supported/,
    ],
    [
      'a manifest that leads elsewhere',
      plain('manifest.json', (b) => Buffer.from(b.toString().replace('"prefix": ""', '"prefix": "../"'))),
      /"prefix" of manifest\.json is invalid/,
    ],
    ['no index', (copy) => rmSync(join(copy, 'index.askdex')), /index\.askdex is missing/],
    ['a cut file', plain('index.askdex.br', (b) => b.subarray(1)), /index\.askdex\.br has \d+ bytes instead of/],
    ['a flipped bit', plain('index.chunks', flipped), /index\.chunks does not match its checksum/],
    ['other chunks', sealed('index.chunks', flipped), /index\.chunks does not list the chunks/],
    ['brotli that is none', sealed('index.askdex.br', () => Buffer.from('no')), /askdex\.br cannot be decompressed/],
    ['brotli of something else', sealed('index.askdex.br', () => brotliCompressSync('else')), /does not decompress to/],
    ['an index that is none', sealed('index.askdex', () => Buffer.from('no')), /index\.askdex\./],
  ];
  for (const [name, damage, says] of damages) {
    it(`verify detects ${name}`, async () => {
      cpSync(at('full'), at('copy'), { recursive: true });
      damage(at('copy'));
      const { code, stderr } = await run('snapshot', 'verify', 'copy');
      rmSync(at('copy'), { recursive: true });
      assert.equal(code, 1);
      assert.match(stderr, says);
    });
  }

  describe('with deltas', () => {
    let site: TemporaryFolder;
    const there = (...args: string[]): Promise<Ran> => askdex(args, { folder: site.path });
    const read = (...names: string[]): Buffer => readFileSync(join(site.path, ...names));
    const manifestIn = (name: string): SnapshotManifest =>
      JSON.parse(read(name, 'manifest.json').toString()) as SnapshotManifest;
    const exported = async (name: string, ...more: string[]): Promise<SnapshotManifest> => {
      const made = await there('snapshot', 'export', '--out', name, ...more);
      assert.equal(made.code, 0, made.stderr);
      return manifestIn(name);
    };

    before(async () => {
      site = temporaryFolder({ 'content/sky.md': SKY, 'content/bread.md': DESCRIBED });
      for (const [name, text] of Object.entries(MANY)) site.write(`content/${name}`, text);
      await there('index', '--quiet');
      for (const text of ['full', 'none']) await exported(`earlier-${text}`, '--text', text);
      cpSync(join(site.path, 'earlier-full'), join(site.path, 'replaced'), { recursive: true });
      site.write('content/tides.md', TIDES);
      site.write('content/sky.md', SKY.replace('Air', 'The air'));
      rmSync(join(site.path, 'content/bread.md'));
      await there('index', '--quiet');
    });
    after(() => site.remove());

    for (const text of ['full', 'none'] as const) {
      it(`exports one from each retained generation, text ${text}, that leads to the new index`, async () => {
        const manifest = await exported(`out-${text}`, '--text', text);
        const old = manifestIn(`earlier-${text}`);
        const index = old.files.find(({ name }) => name === INDEX_FILE);
        const delta = deltaFrom(manifest, index?.sha256 ?? '');
        assert.ok(delta !== null && manifest.deltas.length === 1);
        assert.equal(delta.generation, old.generation);
        const bytes = read(`out-${text}`, delta.name);
        assert.equal(bytes.length, delta.size);
        const made = await applyDelta(read(`earlier-${text}`, INDEX_FILE), bytes, {
          analyzer: await loadAnalyzer(DEFAULT_SETTINGS),
          decode: decodeUtf8,
          inflate,
        });
        assert.equal(Buffer.compare(made, read(`out-${text}`, INDEX_FILE)), 0);
        const verified = await there('snapshot', 'verify', `out-${text}`);
        assert.equal(verified.code, 0, verified.stderr);
        assert.match(verified.stdout, /ok {2}delta-[0-9a-f]{16}\.bin: leads from generation/);
      });
    }

    it('exports one from the replaced export, once its generation was removed', async () => {
      cpSync(join(site.path, 'index-data'), join(site.path, 'pruned'), { recursive: true });
      rmSync(join(site.path, 'pruned/generations', manifestIn('replaced').generation), { recursive: true });
      const { generation } = manifestIn('replaced');
      const manifest = await exported('replaced', '--index', 'pruned');
      assert.deepEqual(
        manifest.deltas.map((delta) => delta.generation),
        [generation],
      );
      assert.deepEqual((await exported('replaced', '--index', 'pruned')).deltas, []);
    });

    it('skips damaged indexes and those of another text mode', async () => {
      cpSync(join(site.path, 'earlier-none'), join(site.path, 'other-mode'), { recursive: true });
      cpSync(join(site.path, 'index-data'), join(site.path, 'damaged'), { recursive: true });
      const { generation } = manifestIn('earlier-full');
      writeFileSync(join(site.path, 'damaged/generations', generation, INDEX_FILE), 'no index');
      assert.deepEqual((await exported('other-mode', '--index', 'damaged')).deltas, []);
    });

    it('exports none with --no-deltas', async () => {
      assert.deepEqual((await exported('none-made', '--no-deltas')).deltas, []);
      assert.ok(!readdirSync(join(site.path, 'none-made')).some((name) => name.startsWith('delta-')));
    });

    it('verify detects a truncated delta, and one that leads to another index', async () => {
      const [delta] = (await exported('out-full')).deltas;
      assert.ok(delta !== undefined);
      const path = join(site.path, 'out-full', delta.name);
      const whole = readFileSync(path);
      writeFileSync(path, whole.subarray(1));
      assert.match((await there('snapshot', 'verify', 'out-full')).stderr, /delta-[0-9a-f]+\.bin has \d+ bytes/);
      const elsewhere = Buffer.from(whole);
      // Changes a byte of the sha256 of the delta's target, and the checksum over it.
      elsewhere[60] = (elsewhere[60] ?? 0) ^ 1;
      elsewhere.writeUInt32LE(crc32(elsewhere.subarray(16)), 12);
      writeFileSync(path, elsewhere);
      const { checksum: _c, ...body } = manifestIn('out-full');
      const deltas = body.deltas.map((one) => ({
        ...one,
        sha256: createHash('sha256').update(elsewhere).digest('hex'),
      }));
      const summed = { ...body, deltas };
      const checksum = createHash('sha256').update(JSON.stringify(summed)).digest('hex');
      site.write('out-full/manifest.json', JSON.stringify({ ...summed, checksum }));
      assert.match((await there('snapshot', 'verify', 'out-full')).stderr, /does not lead to index/);
    });
  });

  const lazyDamages: readonly (readonly [name: string, damage: (copy: string) => void, says: RegExp])[] = [
    ['a piece of other bytes', sealed('index.lazy', flipped), /index\.lazy .*bytes \d+ to \d+ do not match/],
    ['a head of other bytes', sealed('index.lazy-head', flipped), /index\.lazy/],
    ['no head', sealed('index.lazy-head', () => Buffer.from('no')), /index\.lazy-head .*wrong file signature/],
    [
      'the pieces of another index',
      (copy) => {
        for (const name of ['index.lazy', 'index.lazy-head']) sealed(name, () => readFileSync(at('other', name)))(copy);
      },
      /index\.lazy-head .* does not match index\.askdex/,
    ],
  ];
  for (const [name, damage, says] of lazyDamages) {
    it(`verify detects, without texts, ${name}`, async () => {
      await run('snapshot', 'export', '--out', 'none', '--text', 'none');
      await run('snapshot', 'export', '--out', 'other', '--text', 'none', '--subject', 'Kitchen');
      cpSync(at('none'), at('copy'), { recursive: true });
      damage(at('copy'));
      const { code, stderr } = await run('snapshot', 'verify', 'copy');
      rmSync(at('copy'), { recursive: true });
      assert.equal(code, 1);
      assert.match(stderr, says);
    });
  }

  it('exports JSON with --format minisearch that stock MiniSearch loads and searches alike', async () => {
    const made = await run('snapshot', 'export', '--out', 'mini', '--format', 'minisearch');
    assert.equal(made.code, 0, made.stderr);
    assert.equal((await run('snapshot', 'verify', 'mini')).code, 0);
    const module: unknown = await import(pathToFileURL(at('mini', 'options.js')).href);
    const { options } = module as { options: ConstructorParameters<typeof MiniSearch>[0] };
    const loaded = MiniSearch.loadJSON(readFileSync(at('mini', 'index.json'), 'utf8'), options);
    const built = new MiniSearch(options);
    built.addAll([
      {
        ...{ key: '/q/how-does-bread-rise', url: '/q/how-does-bread-rise', title: 'How does bread rise?' },
        ...{ subject: 'Kitchen', date: null, description: 'Yeast makes a gas that is caught in the dough.' },
        ...{
          answer: 'Yeast makes a gas that is caught in the dough. It takes an hour or two.',
          keywords: 'baking\nyeast',
        },
      },
      {
        ...{
          key: '/q/what-causes-the-tides',
          url: '/q/what-causes-the-tides',
          title: 'What causes the tides?',
        },
        ...{ subject: 'Tests', date: null, description: null },
        ...{ answer: 'The pull of the moon raises the oceans.', keywords: '' },
      },
      {
        ...{ key: '/q/why-is-the-sky-blue', url: '/q/why-is-the-sky-blue', title: 'Why is the sky blue?' },
        ...{ subject: 'Tests', date: null, description: null },
        ...{ answer: 'Air scatters short waves of sunlight more than long ones.', keywords: '' },
      },
    ]);
    for (const query of ['bread', 'yeast gas', 'the moon', 'why is the sky blue', 'sunlit', 'nothing']) {
      const [ours, theirs] = [loaded, built].map((index) =>
        index
          .search(query, { prefix: true, fuzzy: 0.2 })
          .map((hit) => [String(hit.id), String(hit['title']), hit.score.toFixed(6)]),
      );
      assert.deepEqual(ours, theirs, query);
    }
    assert.equal(loaded.search('moon')[0]?.['answer'], 'The pull of the moon raises the oceans.');
  });
});
