import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { openSnapshot, type SearchOptions, type Snapshot } from '../../src/client/index.js';
import { startServer } from '../../src/server/server.js';
import { variedQueries, type VariedQuery } from '../support/varied-queries.mjs';
import { findChromium, launch } from './support/chromium.js';
import { ROOT, sampleExport, type SampleExport } from './support/sample-export.js';

interface Golden {
  readonly query: string;
}

describe('askdex/client in a browser', function () {
  const found = findChromium();
  if ('why' in found) {
    it.skip(`is skipped: ${found.why}`);
    return;
  }
  this.timeout(120_000);
  const keys = generateKeyPairSync('ed25519');
  let sample: SampleExport;
  before(async () => {
    sample = await sampleExport('full', keys.privateKey);
  });
  after(() => sample.close());

  /** The golden queries, and queries of every other kind. */
  async function asked(snapshot: Snapshot): Promise<VariedQuery[]> {
    const golden = JSON.parse(readFileSync(join(ROOT, 'golden/queries.json'), 'utf8')) as readonly Golden[];
    const { hits, facets } = await snapshot.search('', { limit: 100, facets: ['subject'] });
    const from = { titles: hits.map(({ title }) => title), subjects: Object.keys(facets?.subject ?? {}) };
    return [
      ...golden.map(({ query }) => ({ q: query, options: {}, readsAnswers: false })),
      ...variedQueries({ ...from, count: 400 }),
    ];
  }

  it('loads the worker as one file, and further code on demand', () => {
    const code = (name: string): string => readFileSync(join(ROOT, 'dist', 'browser', name), 'utf8');
    const [worker, host] = [code('worker.js'), code('host.js')];
    for (const text of [worker, host]) assert.doesNotMatch(text, /\b(?:from|import)\s*"\.\//);
    assert.match(worker, /import\("\.\/host\.js"\)/);
    assert.match(host, /import\("\.\/apply-delta\.js"\)/);
    // Files that browsers load only at the start.
    assert.match(host, /^\/\/# allFunctionsCalledOnLoad\n/);
  });

  it('searches in the page if the code of the worker cannot be loaded', async () => {
    const browser = await launch(found.path);
    try {
      const page = await browser.newPage();
      for (const missing of ['worker.js', 'host.js']) {
        await page.route(`**/${missing}`, (route) => route.abort());
        await page.goto(sample.origin);
        const hits = await page.evaluate<number>(`(async () => {
          const { openSnapshot } = await import('/dist/browser/client.js');
          const snapshot = await openSnapshot('search/', { update: 'manual' });
          return (await snapshot.search('sky')).hits.length;
        })()`);
        assert.ok(hits > 0, `without ${missing}`);
        await page.unroute(`**/${missing}`);
      }
    } finally {
      await browser.close();
    }
  });

  it('answers like the API and the client in Node', async () => {
    const snapshot = await openSnapshot(sample.folder);
    const queries = await asked(snapshot);
    const expected = await Promise.all(
      queries.map(async ({ q, options }) => JSON.stringify(await snapshot.search(q, options))),
    );
    assert.deepEqual(await fromApi(queries), expected);
    const browser = await launch(found.path);
    try {
      const page = await browser.newPage();
      const errors: string[] = [];
      page.on('pageerror', (error) => errors.push(error.message));
      await page.goto(sample.origin);
      const publicKey = keys.publicKey.export({ type: 'spki', format: 'pem' }).toString();
      const code = `(async ({ queries, publicKey }) => {
        const { openSnapshot } = await import('/dist/browser/client.js');
        const told = [];
        const options = { publicKey, minSequence: 1, onProgress: (progress) => told.push(progress) };
        const answersOf = async (snapshot) => {
          const answers = [];
          for (const { q, options } of queries) answers.push(JSON.stringify(await snapshot.search(q, options)));
          return answers;
        };
        const inWorker = await answersOf(await openSnapshot('search/', options));
        const inPage = await answersOf(await openSnapshot('search/', { worker: false, update: 'manual' }));
        return { inWorker, inPage, last: told.at(-1) };
      })(${JSON.stringify({ queries, publicKey })})`;
      const { inWorker, inPage, last } = await page.evaluate<{
        inWorker: string[];
        inPage: string[];
        last: { loaded: number; total: number };
      }>(code);
      assert.deepEqual(inWorker, expected);
      assert.deepEqual(inPage, expected);
      assert.ok(last.total > 0 && last.loaded === last.total);
      assert.deepEqual(errors, []);
    } finally {
      await browser.close();
    }
  });

  /** The API's answer without its processing time. */
  async function fromApi(queries: readonly VariedQuery[]): Promise<string[]> {
    const server = await startServer(sample.config, {
      log: pino({ level: 'silent' }),
      onAdminKey: () => undefined,
    });
    try {
      return await Promise.all(
        queries.map(async ({ q, options }) => {
          const response = await fetch(`${server.url}/v1/search?${parametersOf(q, options).toString()}`);
          const { processingTimeMs: _time, ...answer } = (await response.json()) as Record<string, unknown>;
          return JSON.stringify(answer);
        }),
      );
    } finally {
      await server.stop();
    }
  }
});

/** Encodes a list as repeated filters or comma-separated facets. */
function parametersOf(q: string, { facets, filter, ...options }: SearchOptions): URLSearchParams {
  const parameters = new URLSearchParams({ q });
  for (const [name, value] of Object.entries(options)) parameters.set(name, String(value));
  for (const one of filter === undefined ? [] : [filter].flat()) parameters.append('filter', one);
  if (facets !== undefined) parameters.set('facets', facets.join(','));
  return parameters;
}
