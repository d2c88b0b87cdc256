import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { openSnapshot, type Snapshot, type SnapshotOptions } from '../../src/client/index.js';
import type { LazySnapshot } from '../../src/client/lazy-snapshot.js';
import type { SearchResponse } from '../../src/core/model/search-response.js';
import { buildIndex } from '../../src/index.js';
import { startServer } from '../../src/server/server.js';
import { exportSnapshot, readConfig } from '../../src/wiring.js';
import { serveLocally } from '../support/local-server.js';

interface Asked {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Bytes of the body. */
  readonly sent: number;
}

/** Answers a request for `index.lazy`; `range`: from and to, exclusive. */
type Serve = (response: ServerResponse, file: Buffer, range: readonly [number, number]) => void;

interface Hosted {
  readonly url: string;
  readonly asked: Asked[];
  /** What is served. */
  folder: string;
  /** Replaces how ranges are answered. */
  serve: Serve;
  close(): void;
}

const plainly: Serve = (response, file, [from, to]) => {
  response.writeHead(206, { 'Content-Range': `bytes ${from}-${to - 1}/${file.length}` }).end(file.subarray(from, to));
};

/** A static host of a folder that knows ranges. */
async function hosted(folder: string): Promise<Hosted> {
  const asked: Asked[] = [];
  const host = { serve: plainly, folder };
  const server = await serveLocally((request, response) => {
    const path = (request.url ?? '').slice(1);
    const file = readFileSync(join(host.folder, path));
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
    const range = [Number(from ?? 0), Number(to ?? file.length - 1) + 1] as const;
    asked.push({ path, headers: request.headers, sent: range[1] - range[0] });
    if (from === undefined) response.writeHead(200).end(file);
    else host.serve(response, file, range);
  });
  return {
    url: `${server.origin}/`,
    asked,
    get folder() {
      return host.folder;
    },
    set folder(folder) {
      host.folder = folder;
    },
    get serve() {
      return host.serve;
    },
    set serve(serve) {
      host.serve = serve;
    },
    close: () => void server.close(),
  };
}

const isLazy = (snapshot: Snapshot): snapshot is LazySnapshot => 'isComplete' in snapshot;

const SUBJECTS = ['Medicine', 'Physics', 'History'];
const KINDS = ['treatment', 'symptoms', 'history', 'outlook'];

/** Numbered questions that share a few words. */
function questions(more: readonly string[] = []): string {
  const lines = Array.from({ length: 1200 }, (_, at) => {
    const [thing, kind] = [`thing${at % 300}`, KINDS[at % KINDS.length] ?? ''];
    const title = `What is the ${kind} of ${thing}?`;
    const others = Array.from({ length: 30 }, (_, n) => `word${(at * 31 + n * n * 7) % 2000}`);
    return JSON.stringify({
      ...{ id: at, title, answer: `The ${kind} of ${thing} is known. ${others.join(' ')}.` },
      ...{ keywords: [thing], subject: SUBJECTS[at % 3], slug: `q-${at}`, url: `/questions/q-${at}` },
      related: [],
    });
  });
  return [...lines, ...more].join('\n');
}

const QUERIES = [
  'thing17 treatment',
  'symptoms',
  'what is the outlook of thing299',
  'word1999',
  'word12',
  'tretment thing5',
  '"outlook of thing5"',
  'thing4 -treatment',
  'subject:Physics thing7',
  'nothinghere',
  '',
];

describe('a lazy snapshot', function () {
  this.timeout(120_000);
  const keys = generateKeyPairSync('ed25519');
  const folder = mkdtempSync(join(tmpdir(), 'askdex-lazy-'));
  const content = join(folder, 'questions.jsonl');
  const index = join(folder, 'index');
  let host: Hosted;

  const configured = () =>
    readConfig({
      environment: {
        ...{ ASKDEX_CONTENT: content, ASKDEX_INDEX: index, ASKDEX_SCHEDULE: 'off', PORT: '0' },
        ...{ ASKDEX_ADMIN_KEY: 'an-admin-key-for-tests-that-is-long', ASKDEX_RATE_LIMIT: 'off' },
      },
      folder,
    });

  before(async () => {
    writeFileSync(content, questions());
    await buildIndex({ content, index });
    const shared = { kind: 'packed', subject: null, prefix: '', signKey: keys.privateKey } as const;
    for (const text of ['full', 'none'] as const)
      await exportSnapshot({ config: configured(), out: join(folder, text), options: { ...shared, text } });
    const zebra = {
      id: 5000,
      title: 'What is a zebra?',
      answer: 'A horse.',
      slug: 'z',
      url: '/z',
      related: [],
    };
    writeFileSync(content, questions([JSON.stringify(zebra)]));
    await buildIndex({ content, index });
    const newer = { ...shared, text: 'none' } as const;
    await exportSnapshot({ config: configured(), out: join(folder, 'newer'), options: newer });
  });
  after(() => rmSync(folder, { recursive: true }));
  beforeEach(async () => {
    host = await hosted(join(folder, 'none'));
  });
  afterEach(() => host.close());

  async function opened(options: SnapshotOptions = {}, source = host.url): Promise<LazySnapshot> {
    const snapshot = await openSnapshot(source, { ...options, form: 'lazy' });
    assert.ok(isLazy(snapshot));
    return snapshot;
  }

  /** A lazy snapshot computes no related links. */
  const withoutRelated = ({ hits, ...rest }: SearchResponse) => ({
    ...rest,
    hits: hits.map(({ related: _related, ...hit }) => hit),
  });
  const ranges = () => host.asked.filter(({ path }) => path === 'index.lazy');

  it('returns the hits of the whole snapshot, with scores, descriptions, facets and spelling', async () => {
    const whole = await openSnapshot(join(folder, 'none'));
    const options = { limit: 7, facets: ['subject', 'keywords'] } as const;
    for (const q of QUERIES) {
      const lazy = await opened();
      const answer = await lazy.search(q, options);
      assert.deepEqual(withoutRelated(answer), withoutRelated(await whole.search(q, options)), q);
      assert.equal(answer.approximate, true);
    }
    const lazy = await opened();
    for (const q of [...QUERIES].reverse())
      assert.deepEqual(withoutRelated(await lazy.search(q)), withoutRelated(await whole.search(q)), q);
  });

  it('downloads a part of the file, in few rounds, and nothing twice', async () => {
    const lazy = await opened();
    assert.deepEqual(
      host.asked.map(({ path }) => path),
      ['manifest.json', 'index.lazy-head'],
    );
    await lazy.search('thing17 treatment');
    const fetched = ranges();
    const sent = fetched.reduce((sum, one) => sum + one.sent, 0);
    const size = readFileSync(join(folder, 'none/index.lazy')).length;
    assert.ok(sent < size / 4, `${sent} of ${size} bytes`);
    assert.ok(fetched.length <= 25, `${fetched.length} requests`);
    await lazy.search('thing17 treatment');
    await lazy.search('treatment thing17 treatment', { limit: 1 });
    assert.equal(ranges().length, fetched.length);
  });

  it('downloads nothing twice for concurrent queries', async () => {
    await (await opened()).search('word12 outlook');
    const once = ranges().length;
    const lazy = await opened();
    await Promise.all([1, 2, 3, 4].map(() => lazy.search('word12 outlook')));
    assert.equal(ranges().length, 2 * once);
  });

  it('finds a document by its key, and suggests', async () => {
    const whole = await openSnapshot(join(folder, 'none'));
    const lazy = await opened();
    for (const key of ['/questions/q-0', '/questions/q-1199', '/questions/q-77', '/nowhere', ''])
      assert.deepEqual(await lazy.document(key), await whole.document(key));
    for (const text of ['what is the out', 'symptoms thing1', 'thing29', 'wor', 'zzz'])
      assert.deepEqual(await lazy.suggest(text), await whole.suggest(text));
  });

  it('downloads the rest in the background, then answers without the network', async () => {
    const lazy = await opened();
    const told: number[] = [];
    assert.equal(lazy.isComplete, false);
    const asked = host.asked.length;
    await Promise.all([lazy.fill(({ loaded }) => told.push(loaded)), lazy.fill()]);
    assert.ok((told.at(-1) ?? 0) > 0);
    assert.equal(lazy.isComplete, true);
    assert.deepEqual(
      host.asked.slice(asked).map(({ path }) => path),
      ['manifest.json', 'index.askdex.gz'],
    );
    const before = host.asked.length;
    const whole = await openSnapshot(join(folder, 'none'));
    for (const q of QUERIES) assert.deepEqual(await lazy.search(q), await whole.search(q));
    assert.deepEqual(await lazy.suggest('what'), await whole.suggest('what'));
    assert.equal(host.asked.length, before);
  });

  it('downloads the whole file once from a host without range requests', async () => {
    host.serve = (response, file) => response.writeHead(200).end(file);
    const whole = await openSnapshot(join(folder, 'none'));
    const lazy = await opened();
    for (const q of QUERIES)
      assert.deepEqual(withoutRelated(await lazy.search(q)), withoutRelated(await whole.search(q)));
    assert.ok(ranges().length <= 8, 'those that were asked for together');
    const count = ranges().length;
    await lazy.document('/questions/q-1');
    assert.equal(ranges().length, count);
  });

  const refused: readonly (readonly [name: string, serve: Serve, code: string, message: RegExp])[] = [
    [
      'an altered byte',
      (response, file, range) => {
        const copy = Buffer.from(file);
        const middle = (range[0] + range[1]) >> 1;
        copy[middle] = (copy[middle] ?? 0) ^ 1;
        plainly(response, copy, range);
      },
      'index_damaged',
      /index\.lazy .*bytes \d+ to \d+ do not match/,
    ],
    [
      'other bytes of the file',
      (response, file, [from, to]) => {
        const other = file.subarray(from === 0 ? 1 : 0).subarray(0, to - from);
        response.writeHead(206).end(other);
      },
      'index_damaged',
      /index\.lazy .*bytes \d+ to \d+ do not match/,
    ],
    [
      'another range than was asked for',
      (response, file, [from, to]) =>
        response
          .writeHead(206, { 'Content-Range': `bytes ${from + 1}-${to}/${file.length}` })
          .end(file.subarray(from + 1, to + 1)),
      'index_damaged',
      /sends "bytes \d+-\d+\/\d+" instead of index\.lazy, bytes \d+ to \d+/,
    ],
    [
      'a range of another file',
      (response, file, [from, to]) =>
        response.writeHead(206, { 'Content-Range': `bytes ${from}-${to - 1}/7` }).end(file.subarray(from, to)),
      'index_damaged',
      /index\.lazy, bytes \d+ to \d+/,
    ],
    [
      'a cut range',
      (response, file, [from, to]) => response.writeHead(206).end(file.subarray(from, to - 1)),
      'index_damaged',
      /index\.lazy, bytes \d+ to \d+ has \d+ bytes instead of \d+/,
    ],
    [
      'more than was asked for',
      (response, file, [from]) => response.writeHead(206).end(file.subarray(from)),
      'index_damaged',
      /has more than \d+ bytes/,
    ],
    [
      'another whole file',
      (response, file) => response.writeHead(200).end(Buffer.alloc(file.length)),
      'index_damaged',
      /index\.lazy does not match its checksum/,
    ],
    ['no such range', (response) => response.writeHead(416).end(), 'index_damaged', /no index\.lazy, bytes \d+ to \d+/],
    ['an error', (response) => response.writeHead(500).end(), 'snapshot_unreachable', /status 500/],
    ['nothing', (response) => response.destroy(), 'snapshot_unreachable', /index\.lazy" cannot be fetched/],
  ];
  for (const [name, serve, code, message] of refused) {
    it(`refuses ${name}, and works again once the host is repaired`, async () => {
      const publicKey = keys.publicKey.export({ type: 'spki', format: 'pem' }).toString();
      const lazy = await opened({ publicKey });
      host.serve = serve;
      await assert.rejects(lazy.search('thing17 treatment'), { code, message });
      host.serve = plainly;
      assert.ok((await lazy.search('thing17 treatment')).hits.length > 0);
    });
  }

  it('downloads a damaged range again, bypassing caches', async () => {
    let times = 0;
    host.serve = (response, file, range) => {
      times += 1;
      if (times === 1) response.writeHead(206).end(Buffer.alloc(range[1] - range[0]));
      else plainly(response, file, range);
    };
    const { hits } = await (await opened()).search('word12');
    assert.ok(hits.length > 0);
  });

  it('refuses an altered directory', async () => {
    const head = join(folder, 'none/index.lazy-head');
    const bytes = readFileSync(head);
    const changed = Buffer.from(bytes);
    changed[40] = (changed[40] ?? 0) ^ 1;
    writeFileSync(head, changed);
    try {
      await assert.rejects(opened(), { code: 'index_damaged', message: /index\.lazy-head/ });
    } finally {
      writeFileSync(head, bytes);
    }
  });

  it('reports what it cannot open lazily', async () => {
    host.close();
    host = await hosted(join(folder, 'full'));
    await assert.rejects(opened(), {
      code: 'invalid_parameter',
      parameter: 'form',
      message: /no index\.lazy/,
    });
    host.close();
    host = await hosted(join(folder, 'none'));
    await assert.rejects(opened({ settings: { ranking: 'minisearch' } }), { code: 'invalid_parameter' });
  });

  it('sends the configured headers, and stops opening if the signal aborts', async () => {
    const gone = new AbortController();
    const options = { headers: { Authorization: 'Bearer a-key' }, signal: gone.signal };
    const lazy = await opened(options);
    await lazy.search('word12');
    assert.ok(host.asked.every(({ headers }) => headers.authorization === 'Bearer a-key'));
    gone.abort(new Error('enough'));
    await lazy.search('word1700');
    await assert.rejects(opened(options), /enough/);
  });

  it('switches to a newer snapshot on request, and stays lazy', async () => {
    const lazy = await opened();
    assert.equal(await lazy.update(), false);
    assert.equal((await lazy.search('zebra')).hits.length, 0);
    host.folder = join(folder, 'newer');
    assert.equal(await lazy.update(), true);
    const { hits, generation } = await lazy.search('zebra');
    assert.deepEqual([hits.length, generation], [1, lazy.manifest.generation]);
    assert.equal(lazy.isComplete, false);
  });

  it('answers nothing once it is closed', async () => {
    const lazy = await opened();
    await lazy.close();
    await assert.rejects(lazy.search('word12'), { code: 'index_not_ready' });
    await assert.rejects(lazy.document('/questions/q-1'), { code: 'index_not_ready' });
    await assert.rejects(lazy.fill(), { code: 'index_not_ready' });
    const other = await opened();
    const asked = other.search('word1700');
    await other.close();
    await assert.rejects(asked, { code: 'index_not_ready' });
  });

  it('searches a snapshot of a server', async () => {
    const log = pino({ level: 'silent' });
    const server = await startServer(configured(), { log, onAdminKey: () => undefined });
    try {
      const source = `${server.url}/v1/snapshots/latest?text=none`;
      // Opening a whole snapshot waits until the server has built it.
      await (await openSnapshot(source)).close();
      const lazy = await opened({}, source);
      const whole = await openSnapshot(join(folder, 'newer'));
      for (const q of QUERIES)
        assert.deepEqual(withoutRelated(await lazy.search(q)), withoutRelated(await whole.search(q)));
    } finally {
      await server.stop();
    }
  });
});
