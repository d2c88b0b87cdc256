import assert from 'node:assert/strict';
import { pino } from 'pino';
import request from 'supertest';
import {
  AskdexError,
  buildIndex,
  createApp,
  createMetrics,
  createQueryLog,
  createTaskQueue,
  DEFAULT_HTTP_SETTINGS,
  hashKey,
  keyVerifier,
  openIndex,
  queryOf,
  type BuildProgress,
} from '../src/index.js';
import { SKY, temporaryFolder, TIDES, type TemporaryFolder } from './cli/harness.js';

describe('the library', () => {
  let folder: TemporaryFolder;
  beforeEach(() => {
    folder = temporaryFolder({ 'content/sky.md': SKY, 'content/tides.md': TIDES });
  });
  afterEach(() => folder.remove());
  const places = () => ({ content: `${folder.path}/content`, index: `${folder.path}/index` });

  it('builds an index, opens it and searches', async () => {
    assert.equal(await openIndex(places()), null);
    const progress: BuildProgress[] = [];
    const report = await buildIndex({ ...places(), onProgress: (step) => progress.push(step) });
    assert.deepEqual([report.documents, report.added, report.published], [2, 2, true]);
    assert.equal(progress.at(-1)?.percent, 100);
    const backend = await openIndex(places());
    const { hits } = await backend!.search(queryOf('moon'));
    assert.equal(hits[0]?.url, '/q/what-causes-the-tides');
    await backend!.close();
  });

  it('returns an app that does not listen', async () => {
    await buildIndex(places());
    const backend = await openIndex(places());
    const app = createApp({
      backend: () => backend,
      tasks: createTaskQueue({ run: () => buildIndex(places()) }),
      rollback: () => Promise.reject(new AskdexError('no_earlier_generation', 'There is none.')),
      report: () => Promise.resolve(null),
      queryLog: createQueryLog({ now: Date.now }),
      isAdmin: keyVerifier([hashKey('sixteen-letters-')]),
      isSearchKey: () => false,
      settings: DEFAULT_HTTP_SETTINGS,
      log: pino({ level: 'silent' }),
      metrics: createMetrics({ manifest: () => backend?.manifest ?? null }),
      version: '0.0.0',
    });
    const response = await request(app).get('/v1/search?q=blue');
    assert.equal(response.status, 200);
    assert.equal((response.body as { totalHits: number }).totalHits, 1);
  });

  it('refuses wrong settings, and cancels a build by its signal', async () => {
    await assert.rejects(buildIndex({ ...places(), settings: { snippetLength: 3 } }), {
      code: 'invalid_configuration',
    });
    await assert.rejects(
      openIndex({ ...places(), settings: { mapping: { preset: 'none' } } }),
      /mapping\.preset is "none"/,
    );
    await assert.rejects(buildIndex({ ...places(), signal: AbortSignal.abort() }), {
      code: 'build_canceled',
    });
    await assert.rejects(buildIndex({ ...places(), content: `${folder.path}/nowhere` }), {
      code: 'content_unreadable',
    });
  });
});
