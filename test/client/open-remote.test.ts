import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { pino } from 'pino';
import { openSnapshot, type Progress, type Snapshot } from '../../src/client/index.js';
import type { SnapshotManifest } from '../../src/core/model/snapshot-manifest.js';
import { buildIndex } from '../../src/index.js';
import { startServer, type RunningServer } from '../../src/server/server.js';
import { exportSnapshot, readConfig } from '../../src/wiring.js';
import { flipped, hosted, type Hosted } from './support/host.js';

const CONTENT = join(import.meta.dirname, '../../content');
const GOLDEN = join(import.meta.dirname, '../../golden/queries.json');

const pem = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }).toString();
const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');

/** The golden queries, whole and truncated, and random words (the same in every run). */
function queries(): string[] {
  const golden = JSON.parse(readFileSync(GOLDEN, 'utf8')) as readonly { readonly query: string }[];
  const asked = golden.map(({ query }) => query);
  const words = [...new Set(asked.flatMap((query) => query.split(/\s+/)))];
  let state = 11;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const made = Array.from({ length: 150 }, () =>
    Array.from({ length: 1 + random(3) }, () => {
      const word = words[random(words.length)] ?? '';
      return random(3) === 0 ? word.slice(0, 1 + random(word.length)) : word;
    }).join(' '),
  );
  return [
    ...asked,
    ...asked.map((query) => query.slice(0, -2)),
    ...made,
    '',
    '"merge sort"',
    'cell -animal',
    'subject:Physics light',
  ];
}

describe('openSnapshot from a URL', function () {
  this.timeout(120_000);
  const keys = generateKeyPairSync('ed25519');
  const folder = mkdtempSync(join(tmpdir(), 'askdex-remote-'));
  const index = join(folder, 'index');
  let host: Hosted;
  let generation: string;

  before(async () => {
    await buildIndex({ content: CONTENT, index });
    generation = readdirSync(join(index, 'generations'))[0] ?? '';
    for (const text of ['full', 'none'] as const) {
      const choices = { kind: 'packed', text, subject: null, prefix: '', signKey: keys.privateKey } as const;
      await exportSnapshot({ config: configured(), out: join(folder, text), options: choices });
    }
  });
  after(() => rmSync(folder, { recursive: true }));
  beforeEach(async () => {
    host = await hosted(join(folder, 'full'));
  });
  afterEach(() => host.close());

  const configured = () =>
    readConfig({
      environment: {
        ...{ ASKDEX_CONTENT: CONTENT, ASKDEX_INDEX: index, ASKDEX_SCHEDULE: 'off', PORT: '0' },
        ...{ ASKDEX_ADMIN_KEY: 'an-admin-key-for-tests-that-is-long', ASKDEX_RATE_LIMIT: 'off' },
      },
      folder,
    });

  /** All answers of two snapshots, as JSON. */
  async function assertSame(one: Snapshot, other: Snapshot): Promise<void> {
    for (const q of queries()) {
      const options = { limit: 5, facets: ['subject'] } as const;
      assert.equal(JSON.stringify(await one.search(q, options)), JSON.stringify(await other.search(q, options)), q);
    }
    for (const q of ['wh', 'what is', 'newton']) assert.deepEqual(await one.suggest(q), await other.suggest(q));
    const { hits } = await one.search('', { limit: 20 });
    for (const { id } of hits) assert.deepEqual(await one.document(id), await other.document(id));
  }

  it("returns the same answers as the generation's folder", async () => {
    const remote = await openSnapshot(host.url);
    const local = await openSnapshot(join(index, 'generations', generation));
    await assertSame(remote, local);
    assert.deepEqual(
      host.asked.map(({ path }) => path),
      ['/manifest.json', '/index.askdex.gz'],
    );
  });

  it('opens an exported folder in Node, and answers the same from the URL of its manifest', async () => {
    const remote = await openSnapshot(`${host.url}manifest.json`, { form: 'index' });
    await assertSame(remote, await openSnapshot(join(folder, 'full')));
  });

  it('opens a snapshot of a server, once it is built', async () => {
    const config = configured();
    const server: RunningServer = await startServer(config, {
      log: pino({ level: 'silent' }),
      onAdminKey: () => undefined,
    });
    try {
      for (const text of ['full', 'none']) {
        const source = `${server.url}/v1/snapshots/latest?text=${text}`;
        for (const options of [{ waitSeconds: 0 }, { patience: 0 }, { waitSeconds: 0, patience: 9 }])
          await assert.rejects(openSnapshot(source, options), { code: 'snapshot_not_ready' });
        const opened = await openSnapshot(source);
        const manifest = opened.manifest as SnapshotManifest;
        assert.deepEqual([manifest.generation, manifest.prefix], [generation, `${generation}/${text}-`]);
        if (text === 'full') await assertSame(opened, await openSnapshot(host.url));
      }
    } finally {
      await server.stop();
    }
  });

  it('ranks without texts by the rest, shows descriptions, and reports the limits', async () => {
    host.close();
    host = await hosted(join(folder, 'none'));
    const opened = await openSnapshot(host.url);
    const answer = await opened.search('why is the sky blue');
    assert.equal(answer.approximate, true);
    const [hit] = answer.hits;
    assert.ok(hit !== undefined);
    assert.deepEqual(
      [...new Set(hit.snippets.map(({ field }) => field))].filter((field) => field !== 'description'),
      [],
    );
    const document = await opened.document(hit.id);
    assert.deepEqual([document?.answer, document?.blocks, document?.atoms], [null, null, null]);
    const full = await openSnapshot(join(folder, 'full'));
    const found = async (snapshot: Snapshot): Promise<string[]> =>
      (await snapshot.search('why is the sky blue', { limit: 100 })).hits.map(({ id }) => id).sort();
    assert.deepEqual(await found(opened), await found(full));
    assert.equal((await full.search('sky')).approximate, undefined);
  });

  it('reports the progress of the download, up to its end', async () => {
    const told: Progress[] = [];
    const { manifest } = await openSnapshot(host.url, { onProgress: (progress) => told.push(progress) });
    const total = manifest.files.find(({ name }) => name === 'index.askdex.gz')?.size;
    assert.deepEqual(told[0], { loaded: 0, total });
    assert.deepEqual(told.at(-1), { loaded: total, total });
    assert.ok(told.every(({ loaded }, at) => loaded >= (told[at - 1]?.loaded ?? 0)));
    assert.ok(told.length > 2, 'it is told on the way');
  });

  it('sends the configured headers, such as a search key', async () => {
    await openSnapshot(host.url, { headers: { Authorization: 'Bearer a-key' } });
    assert.deepEqual([...new Set(host.asked.map(({ headers }) => headers.authorization))], ['Bearer a-key']);
  });

  it("accepts only a manifest that the publisher's key signed", async () => {
    await openSnapshot(host.url, { publicKey: pem(keys.publicKey), minSequence: 1 });
    const other = pem(generateKeyPairSync('ed25519').publicKey);
    await assert.rejects(openSnapshot(host.url, { publicKey: other }), {
      code: 'snapshot_untrusted',
      message: /signature does not belong/,
    });
    await assert.rejects(openSnapshot(join(folder, 'full'), { publicKey: other }), {
      code: 'snapshot_untrusted',
    });
    await assert.rejects(openSnapshot(join(index, 'generations', generation), { publicKey: other }), {
      code: 'snapshot_untrusted',
      message: /generation.*no signature/,
    });
    await assert.rejects(openSnapshot(host.url, { publicKey: 'no key' }), {
      code: 'invalid_parameter',
      parameter: 'publicKey',
    });
    assert.ok(
      host.asked.every(({ path }, at) => at < 2 || path === '/manifest.json'),
      'nothing untrusted is fetched',
    );
  });

  it('refuses an unsigned manifest if a key is given', async () => {
    host.altered.set('manifest.json', (bytes) => {
      const { signature: _signature, ...rest } = JSON.parse(bytes.toString()) as SnapshotManifest;
      return Buffer.from(JSON.stringify(rest));
    });
    await openSnapshot(host.url);
    await assert.rejects(openSnapshot(host.url, { publicKey: pem(keys.publicKey) }), /it is not signed/);
  });

  it('refuses a lower sequence than the given one', async () => {
    for (const source of [host.url, join(folder, 'full'), join(index, 'generations', generation)])
      await assert.rejects(openSnapshot(source, { minSequence: 2 }), {
        code: 'snapshot_untrusted',
        message: /1 is lower than 2/,
      });
  });

  /** A manifest with a changed member and a valid checksum, as an attacker on the network could write it. */
  const resealed = (change: (manifest: SnapshotManifest) => object) => (bytes: Buffer) => {
    const {
      checksum: _c,
      signature: _s,
      ...body
    } = change(JSON.parse(bytes.toString()) as SnapshotManifest) as SnapshotManifest;
    return Buffer.from(JSON.stringify({ ...body, checksum: sha256(JSON.stringify(body)) }));
  };
  const fileAltered = (name: string, change: object) =>
    resealed((manifest) => ({
      ...manifest,
      files: manifest.files.map((file) => (file.name === name ? { ...file, ...change } : file)),
    }));

  type Alteration = readonly [
    name: string,
    file: string,
    change: (bytes: Buffer) => Buffer | number,
    code: string,
    message: RegExp,
  ];
  const alterations: readonly Alteration[] = [
    [
      'no manifest',
      'manifest.json',
      () => 404,
      'snapshot_unreachable',
      /manifest\.json" cannot be fetched: .* status 404/,
    ],
    ['one that is being made', 'manifest.json', () => 503, 'snapshot_not_ready', /still building/],
    [
      'a page in its place',
      'manifest.json',
      () => Buffer.from('<html>'),
      'index_damaged',
      /manifest\.json is not JSON/,
    ],
    [
      'an edited manifest',
      'manifest.json',
      (bytes) => Buffer.from(bytes.toString().replace('"documents": 5', '"documents": 6')),
      'index_damaged',
      /its own checksum/,
    ],
    [
      'a prefix that leads elsewhere',
      'manifest.json',
      resealed((manifest) => ({ ...manifest, prefix: 'https://x/' })),
      'index_damaged',
      /"prefix"/,
    ],
    [
      'an export for MiniSearch',
      'manifest.json',
      resealed((manifest) => ({ ...manifest, kind: 'minisearch' })),
      'index_damaged',
      /minisearch export/,
    ],
    [
      'no index in the manifest',
      'manifest.json',
      resealed((manifest) => ({ ...manifest, files: [] })),
      'index_damaged',
      /does not list index\.askdex/,
    ],
    [
      'a wrong count',
      'manifest.json',
      resealed((manifest) => ({ ...manifest, documents: 7 })),
      'index_damaged',
      /manifest says 7/,
    ],
    ['no file', 'index.askdex', () => 404, 'snapshot_unreachable', /index\.askdex" cannot be fetched/],
    ['an altered file', 'index.askdex', flipped, 'index_damaged', /index\.askdex does not match its checksum/],
    [
      'a truncated file',
      'index.askdex',
      (bytes) => bytes.subarray(1),
      'index_damaged',
      /index\.askdex has \d+ bytes instead of/,
    ],
    [
      'a file that does not end',
      'index.askdex',
      (bytes) => Buffer.concat([bytes, bytes]),
      'index_damaged',
      /index\.askdex has more than/,
    ],
  ];
  for (const [name, file, change, code, message] of alterations) {
    it(`refuses ${name}`, async () => {
      host.altered.set('index.askdex.gz', () => 404);
      host.altered.set(file, change);
      await assert.rejects(openSnapshot(host.url, { waitSeconds: 0 }), { code, message });
    });
  }

  for (const file of ['index.askdex', 'index.askdex.gz']) {
    it(`downloads ${file} again, bypassing caches, before it fails`, async () => {
      let times = 0;
      if (file === 'index.askdex') host.altered.set('index.askdex.gz', () => 404);
      host.altered.set(file, (bytes) => (times++ === 0 ? flipped(bytes) : bytes));
      await openSnapshot(host.url);
      assert.equal(times, 2);
      assert.equal(host.asked.at(-1)?.path, `/${file}`);
    });
  }

  it('accepts a gzip file that its host declares as compressed, and counts inflated bytes as progress', async () => {
    host.headers.set('index.askdex.gz', { 'Content-Encoding': 'gzip' });
    const told: Progress[] = [];
    const remote = await openSnapshot(host.url, { onProgress: (progress) => told.push(progress) });
    await assertSame(remote, await openSnapshot(join(folder, 'full')));
    assert.equal(host.asked.at(-1)?.path, '/index.askdex.gz');
    const total = readFileSync(join(folder, 'full', 'index.askdex')).length;
    assert.deepEqual(told.at(-1), { loaded: total, total });
  });

  const bad = (bytes: Buffer): Buffer => gzipSync(flipped(gunzipSync(bytes)));
  const unusable: readonly (readonly [name: string, change: (bytes: Buffer) => Buffer | number])[] = [
    ['missing', () => 404],
    ['no gzip', () => Buffer.from('no gzip at all')],
    ['empty', () => Buffer.alloc(0)],
    ['one byte', (bytes) => bytes.subarray(0, 1)],
    ['cut', (bytes) => bytes.subarray(0, -9)],
    ['damaged', flipped],
    ['gzip of an index with a changed bit', bad],
    ['longer than its manifest says', (bytes) => Buffer.concat([bytes, bytes])],
    ['gzip of far more bytes than the index has', (bytes) => gzipSync(Buffer.alloc(bytes.length * 500))],
  ];
  for (const [name, change] of unusable) {
    it(`downloads index.askdex itself if the gzip file is ${name}`, async () => {
      host.altered.set('index.askdex.gz', change);
      const remote = await openSnapshot(host.url);
      assert.deepEqual(await remote.search('sky'), await (await openSnapshot(join(folder, 'full'))).search('sky'));
      assert.equal(host.asked.at(-1)?.path, '/index.askdex');
    });
  }

  it('downloads index.askdex itself if the runtime cannot inflate', async () => {
    const { DecompressionStream: before } = globalThis;
    Reflect.deleteProperty(globalThis, 'DecompressionStream');
    try {
      await openSnapshot(host.url);
    } finally {
      Object.assign(globalThis, { DecompressionStream: before });
    }
    assert.deepEqual(
      host.asked.map(({ path }) => path),
      ['/manifest.json', '/index.askdex'],
    );
  });

  it('reports a network error if the gzip file breaks off, and downloads nothing larger', async () => {
    host.broken.add('index.askdex.gz');
    await assert.rejects(openSnapshot(host.url), {
      code: 'snapshot_unreachable',
      message: /index\.askdex\.gz" cannot be fetched: the response ended early/,
    });
    assert.equal(host.asked.at(-1)?.path, '/index.askdex.gz');
  });

  it('requests index.askdex from a server, which compresses it on the way', async () => {
    const copy = join(folder, 'prefixed');
    cpSync(join(folder, 'full'), copy, { recursive: true });
    cpSync(join(copy, 'index.askdex.br'), join(copy, 'full-index.askdex'));
    const server = await hosted(copy);
    server.altered.set(
      'manifest.json',
      resealed((manifest) => ({ ...manifest, prefix: 'full-' })),
    );
    server.headers.set('full-index.askdex', { 'Content-Encoding': 'br' });
    try {
      await assertSame(await openSnapshot(server.url), await openSnapshot(join(folder, 'full')));
      assert.equal(server.asked.at(-1)?.path, '/full-index.askdex');
      assert.match(String(server.asked.at(-1)?.headers['accept-encoding']), /gzip/);
    } finally {
      server.close();
    }
  });

  it("never accepts bytes of another index than the manifest's", async () => {
    host.altered.set('manifest.json', fileAltered('index.askdex', { sha256: '0'.repeat(64) }));
    await assert.rejects(openSnapshot(host.url), /index\.askdex does not match its checksum/);
  });

  it('checks the settings of the index before it downloads', async () => {
    await assert.rejects(openSnapshot(host.url, { settings: { language: 'de' } }), /these settings need/);
    assert.equal(host.asked.length, 1);
  });

  it('ends if its signal aborts, also without listeners', async () => {
    const gone = new AbortController();
    gone.abort(new Error('left the page'));
    await assert.rejects(openSnapshot(host.url, { signal: gone.signal }), /left the page/);
    host.close();
    await assert.rejects(openSnapshot(host.url), {
      code: 'snapshot_unreachable',
      message: /the host cannot be reached/,
    });
  });
});
