import assert from 'node:assert/strict';
import { createIndexWriter } from '../../../src/adapters/minisearch/index-writer.js';
import { openPackedBackend } from '../../../src/adapters/backend/index-backend.js';
import { checkGoldenQueries, type GoldenQuery } from '../../../src/app/build/golden-queries.js';
import { type BuildReport, type ReindexDeps, reindex } from '../../../src/app/build/reindex.js';
import { AskdexError } from '../../../src/core/errors.js';
import { isBuildReport, isStoredReport } from '../../../src/core/model/build-report.js';
import { DEFAULT_SETTINGS } from '../../../src/core/model/settings.js';
import { hasCode } from '../../contract/generation-store.js';
import { documentOf } from '../../support/documents.js';
import { englishAnalyzer } from '../../support/texts.js';
import { changingSource, depsOf } from '../support.js';

const NEVER = { aborted: false };
const SKY = documentOf({ title: 'Why is the sky blue?', url: '/sky', answer: 'Air scatters blue light.' });
const SEA = documentOf({ title: 'Why is the sea blue?', url: '/sea', answer: 'Water keeps red light.' });
const SKY_FIRST: GoldenQuery = { query: 'why is the sky blue', expect: '/sky' };

/** A build of two documents, sky and sea, whose golden queries and content a test may change. */
async function guarded(golden: readonly GoldenQuery[]) {
  const analyzer = await englishAnalyzer();
  const source = changingSource({ 'sea.md': [SEA], 'sky.md': [SKY] });
  const now = { golden, asked: 0 };
  const deps = depsOf({}, { source, writer: createIndexWriter(analyzer) });
  const build = (choices: { force?: boolean; full?: boolean } = {}): Promise<BuildReport> => {
    const { force = false, full = false } = choices;
    const check: ReindexDeps['check'] = async (generation) => {
      now.asked += 1;
      const backend = await openPackedBackend(DEFAULT_SETTINGS, analyzer)(generation);
      await checkGoldenQueries(backend, now.golden, NEVER);
    };
    return reindex(
      { ...deps, check, hasGoldenQueries: now.golden.length > 0 },
      { keep: 3, force, full },
      { onProgress: () => undefined, signal: NEVER },
    );
  };
  return { ...deps, source, now, build };
}

const REFUSED = hasCode('golden_queries_failed');

async function refusalOf(golden: readonly GoldenQuery[]): Promise<AskdexError> {
  const error: unknown = await (await guarded(golden)).build().catch((thrown: unknown) => thrown);
  assert.ok(error instanceof AskdexError && error.code === 'golden_queries_failed', String(error));
  return error;
}

describe('golden queries', () => {
  it('let a build pass that answers them', async () => {
    const { build, store } = await guarded([SKY_FIRST]);
    const { generation } = await build();
    assert.equal((await store.current())?.manifest.generation, generation);
  });

  it('stop a build that fails one, and the previous generation stays current', async () => {
    const { build, source, store, saved } = await guarded([SKY_FIRST]);
    const first = await build();
    source.change('sky.md', [{ ...SKY, title: 'Something else', answer: SEA.answer }]);
    for (const force of [false, true]) await assert.rejects(build({ force }), REFUSED);
    assert.equal((await store.current())?.manifest.generation, first.generation);
    assert.equal((await store.list()).length, 1);
    const report = saved.at(-1);
    assert.deepEqual(
      [report?.generation, report?.published, report?.changed, report?.unchanged, report?.bytes],
      [first.generation, false, 1, 1, first.bytes],
    );
    assert.deepEqual(
      report?.warnings.map(({ code, reason }) => [code, /sky/.test(reason)]),
      [['golden_queries_failed', true]],
    );
  });

  it('also stop the first build, whose report names no generation', async () => {
    const { build, store, saved } = await guarded([{ query: 'sea', expect: '/sky' }]);
    await assert.rejects(build(), REFUSED);
    assert.equal(await store.current(), null);
    assert.equal(saved[0]?.generation, null);
    const kept: unknown = JSON.parse(JSON.stringify(saved[0]));
    assert.deepEqual([isStoredReport(kept), isBuildReport(kept)], [true, false]);
  });

  it('are checked again by the next build, which parses no file again', async () => {
    const { build, source, now } = await guarded([{ query: 'sea', expect: '/sky' }]);
    await assert.rejects(build(), REFUSED);
    source.reads.length = 0;
    await assert.rejects(build(), REFUSED);
    assert.deepEqual([now.asked, source.reads], [2, []]);
    now.golden = [SKY_FIRST];
    assert.equal((await build()).published, true);
  });

  it('are checked against the current generation if only they changed', async () => {
    const { build, now, cache, store } = await guarded([SKY_FIRST]);
    const first = await build();
    now.golden = [{ query: 'sea', expect: '/sky' }];
    await assert.rejects(build(), REFUSED);
    // A build without a cache must not pass either.
    await assert.rejects(build({ full: true }), REFUSED);
    assert.equal(cache.load()?.generation, first.generation);
    now.golden = [];
    now.asked = 0;
    assert.equal((await build()).published, false);
    assert.equal(now.asked, 0);
    assert.equal((await store.current())?.manifest.generation, first.generation);
  });

  it('are not checked against content that was rolled back from', async () => {
    const { build, source, now, store } = await guarded([]);
    await build();
    source.change('sea.md', null);
    await build();
    await store.rollback();
    now.golden = [{ query: 'sea', expect: '/sky' }];
    assert.deepEqual(
      (await build()).warnings.map(({ code }) => code),
      ['generation_held'],
    );
  });

  it('report the first hit and the rank of the expected document', async () => {
    const { message, parameter, remedy } = await refusalOf([
      SKY_FIRST,
      { query: 'the blue sea', expect: '/sky' },
      { query: 'water', expect: '/sky' },
      { query: 'zebra', expect: '/sky' },
      { query: 'sky', expect: '/nowhere' },
    ]);
    assert.deepEqual(message.split('\n'), [
      '4 of 5 golden queries failed, so the build was not published:',
      '  - "the blue sea": "/sea" came first; "/sky" is hit 2.',
      '  - "water": "/sea" came first; "/sky" is no hit.',
      '  - "zebra": nothing was found; "/sky" is no hit.',
      '  - "sky": "/sky" came first; "/nowhere" is not in the content.',
    ]);
    assert.equal(parameter, 'goldenQueries');
    assert.match(remedy ?? '', /^Fix /);
  });

  it('report ten failures and count the rest', async () => {
    const { message } = await refusalOf(Array.from({ length: 13 }, (_, at) => ({ query: `sky ${at}`, expect: '/x' })));
    const lines = message.split('\n');
    assert.equal(lines.length, 12);
    assert.equal(lines[11], '  … and 3 more.');
  });

  it('stop being checked if the build is canceled', async () => {
    const backend = { search: () => assert.fail('asked'), document: () => assert.fail('asked') };
    await assert.rejects(checkGoldenQueries(backend, [SKY_FIRST], { aborted: true }), hasCode('build_canceled'));
  });
});
