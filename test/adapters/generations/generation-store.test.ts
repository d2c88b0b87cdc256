import { createReportStore } from '../../../src/adapters/generations/generation.js';
import assert from 'node:assert/strict';
import { chmod, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256 } from '../../../src/sha256.js';
import { nodeFileSystem } from '../../../src/adapters/generations/file-system.js';
import { generationName } from '../../../src/adapters/generations/index-paths.js';
import { isGenerationFileName, isGenerationName } from '../../../src/core/model/generation-manifest.js';
import type { Manifest } from '../../../src/core/model/generation-manifest.js';
import type { GenerationStore } from '../../../src/core/model/ports.js';
import type { BuildReport } from '../../../src/core/model/build-report.js';
import { hasCode } from '../../contract/generation-store.js';
import { GOOD, draft, publish, temporaryFolder, testStore } from './support.js';

describe('generations in a folder', () => {
  let folder: string;
  let dispose: () => Promise<void>;
  let store: GenerationStore;

  beforeEach(async () => {
    ({ path: folder, dispose } = await temporaryFolder());
    store = testStore(folder);
  });
  afterEach(() => dispose());

  const place = (...names: string[]): string => join(folder, ...names);
  const manifestOf = (generation: string): string => place('generations', generation, 'manifest.json');

  it('are stored on disk in the documented layout', async () => {
    const { generation } = await publish(store, 'one');
    assert.equal(await readFile(place('CURRENT'), 'utf8'), `${generation}\n`);
    assert.deepEqual((await readdir(folder)).sort(), ['CURRENT', 'generations']);
    assert.deepEqual((await readdir(place('generations', generation))).sort(), [
      'documents.json',
      'index.bin',
      'manifest.json',
    ]);
  });

  it('have a manifest checksum over the JSON without that member', async () => {
    const { generation } = await publish(store, 'one');
    const { checksum, ...rest } = JSON.parse(await readFile(manifestOf(generation), 'utf8')) as Manifest;
    assert.equal(checksum, sha256(JSON.stringify(rest)));
    assert.equal(rest.askdex, '1.2.3');
  });

  it('get different names if two are published in one second', async () => {
    const fixed = testStore(folder, { now: () => Date.UTC(2025, 0, 1) });
    const first = await publish(fixed, 'one');
    await publish(fixed, 'two');
    await rm(place('generations', first.generation, 'index.bin'));
    const again = await publish(fixed, 'one', { force: true });
    assert.equal(again.generation, `${first.generation}-2`);
    assert.equal((await fixed.current())?.manifest.generation, again.generation);
  });

  it('are built again from the same content if the current one is damaged', async () => {
    const first = await publish(store, 'one');
    await writeFile(place('generations', first.generation, 'index.bin'), 'index of 0ne');
    const second = await publish(store, 'one');
    assert.notEqual(second.generation, first.generation);
    assert.equal(second.contentHash, first.contentHash);
    await (await store.current())?.read('index.bin');
  });

  it('include the current one after pruning even if it is not among the newest', async () => {
    const first = await publish(store, 'one');
    await publish(store, 'two');
    await store.rollback();
    await publish(store, 'three', { keep: 1 });
    assert.equal((await store.list()).length, 1);
    assert.ok(!(await readdir(place('generations'))).includes(first.generation));
  });

  it('are removed together with the snapshots made from them, and no others', async () => {
    const first = await publish(store, 'one');
    await mkdir(place('snapshots', first.generation, 'full'), { recursive: true });
    const second = await publish(store, 'two', { keep: 2 });
    await mkdir(place('snapshots', second.generation), { recursive: true });
    assert.equal((await readdir(place('snapshots'))).length, 2);
    await publish(store, 'three', { keep: 2 });
    assert.deepEqual(await readdir(place('snapshots')), [second.generation]);
  });

  it('do not include leftovers of a killed build, which the next lock removes', async () => {
    await publish(store, 'one');
    await mkdir(place('generations', '.tmp-1'));
    await writeFile(place('generations', '.tmp-1', 'index.bin'), 'half');
    await writeFile(place('.tmp-2'), 'half');
    await publish(store, 'two');
    const left = [...(await readdir(folder)), ...(await readdir(place('generations')))];
    assert.deepEqual(
      left.filter((name) => name.startsWith('.tmp-')),
      [],
    );
  });

  const DAMAGE: [string, RegExp, (generation: string) => Promise<void>][] = [
    ['no manifest', /manifest is missing/, (name) => rm(manifestOf(name))],
    ['a manifest that is not JSON', /not JSON/, (name) => writeFile(manifestOf(name), '{"format":1')],
    [
      'a manifest that is not UTF-8',
      /not JSON/,
      (name) => writeFile(manifestOf(name), Buffer.from([0x22, 0xff, 0x22])),
    ],
    ['an empty manifest', /not JSON/, (name) => writeFile(manifestOf(name), '')],
    ['a manifest of another shape', /"format"/, (name) => writeFile(manifestOf(name), '{"format":2}')],
    ['a manifest that is a list', /manifest is wrong/, (name) => writeFile(manifestOf(name), '[]')],
    ['a changed manifest', /its own checksum/, (name) => edit(manifestOf(name), '"documents": 3', '"documents": 4')],
    ['an unknown member', /manifest is wrong/, (name) => edit(manifestOf(name), '"format": 1', '"format": 1, "x": 1')],
    [
      'a file name that leaves the folder',
      /plain file name/,
      (name) => edit(manifestOf(name), 'index.bin', '../CURRENT'),
    ],
  ];
  const edit = async (path: string, from: string, to: string): Promise<void> => {
    const text = await readFile(path, 'utf8');
    assert.ok(text.includes(from), `${from} is in the file`);
    await writeFile(path, text.replace(from, to));
  };

  for (const [what, reason, damage] of DAMAGE) {
    it(`are refused as damaged, naming the generation and the damage: ${what}`, async () => {
      const { generation } = await publish(store, 'one');
      await damage(generation);
      for (const open of [() => store.current(), () => store.open(generation)]) {
        await assert.rejects(open, (error: Error) => hasCode('index_damaged')(error) && reason.test(error.message));
      }
      const told: (string | null)[] = [];
      assert.deepEqual(await store.list((name) => told.push(name)), []);
      assert.deepEqual(told, [generation]);
      await publish(store, 'one');
      await (await store.current())?.read('index.bin');
    });
  }

  it('are refused as damaged if a copied folder has a manifest of another name', async () => {
    const { generation } = await publish(store, 'one');
    const copy = `${generation}-7`;
    await mkdir(place('generations', copy));
    await writeFile(manifestOf(copy), await readFile(manifestOf(generation)));
    await assert.rejects(store.open(copy), hasCode('index_damaged'));
    assert.equal((await store.list()).length, 1);
  });

  const FILE_DAMAGE: [string, RegExp, (path: string) => Promise<void>][] = [
    ['missing', /is missing/, (path) => rm(path)],
    ['shorter', /3 bytes instead of 12/, (path) => writeFile(path, 'ind')],
    ['changed', /checksum/, (path) => writeFile(path, 'index of 0ne')],
  ];
  for (const [what, reason, damage] of FILE_DAMAGE) {
    it(`are refused if a file is ${what} when it is read`, async () => {
      const { generation } = await publish(store, 'one');
      await damage(place('generations', generation, 'index.bin'));
      const stored = await store.open(generation);
      await assert.rejects(
        stored.read('index.bin'),
        (error: Error) => hasCode('index_damaged')(error) && reason.test(error.message),
      );
    });
  }

  for (const text of ['', '\n', 'x', '../../etc', '.tmp-1', '20250101T000000Z-000000000000\nmore']) {
    it(`report CURRENT as damaged if it holds ${JSON.stringify(text)}, until the next build`, async () => {
      const first = await publish(store, 'one');
      await writeFile(place('CURRENT'), text);
      await assert.rejects(store.current(), hasCode('index_damaged'));
      assert.equal((await store.rollback(first.generation)).generation, first.generation);
      await writeFile(place('CURRENT'), text);
      const second = await publish(store, 'two');
      assert.equal((await store.current())?.manifest.generation, second.generation);
    });
  }

  it('report CURRENT as damaged if the generation it names is missing', async () => {
    const { generation } = await publish(store, 'one');
    await rm(place('generations', generation), { recursive: true });
    await assert.rejects(store.current(), hasCode('index_damaged'));
  });

  it('are opened by reading CURRENT again if the generation was pruned meanwhile', async () => {
    const first = await publish(store, 'one');
    const second = await publish(store, 'two');
    const pruned = `${first.generation}\n`;
    let looks = 0;
    const disk = {
      ...nodeFileSystem,
      read: async (path: string) => {
        if (path !== place('CURRENT')) return nodeFileSystem.read(path);
        looks += 1;
        return looks === 1 ? new TextEncoder().encode(pruned) : nodeFileSystem.read(path);
      },
    };
    await rm(place('generations', first.generation), { recursive: true });
    assert.equal((await testStore(folder, { disk }).current())?.manifest.generation, second.generation);
  });

  it('are skipped by a rollback if they are damaged, and refused if named', async () => {
    const first = await publish(store, 'one');
    const second = await publish(store, 'two');
    await publish(store, 'three');
    await rm(place('generations', second.generation, 'index.bin'));
    await assert.rejects(store.rollback(second.generation), hasCode('index_damaged'));
    assert.equal((await store.rollback()).generation, first.generation);
  });

  it('can be rolled back from a damaged current one', async () => {
    const first = await publish(store, 'one');
    const second = await publish(store, 'two');
    await writeFile(manifestOf(second.generation), 'x');
    assert.equal((await store.rollback()).generation, first.generation);
  });

  it('ignore a HELD file that a killed build did not remove', async () => {
    await publish(store, 'one');
    const second = await publish(store, 'two');
    await store.rollback();
    const held = await readFile(place('HELD'));
    await publish(store, 'three');
    await writeFile(place('HELD'), held);
    assert.equal((await publish(store, 'two')).contentHash, second.contentHash);
  });

  for (const text of ['', 'x\n', `-1\n${'0'.repeat(64)}\n`, '3\n../x\n']) {
    it(`ignore a HELD file that contains ${JSON.stringify(text.slice(0, 10))}`, async () => {
      await publish(store, 'one');
      await writeFile(place('HELD'), text);
      const second = await publish(store, 'two');
      assert.equal((await store.current())?.manifest.generation, second.generation);
    });
  }

  for (const name of ['', '.', '..', 'a/b', 'a\\b', '.hidden', 'manifest.json', 'a b', 'x'.repeat(101)]) {
    it(`refuse a draft with a file named ${JSON.stringify(name.slice(0, 12))}`, async () => {
      assert.equal(isGenerationFileName(name), false);
      const lock = await store.lock();
      const bad = { ...draft('one'), files: [{ name, bytes: new Uint8Array() }] };
      await assert.rejects(store.publish(bad, GOOD), hasCode('build_failed'));
      await lock.release();
    });
  }

  it('refuse a draft that names a file twice', async () => {
    const lock = await store.lock();
    const { files, ...rest } = draft('one');
    await assert.rejects(store.publish({ ...rest, files: [...files, ...files] }, GOOD), hasCode('build_failed'));
    await lock.release();
  });

  it('report a remedy if the index folder is a file', async () => {
    await writeFile(place('file'), '');
    await assert.rejects(testStore(place('file')).lock(), hasCode('index_unreadable'));
    await assert.rejects(testStore(place('file', 'below')).current(), hasCode('index_unreadable'));
  });

  const asRoot = process.getuid?.() === 0;
  (asRoot ? it.skip : it)(
    `report a remedy if the index folder cannot be written${asRoot ? ' (skipped: root may write everywhere)' : ''}`,
    async () => {
      await chmod(folder, 0o500);
      await assert.rejects(store.lock(), hasCode('index_unreadable'));
      await chmod(folder, 0o700);
    },
  );

  it('have names that pass the name check, unlike any other text', () => {
    const name = generationName(Date.UTC(2025, 6, 4, 12, 30, 59, 999), 'abcdef0123456789', []);
    assert.equal(name, '20250704T123059Z-abcdef012345');
    assert.ok(isGenerationName(name));
    assert.ok(isGenerationName(generationName(0, 'abcdef0123456789', ['19700101T000000Z-abcdef012345'])));
    for (const bad of [`${name}/`, `${name}-1x`, `${name}-0`, ` ${name}`, `${name}\n`, name.toUpperCase()])
      assert.equal(isGenerationName(bad), false, bad);
  });
});

describe('the report of the last build', () => {
  const report: BuildReport = {
    ...{ generation: 'g', published: true, documents: 1, added: 1, changed: 0, removed: 0, unchanged: 0 },
    skipped: [{ file: 'a.md', line: 3, code: 'x', reason: 'r', remedy: 'm', skipped: true }],
    warnings: [{ file: null, line: null, code: 'y', reason: 'r', remedy: 'm' }],
    ...{ durationMs: 5, bytes: 7 },
  };

  it('is stored, replaced atomically, and null if it is missing or damaged', async () => {
    const { path, dispose } = await temporaryFolder();
    try {
      const reports = createReportStore(path);
      assert.equal(await reports.load(), null);
      await reports.save(report);
      await reports.save({ ...report, documents: 2 });
      assert.deepEqual(await createReportStore(path).load(), { ...report, documents: 2 });
      for (const text of ['', '{', '[]', 'null', '{"generation":1}', JSON.stringify({ ...report, skipped: [1] })]) {
        await writeFile(join(path, 'report.json'), text);
        assert.equal(await reports.load(), null, text);
      }
    } finally {
      await dispose();
    }
  });
});
