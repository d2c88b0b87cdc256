import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import {
  createSnapshotCache,
  type SnapshotBuild,
  type SnapshotCache,
} from '../../../src/adapters/snapshots/snapshot-cache.js';
import { TEXT_MODES, type SnapshotManifest } from '../../../src/core/model/snapshot-manifest.js';
import { servedPrefix } from '../../../src/http/routes/snapshots.js';
import { snapshotAnswer } from '../../../src/http/openapi/response-schemas.js';
import {
  expectProblem,
  GENERATION,
  harness,
  json,
  MANIFEST,
  request,
  SEARCH,
  type HarnessOptions,
} from '../support.js';

const PLAIN = Buffer.from('All the questions, and what answers them. '.repeat(2000));
const FILES = {
  'index.askdex': PLAIN,
  'index.askdex.br': brotliCompressSync(PLAIN),
  'index.askdex.gz': gzipSync(PLAIN),
  'index.lazy': PLAIN,
};
const DELTA = Buffer.from('What is new.');
const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');

/** Writes what an export would write. */
function writeSnapshot({ out, generation, text }: SnapshotBuild): void {
  const body = {
    ...{
      snapshot: 1,
      kind: 'packed',
      generation,
      createdAt: MANIFEST.createdAt,
      sequence: MANIFEST.sequence,
    },
    ...{ askdex: '9.9.9', analyzer: 'en-1', text, settings: {}, subject: null, documents: 2 },
    prefix: servedPrefix(generation, text),
    files: Object.entries(FILES).map(([name, bytes]) => ({
      name,
      size: bytes.length,
      sha256: sha256(bytes),
    })),
    deltas: [
      {
        ...{ generation: '20240101T000000Z-0123456789ab', from: sha256('earlier'), name: 'delta-0.bin' },
        ...{ size: DELTA.length, sha256: sha256(DELTA) },
      },
    ],
  };
  mkdirSync(out, { recursive: true });
  for (const [name, bytes] of Object.entries({ ...FILES, 'delta-0.bin': DELTA })) writeFileSync(join(out, name), bytes);
  writeFileSync(join(out, 'manifest.json'), JSON.stringify({ ...body, checksum: sha256(JSON.stringify(body)) }));
}

describe('snapshots over HTTP', () => {
  let folder: string;
  let shelf: SnapshotCache;
  let jobs: SnapshotBuild[];
  let make: (job: SnapshotBuild) => void;
  let time: number;
  /** What making waits for. */
  let held: Promise<void>;
  const errors: unknown[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'askdex-shelf-'));
    mkdirSync(join(folder, 'generations', GENERATION), { recursive: true });
    jobs = [];
    errors.length = 0;
    time = 0;
    held = Promise.resolve();
    make = writeSnapshot;
    shelf = createSnapshotCache({
      folder,
      now: () => time,
      onError: (error) => errors.push(error),
      build(job) {
        jobs.push(job);
        return held.then(() => make(job));
      },
    });
  });
  afterEach(async () => {
    await shelf.close();
    rmSync(folder, { recursive: true });
  });

  const app = (options: HarnessOptions = {}) =>
    harness({ ...options, services: { snapshots: shelf, ...options.services } }).app;
  /** The app once the snapshot is there. */
  const ready = async (options: HarnessOptions = {}) => {
    shelf.startBuild(GENERATION, 'full');
    await shelf.idle();
    return app(options);
  };
  const file = (name: string) => `/v1/snapshots/${GENERATION}/full-${name}`;
  const binary = (test: request.Test): request.Test =>
    test.buffer(true).parse((response, done) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => done(null, Buffer.concat(chunks)));
    });
  const bytesOf = ({ body }: request.Response): Buffer => {
    const bytes: unknown = body;
    assert.ok(Buffer.isBuffer(bytes));
    return bytes;
  };

  it('answers 503 while the snapshot is built, builds it once, then returns the manifest', async () => {
    let release = (): void => undefined;
    held = new Promise((resolve) => (release = resolve));
    for (let call = 0; call < 2; call += 1) {
      const waiting = await request(app()).get('/v1/snapshots/latest').expect(503);
      expectProblem(waiting, 'snapshot_not_ready');
      assert.equal(waiting.headers['retry-after'], '5');
    }
    release();
    await shelf.idle();
    assert.deepEqual(
      jobs.map(({ text, out }) => [text, out]),
      [['full', join(folder, 'snapshots', GENERATION, 'full')]],
    );
    const response = await request(app()).get('/v1/snapshots/latest').expect(200);
    const manifest = snapshotAnswer.parse(json(response));
    assert.equal(manifest.generation, GENERATION);
    assert.equal(manifest.prefix + 'index.askdex', `${GENERATION}/full-index.askdex`);
    const { checksum, ...body } = json(response) as SnapshotManifest;
    assert.equal(sha256(JSON.stringify(body)), checksum);
    assert.equal(response.headers['cache-control'], 'public, no-cache');
    const { etag } = response.headers as { etag: string };
    await request(app()).get('/v1/snapshots/latest').set('If-None-Match', etag).expect(304);
  });

  it('builds one for each text mode', async () => {
    for (const text of TEXT_MODES) await request(app()).get(`/v1/snapshots/latest?text=${text}`).expect(503);
    await shelf.idle();
    for (const text of TEXT_MODES) {
      const manifest = json(await request(app()).get(`/v1/snapshots/latest?text=${text}`).expect(200));
      assert.equal((manifest as SnapshotManifest).text, text);
      await request(app()).get(`/v1/snapshots/${GENERATION}/${text}-index.askdex`).expect(200);
    }
    expectProblem(await request(app()).get('/v1/snapshots/latest?text=some'), 'invalid_parameter', 400);
    expectProblem(await request(app()).get('/v1/snapshots/latest?txt=none'), 'unknown_parameter', 400);
  });

  it('reports the sequence that is served, with its own checksum and ETag', async () => {
    const first = await request(await ready()).get('/v1/snapshots/latest');
    const rolledBack = { ...MANIFEST, sequence: MANIFEST.sequence + 5 };
    const second = await request(app({ backend: { manifest: rolledBack } })).get('/v1/snapshots/latest');
    const { checksum, ...body } = json(second) as SnapshotManifest;
    assert.equal(body.sequence, MANIFEST.sequence + 5);
    assert.equal(sha256(JSON.stringify(body)), checksum);
    assert.notEqual(second.headers['etag'], first.headers['etag']);
    assert.equal(jobs.length, 1);
  });

  it('answers index_not_ready without an index', async () => {
    const response = await request(app({ services: { backend: () => null } })).get('/v1/snapshots/latest');
    expectProblem(response, 'index_not_ready', 503);
  });

  it('sends a file unencoded, cacheable for ever', async () => {
    const ask = request(await ready())
      .get(file('index.askdex'))
      .set('Accept-Encoding', 'identity');
    const response = await binary(ask).expect(200);
    assert.ok(bytesOf(response).equals(PLAIN));
    const { headers } = response;
    assert.equal(headers['cache-control'], 'public, max-age=31536000, immutable');
    assert.equal(headers['content-type'], 'application/octet-stream');
    assert.equal(headers['content-length'], String(PLAIN.length));
    assert.equal(headers['accept-ranges'], 'bytes');
    assert.equal(headers['content-encoding'], undefined);
    assert.match(String(headers['etag']), /^"[0-9a-f]{32}"$/);
  });

  it('sends a delta unencoded, under the name in the manifest', async () => {
    const target = await ready();
    const manifest = snapshotAnswer.parse(json(await request(target).get('/v1/snapshots/latest')));
    const [delta] = manifest.deltas;
    assert.equal(delta?.from, sha256('earlier'));
    const response = await binary(request(target).get(`/v1/snapshots/${manifest.prefix}${delta.name}`));
    assert.equal(response.status, 200);
    assert.ok(bytesOf(response).equals(DELTA));
    assert.equal(response.headers['content-encoding'], undefined);
    assert.equal(response.headers['cache-control'], 'public, max-age=31536000, immutable');
  });

  const encodings: readonly (readonly [accept: string, encoding: string | undefined])[] = [
    ['br', 'br'],
    ['gzip, deflate, br, zstd', 'br'],
    ['gzip', 'gzip'],
    ['gzip, br;q=0', 'gzip'],
    ['identity', undefined],
    ['deflate', undefined],
  ];
  for (const [accept, encoding] of encodings) {
    it(`sends ${encoding ?? 'the file itself'} to a client that accepts "${accept}", with its own ETag`, async () => {
      const ask = request(await ready())
        .get(file('index.askdex'))
        .set('Accept-Encoding', accept);
      const response = await binary(ask).expect(200);
      assert.equal(response.headers['content-encoding'], encoding);
      assert.match(String(response.headers['vary']), /Accept-Encoding/);
      const name = { br: 'index.askdex.br', gzip: 'index.askdex.gz' }[encoding ?? ''] ?? 'index.askdex';
      const bytes = readFileSync(join(folder, 'snapshots', GENERATION, 'full', name));
      assert.equal(response.headers['content-length'], String(bytes.length));
      assert.equal(response.headers['etag'], `"${sha256(bytes).slice(0, 32)}"`);
      // The client that asks has unpacked it by itself.
      assert.ok(bytesOf(response).equals(PLAIN));
      const again = request(app()).get(file('index.askdex')).set('Accept-Encoding', accept);
      await again.set('If-None-Match', String(response.headers['etag'])).expect(304);
    });
  }

  it('answers 304 only for the encoding that the client accepts', async () => {
    const plain = `"${sha256(PLAIN).slice(0, 32)}"`;
    const ask = request(await ready())
      .get(file('index.askdex'))
      .set('Accept-Encoding', 'br');
    await ask.set('If-None-Match', plain).expect(200);
  });

  const ranges: readonly (readonly [range: string, start: number, end: number])[] = [
    ['bytes=0-0', 0, 0],
    ['bytes=100-199', 100, 199],
    ['bytes=83990-', 83_990, 83_999],
    ['bytes=-10', 83_990, 83_999],
    ['bytes=83990-99999', 83_990, 83_999],
  ];
  for (const [range, start, end] of ranges) {
    it(`sends ${range} of the file itself`, async () => {
      const ask = request(await ready())
        .get(file('index.askdex'))
        .set('Accept-Encoding', 'br');
      const response = await binary(ask.set('Range', range)).expect(206);
      assert.equal(response.headers['content-range'], `bytes ${start}-${end}/${PLAIN.length}`);
      assert.equal(response.headers['content-encoding'], undefined);
      assert.equal(response.headers['content-length'], String(end - start + 1));
      assert.ok(bytesOf(response).equals(PLAIN.subarray(start, end + 1)));
    });
  }

  it('sends the pieces file unencoded, whole and in ranges, whatever the client accepts', async () => {
    const ask = request(await ready());
    const take = (range: string) =>
      ask.get(file('index.lazy')).set('Accept-Encoding', 'br, gzip, deflate').set('Range', range);
    const part = await binary(take('bytes=5-1004')).expect(206);
    assert.equal(part.headers['content-encoding'], undefined);
    assert.ok(bytesOf(part).equals(PLAIN.subarray(5, 1005)));
    const whole = await binary(take('bytes=x')).expect(200);
    assert.equal(whole.headers['content-encoding'], undefined);
    assert.ok(bytesOf(whole).equals(PLAIN));
  });

  it('refuses a range beyond the file and reports its length', async () => {
    const response = await request(await ready())
      .get(file('index.askdex'))
      .set('Range', 'bytes=84000-');
    expectProblem(response, 'range_not_satisfiable', 416);
    assert.equal(response.headers['content-range'], 'bytes */84000');
  });

  for (const range of ['bytes=0-1,100-200', 'lines=1-2', 'bytes=x']) {
    it(`sends the whole file for the range ${range}`, async () => {
      await request(await ready())
        .get(file('index.askdex'))
        .set('Range', range)
        .expect(200);
    });
  }

  it('honours If-Range: sends the range if the file is the same, else the whole file', async () => {
    const ask = async (tag: string) =>
      request(await ready())
        .get(file('index.askdex'))
        .set('Range', 'bytes=1-2')
        .set('If-Range', tag);
    assert.equal((await ask(`"${sha256(PLAIN).slice(0, 32)}"`)).status, 206);
    assert.equal((await ask(`"${sha256(FILES['index.askdex.br']).slice(0, 32)}"`)).status, 200);
  });

  it('answers HEAD as GET, without a body', async () => {
    const target = await ready();
    const head = await request(target).head(file('index.askdex')).set('Accept-Encoding', 'br').expect(200);
    assert.equal(head.headers['content-length'], String(FILES['index.askdex.br'].length));
    assert.equal(head.text, undefined);
    await request(target).head('/v1/snapshots/latest').expect(200);
    expectProblem(await request(target).post(file('index.askdex')), 'method_not_allowed', 405);
  });

  const missing: readonly (readonly [path: string, code: 'file_not_found' | 'generation_not_found'])[] = [
    [`/v1/snapshots/${GENERATION}/full-nothing`, 'file_not_found'],
    [`/v1/snapshots/${GENERATION}/full-manifest.json`, 'file_not_found'],
    [`/v1/snapshots/${GENERATION}/index.askdex`, 'file_not_found'],
    [`/v1/snapshots/${GENERATION}/full-..%2Ffull%2Findex.askdex`, 'file_not_found'],
    ['/v1/snapshots/20200101T000000Z-000000000000/full-index.askdex', 'generation_not_found'],
    ['/v1/snapshots/..%2F..%2Fgenerations/full-index.askdex', 'generation_not_found'],
  ];
  for (const [path, code] of missing) {
    it(`answers not found for ${path}`, async () => expectProblem(await request(await ready()).get(path), code, 404));
  }

  it('reports a file that was removed or changed its length', async () => {
    const target = await ready();
    const path = join(folder, 'snapshots', GENERATION, 'full', 'index.askdex');
    const ask = () => request(target).get(file('index.askdex')).set('Accept-Encoding', 'identity');
    truncateSync(path, 10);
    expectProblem(await ask(), 'index_damaged', 500);
    rmSync(path);
    expectProblem(await ask(), 'file_not_found', 404);
  });

  it('starts to build the snapshot of a requested file', async () => {
    expectProblem(await request(app()).get(file('index.askdex')), 'snapshot_not_ready', 503);
    await shelf.idle();
    await request(app()).get(file('index.askdex')).expect(200);
  });

  it('builds a damaged snapshot again', async () => {
    await ready();
    truncateSync(join(folder, 'snapshots', GENERATION, 'full', 'manifest.json'), 40);
    expectProblem(await request(app()).get('/v1/snapshots/latest'), 'snapshot_not_ready', 503);
    await shelf.idle();
    await request(app()).get('/v1/snapshots/latest').expect(200);
  });

  it('reports a failed build for a minute, then tries again', async () => {
    make = () => {
      throw new Error('no room');
    };
    await request(app()).get('/v1/snapshots/latest').expect(503);
    await shelf.idle();
    assert.equal(errors.length, 1);
    time = 59_999;
    expectProblem(await request(app()).get('/v1/snapshots/latest'), 'internal', 500);
    make = writeSnapshot;
    time = 60_000;
    await request(app()).get('/v1/snapshots/latest').expect(503);
    await shelf.idle();
    await request(app()).get('/v1/snapshots/latest').expect(200);
  });

  it('removes the snapshots of generations that were pruned', async () => {
    const old = join(folder, 'snapshots', '20200101T000000Z-000000000000', 'full', 'manifest.json');
    mkdirSync(dirname(old), { recursive: true });
    writeFileSync(old, '{}');
    await ready();
    assert.ok(!existsSync(dirname(dirname(old))));
    assert.ok(existsSync(join(folder, 'snapshots', GENERATION, 'full', 'manifest.json')));
  });

  it('requires a search key if the site does', async () => {
    const target = await ready({ settings: { searchKeyRequired: true } });
    for (const path of ['/v1/snapshots/latest', file('index.askdex')]) {
      expectProblem(await request(target).get(path), 'missing_key', 401);
      const response = await request(target).get(path).set('Authorization', `Bearer ${SEARCH}`).expect(200);
      assert.match(String(response.headers['cache-control'] ?? ''), /^private, /);
    }
  });

  it('is absent if the program provides no snapshots', async () => {
    const { app: plain } = harness();
    const { services } = harness();
    const { snapshots: _snapshots, ...rest } = services;
    const { createApp } = await import('../../../src/http/app.js');
    expectProblem(await request(createApp(rest)).get('/v1/snapshots/latest'), 'route_not_found', 404);
    expectProblem(await request(plain).get('/v1/snapshots/latest'), 'snapshot_not_ready', 503);
  });
});
