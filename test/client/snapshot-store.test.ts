import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateKeyPairSync } from 'node:crypto';
import { openSnapshot, type AskdexError, type Snapshot, type SnapshotOptions } from '../../src/client/index.js';
import { readSnapshotManifest, type SnapshotManifest } from '../../src/core/model/snapshot-manifest.js';
import { question, SKY, TIDES } from '../cli/harness.js';
import type { MemoryCaches } from './support/caches.js';
import { flipped, type Hosted } from './support/host.js';
import type { Publisher } from './support/publisher.js';
import { visitedSite, type VisitedSite } from './support/visited-site.js';

const RAINBOWS = SKY.replaceAll('sky', 'rainbow');

describe('a stored snapshot', () => {
  let visited: VisitedSite;
  let site: Publisher;
  let host: Hosted;
  let caches: MemoryCaches;
  let opened: Snapshot[];
  let problems: AskdexError[];

  beforeEach(async () => {
    visited = await visitedSite();
    ({ site, host, caches } = visited);
    opened = [];
    problems = [];
  });
  afterEach(async () => {
    for (const snapshot of opened) await snapshot.close();
    visited.close();
  });

  async function open(options: SnapshotOptions = {}): Promise<Snapshot> {
    const onProblem = (problem: AskdexError): void => void problems.push(problem);
    const snapshot = await openSnapshot(host.url, { onProblem, update: 'manual', ...options });
    opened.push(snapshot);
    return snapshot;
  }

  const titles = async (snapshot: Snapshot): Promise<string[]> =>
    (await snapshot.search('')).hits.map(({ title }) => title).sort();
  const asked = (): string[] => host.asked.map(({ path }) => path);
  const codes = (): string[] => problems.map(({ code }) => code);

  it('is opened at the next visit without a network', async () => {
    const first = await open();
    assert.deepEqual(asked(), ['/manifest.json', '/index.askdex.gz']);
    host.close();
    const second = await open();
    assert.deepEqual(second.manifest, first.manifest);
    assert.deepEqual(await second.search('sky'), await first.search('sky'));
    assert.deepEqual(problems, []);
  });

  it('is neither stored nor used if the caller disables it', async () => {
    await open({ store: false });
    assert.equal(caches.entries.size, 0);
    await open();
    await open({ store: false });
    assert.equal(asked().filter((path) => path === '/index.askdex.gz').length, 3);
  });

  it('is checked for updates in the background, and replaced once one is downloaded', async () => {
    await open();
    await site.publish({ 'tides.md': TIDES });
    const updated = new Promise((resolve) => {
      void open({ update: 'background', onUpdate: resolve });
    });
    await updated;
    const [, snapshot] = opened;
    assert.ok(snapshot !== undefined);
    assert.deepEqual(await titles(snapshot), ['What causes the tides?', 'Why is the sky blue?']);
  });

  it('reports a failed background update, and stays usable', async () => {
    await open();
    host.close();
    const told = new Promise<AskdexError>((resolve) => {
      void open({ update: 'background', onProblem: resolve });
    });
    assert.equal((await told).code, 'snapshot_unreachable');
    const [, snapshot] = opened;
    assert.ok(snapshot !== undefined);
    assert.deepEqual(await titles(snapshot), ['Why is the sky blue?']);
    await assert.rejects(snapshot.update(), { code: 'snapshot_unreachable' });
  });

  it('is replaced by a newer one, and only one is stored', async () => {
    const snapshot = await open();
    assert.equal(await snapshot.update(), false);
    await site.publish({ 'tides.md': TIDES });
    const before = snapshot.manifest;
    const answers = [snapshot.update(), titles(snapshot)];
    assert.deepEqual(await Promise.all(answers), [true, ['Why is the sky blue?']]);
    assert.equal(snapshot.manifest.sequence, before.sequence + 1);
    assert.deepEqual(await titles(snapshot), ['What causes the tides?', 'Why is the sky blue?']);
    assert.equal(caches.entries.size, 2);
    host.close();
    assert.deepEqual(await titles(await open()), ['What causes the tides?', 'Why is the sky blue?']);
  });

  it('is not downloaded again if a rollback leads to the same index', async () => {
    const snapshot = await open();
    await site.publish({ 'tides.md': TIDES });
    await site.publish({ 'tides.md': '' });
    assert.equal(await snapshot.update(), true);
    assert.deepEqual(asked(), ['/manifest.json', '/index.askdex.gz', '/manifest.json']);
  });

  it('is shared with other tabs', async () => {
    let heard: (manifest: unknown) => void = () => undefined;
    const told = new Promise((resolve) => (heard = resolve));
    const other = await open({ onUpdate: (manifest) => heard(manifest) });
    const snapshot = await open();
    await site.publish({ 'tides.md': TIDES });
    assert.equal(await snapshot.update(), true);
    assert.deepEqual(await told, snapshot.manifest);
    assert.deepEqual(await titles(other), await titles(snapshot));
    assert.equal(asked().filter((path) => path !== '/manifest.json').length, 2, 'one by a delta or whole');
  });

  /** Enough questions that a change of one makes a small delta. */
  const many = (changed: string): Record<string, string> =>
    Object.fromEntries(
      Array.from({ length: 20 }, (_, at) => {
        const title = `What is the number ${at}?`;
        const answer = `${'It comes after the one before, and so on. '.repeat(9)} ${at === 7 ? changed : ''}`;
        return [`n${at}.md`, question(title, answer)];
      }),
    );

  it('is updated by a delta if the source has one', async () => {
    await site.publish(many('Seven.'));
    const snapshot = await open({ publicKey: site.publicKey });
    await site.publish(many('The fourth prime.'));
    host.asked.length = 0;
    assert.equal(await snapshot.update(), true);
    assert.match(asked().join(' '), /^\/manifest\.json \/delta-\S+$/);
    assert.equal((await snapshot.search('prime')).totalHits, 1);
    const kept = caches.entries.get(indexEntry())?.body;
    assert.ok(kept?.equals(readFileSync(join(site.folder, 'index.askdex'))), 'the bytes are those of the source');
  });

  const wrongDeltas: readonly (readonly [string, (bytes: Buffer) => Buffer | number])[] = [
    ['altered', flipped],
    ['cut', (bytes) => bytes.subarray(0, -1)],
    ['gone', () => 404],
  ];
  for (const [name, change] of wrongDeltas) {
    it(`is downloaded whole if the delta is ${name}`, async () => {
      await site.publish(many('Seven.'));
      const snapshot = await open();
      await site.publish(many('The fourth prime.'));
      for (const { name } of manifestNow().deltas) host.altered.set(name, change);
      assert.equal(await snapshot.update(), true);
      assert.equal(asked().at(-1), '/index.askdex.gz');
      assert.equal((await snapshot.search('prime')).totalHits, 1);
      assert.deepEqual(problems, []);
    });
  }

  it('stays in use if there is no room for a newer one', async () => {
    const snapshot = await open();
    await site.publish({ 'tides.md': TIDES });
    caches.onPut = () => {
      throw new DOMException('The quota has been exceeded.', 'QuotaExceededError');
    };
    assert.equal(await snapshot.update(), true);
    assert.deepEqual(codes(), ['snapshot_unstored']);
    assert.match(problems[0]?.message ?? '', /QuotaExceededError/);
    assert.equal((await titles(snapshot)).length, 2);
    host.close();
    assert.deepEqual(await titles(await open()), ['Why is the sky blue?']);
  });

  it('is optional: searching works if there is no room at all', async () => {
    caches.onPut = () => {
      throw new DOMException('The quota has been exceeded.', 'QuotaExceededError');
    };
    assert.deepEqual(await titles(await open()), ['Why is the sky blue?']);
    assert.deepEqual(codes(), ['snapshot_unstored']);
    assert.equal(caches.entries.size, 0);
  });

  it('is the previous one if writing is interrupted', async () => {
    const snapshot = await open();
    await site.publish({ 'tides.md': TIDES });
    // The index is stored but the manifest is not, as if the page was closed between the two.
    caches.onPut = (url) => {
      if (url.endsWith('manifest')) throw new Error('The page is gone.');
    };
    await snapshot.update();
    host.close();
    assert.deepEqual(await titles(await open()), ['Why is the sky blue?']);
  });

  const manifestNow = (): SnapshotManifest =>
    readSnapshotManifest(readFileSync(join(site.folder, 'manifest.json'), 'utf8')).manifest;
  const indexEntry = (): string => visited.indexEntry();
  const manifestEntry = (): string => [...caches.entries.keys()].find((url) => url.endsWith('manifest')) ?? '';
  const change = (url: string, to: (body: Buffer) => Buffer): void => {
    const entry = caches.entries.get(url);
    assert.ok(entry !== undefined);
    caches.entries.set(url, { ...entry, body: to(entry.body) });
  };
  const damages: readonly (readonly [name: string, damage: () => void, told: RegExp])[] = [
    ['a changed index', () => change(indexEntry(), flipped), /does not match its checksum/],
    ['a short index', () => change(indexEntry(), (body) => body.subarray(1)), /does not match its checksum/],
    ['no index', () => void caches.entries.delete(indexEntry()), /is incomplete/],
    ['half a manifest', () => change(manifestEntry(), (body) => body.subarray(0, body.length >> 1)), /not JSON/],
    [
      'an edited manifest',
      () => change(manifestEntry(), (body) => Buffer.from(body.toString().replace('"documents": 1', '"documents": 2'))),
      /its own checksum/,
    ],
  ];
  for (const [name, damage, told] of damages) {
    it(`is downloaded again if the store contains ${name}`, async () => {
      await open();
      damage();
      assert.deepEqual(await titles(await open()), ['Why is the sky blue?']);
      assert.deepEqual(codes(), ['index_damaged']);
      assert.match(problems[0]?.message ?? '', told);
      host.close();
      assert.deepEqual(await titles(await open()), ['Why is the sky blue?'], 'the store is whole again');
    });

    it(`causes an error without a network if the store contains ${name}`, async () => {
      await open();
      damage();
      host.close();
      await assert.rejects(open(), { code: 'snapshot_unreachable' });
      assert.deepEqual(codes(), ['index_damaged']);
    });
  }

  it('is refused if it is not signed by the given key', async () => {
    await open({ publicKey: site.publicKey });
    const other = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }).toString();
    await assert.rejects(open({ publicKey: other }), { code: 'snapshot_untrusted' });
    assert.deepEqual(codes(), ['snapshot_untrusted']);
  });

  it('is never older than before: an error with a key, unchanged without one', async () => {
    const before = host.altered;
    const old = await fetch(`${host.url}manifest.json`).then((response) => response.text());
    await site.publish({ 'sky.md': RAINBOWS });
    for (const options of [{ publicKey: site.publicKey }, {}]) {
      const snapshot = await open(options);
      before.set('manifest.json', () => Buffer.from(old));
      if ('publicKey' in options)
        await assert.rejects(snapshot.update(), { code: 'snapshot_untrusted', message: /lower than 2/ });
      else assert.equal(await snapshot.update(), false);
      assert.deepEqual(await titles(snapshot), ['Why is the rainbow blue?']);
      before.clear();
    }
  });

  it('is not used with other settings, which download their own', async () => {
    await open();
    await assert.rejects(open({ settings: { language: 'de' } }), /these settings need/);
    host.close();
    assert.deepEqual(await titles(await open()), ['Why is the sky blue?']);
  });

  it('answers nothing once it is closed, and a running update ends', async () => {
    const snapshot = await open();
    await site.publish({ 'tides.md': TIDES });
    const update = snapshot.update();
    await snapshot.close();
    await assert.rejects(update, { code: 'index_not_ready' });
    await assert.rejects(snapshot.search('sky'), { code: 'index_not_ready' });
    assert.equal(snapshot.manifest.sequence, 1);
  });
});
