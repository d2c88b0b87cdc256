import assert from 'node:assert/strict';
import fc from 'fast-check';
import { documentHashes, writeHashesFile } from '../../../src/app/build/document-hashes.js';
import { hashDocument, ContentEmptyError } from '../../../src/app/build/parsed-files.js';
import { type BuildProgress, type ReindexDeps, reindex } from '../../../src/app/build/reindex.js';
import { AskdexError } from '../../../src/core/errors.js';
import { isBuildProgress, isBuildReport } from '../../../src/core/model/build-report.js';
import { hasCode } from '../../contract/generation-store.js';
import { type Files, depsOf, document, lineWriter, memoryCache, problem, sourceOf } from '../support.js';

const NEVER = { aborted: false };

function build(deps: ReindexDeps, choices: { force?: boolean; onProgress?: (progress: BuildProgress) => void } = {}) {
  const { force = false, onProgress = () => undefined } = choices;
  return reindex(deps, { keep: 3, force, full: false }, { onProgress, signal: NEVER });
}

function refuse(code: 'build_failed'): never {
  throw new AskdexError(code, 'no');
}

const THREE: Files = { 'a.md': [document('/a')], 'b.md': [document('/b')], 'c.md': [document('/c')] };

describe('reindex', () => {
  it('publishes the documents and reports it', async () => {
    const deps = depsOf(THREE);
    const report = await build(deps);
    const current = await deps.store.current();
    assert.equal(report.generation, current?.manifest.generation);
    assert.equal(
      report.bytes,
      current?.manifest.files.reduce((sum, { size }) => sum + size, 0),
    );
    const { documents, added, changed, removed, unchanged, published, durationMs } = report;
    assert.deepEqual(
      { documents, added, changed, removed, unchanged, published, durationMs },
      { documents: 3, added: 3, changed: 0, removed: 0, unchanged: 0, published: true, durationMs: 250 },
    );
    assert.deepEqual(deps.saved, [report]);
    assert.ok(isBuildReport(JSON.parse(JSON.stringify(report))));
  });

  it('publishes nothing if nothing changed', async () => {
    const deps = depsOf(THREE);
    const first = await build(deps);
    const second = await build(deps);
    assert.equal(second.published, false);
    assert.equal(second.generation, first.generation);
    assert.deepEqual([second.added, second.changed, second.removed, second.unchanged], [0, 0, 0, 3]);
    assert.equal((await deps.store.list()).length, 1);
  });

  it('counts documents that were added, changed and removed', async () => {
    const deps = depsOf(THREE);
    await build(deps);
    const changed = document('/b', { title: 'Other' });
    const report = await build({
      ...deps,
      source: sourceOf({ 'a.md': [document('/a')], 'b.md': [changed], 'd.md': [document('/d')] }),
    });
    assert.deepEqual([report.added, report.changed, report.removed, report.unchanged], [1, 1, 1, 1]);
  });

  const CHANGES: [string, Parameters<typeof document>[1]][] = [
    ['url', { url: '/x' }],
    ['title', { title: 'x' }],
    ['answer', { answer: { text: 'x', blocks: [], atoms: [] } }],
    ['blocks', { answer: { text: 'Answer of /a', blocks: [{ kind: 'code', start: 0, end: 9 }], atoms: [] } }],
    [
      'atoms',
      {
        answer: { text: 'Answer of /a', blocks: [{ kind: 'paragraph', start: 0, end: 9 }], atoms: [[0, 2]] },
      },
    ],
    ['keywords', { keywords: ['x'] }],
    ['subject', { subject: 'x' }],
    ['date', { date: '2025-01-01' }],
    ['language', { language: 'de' }],
    ['description', { description: 'x' }],
    ['boost', { boost: 2 }],
    ['related', { related: [{ title: 'x', url: '/x', subject: null }] }],
  ];
  for (const [member, change] of CHANGES) {
    it(`detects a change of the ${member}`, () => {
      assert.notEqual(hashDocument(document('/a', change)), hashDocument(document('/a')));
    });
  }

  it('writes the same hashes for the same documents in any order', () => {
    const keys = fc.uniqueArray(fc.string(), { minLength: 1 });
    fc.assert(
      fc.property(
        keys.chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }))),
        ([list, shuffled]) => {
          const bytes = (names: string[]) =>
            writeHashesFile(documentHashes(names.map((key) => ({ key, hash: hashDocument(document(key)) })))).bytes;
          assert.deepEqual(bytes(list), bytes(shuffled));
        },
      ),
    );
  });

  it('indexes the first of two documents with one url, by path, and reports both files', async () => {
    const deps = depsOf({
      'b.md': [document('/same', { title: 'Second' })],
      'a.md': [document('/same', { title: 'First' })],
    });
    const report = await build(deps);
    assert.equal(report.documents, 1);
    const [skipped] = report.skipped;
    assert.deepEqual([skipped?.file, skipped?.code, skipped?.skipped], ['b.md', 'url_duplicate', true]);
    assert.match(skipped?.reason ?? '', /^b\.md has the url "\/same" of a\.md\.$/);
    const current = await deps.store.current();
    assert.match(new TextDecoder().decode(await current?.read('index')), /First/);
  });

  it('reports problems by file and line, warnings apart from skipped files', async () => {
    const deps = depsOf(
      {
        'z.md': [problem('z.md', { line: 9 }), problem('z.md', { line: 2 })],
        'm.md': [problem('m.md', { skipped: false, code: 'date_invalid' }), document('/m')],
      },
      {},
    );
    const source = sourceOf(
      {
        'm.md': [problem('m.md', { skipped: false, code: 'date_invalid' }), document('/m')],
        'z.md': [problem('z.md', { line: 9 }), problem('z.md', { line: 2 })],
      },
      [problem('big.md')],
    );
    const report = await build({ ...deps, source });
    assert.deepEqual(
      report.skipped.map(({ file, line }) => [file, line]),
      [
        ['big.md', null],
        ['z.md', 2],
        ['z.md', 9],
      ],
    );
    assert.deepEqual(
      report.warnings.map(({ file, code }) => [file, code]),
      [['m.md', 'date_invalid']],
    );
  });

  it("reports a file whose reading throws, without the error's message, and indexes the rest", async () => {
    const report = await build(depsOf({ ...THREE, 'x.md': new RangeError('/secret/path') }));
    assert.equal(report.documents, 3);
    assert.deepEqual(
      report.skipped.map(({ file, code }) => [file, code]),
      [['x.md', 'file_unreadable']],
    );
    assert.ok(!JSON.stringify(report).includes('secret'));
  });

  for (const [left, warned] of [
    [1, true],
    [2, false],
    [4, false],
  ] as const) {
    it(`${warned ? 'warns' : 'does not warn'} if ${left} of 4 documents are left`, async () => {
      const files = (count: number): Files =>
        Object.fromEntries(Array.from({ length: count }, (_, index) => [`${index}.md`, [document(`/${index}`)]]));
      const deps = depsOf(files(4));
      await build(deps);
      const report = await build({ ...deps, source: sourceOf(files(left)) });
      assert.equal(
        report.warnings.some(({ code }) => code === 'documents_halved'),
        warned,
      );
      assert.equal(report.documents, left);
    });
  }

  describe('does not replace a good index by an empty one', () => {
    const unreadable = new AskdexError('content_unreadable', 'no');
    const CASES: [string, Partial<ReindexDeps>, Parameters<typeof hasCode>[0]][] = [
      ['no files', { source: sourceOf({}) }, 'content_empty'],
      ['bad files alone', { source: sourceOf({ 'a.md': [problem('a.md')] }, [problem('b.md')]) }, 'content_empty'],
      ['no place', { source: { ...sourceOf({}), scan: () => Promise.reject(unreadable) } }, 'content_unreadable'],
      [
        'a writer that throws',
        { writer: { ...lineWriter('other'), merge: () => refuse('build_failed') } },
        'build_failed',
      ],
      [
        'a check that refuses',
        {
          source: sourceOf({ 'n.md': [document('/n')] }),
          check: () => Promise.reject(new AskdexError('index_damaged', 'no')),
        },
        'index_damaged',
      ],
    ];
    for (const [what, change, code] of CASES) {
      it(what, async () => {
        const deps = depsOf(THREE);
        const { generation } = await build(deps);
        await assert.rejects(build({ ...deps, ...change }), hasCode(code));
        assert.equal((await deps.store.current())?.manifest.generation, generation);
        assert.equal(deps.saved.length, 1);
        await (await deps.store.lock()).release();
      });
    }

    it('and reports what was wrong with the files', async () => {
      const source = sourceOf({ 'a.md': [problem('a.md')] }, [problem('b.md')]);
      await assert.rejects(build(depsOf({}, { source })), (error) => {
        assert.ok(error instanceof ContentEmptyError);
        assert.deepEqual(
          error.problems.map(({ file }) => file),
          ['a.md', 'b.md'],
        );
        assert.match(error.message, /2 were skipped/);
        return true;
      });
    });
  });

  it('refuses to run beside another build', async () => {
    const deps = depsOf(THREE);
    const lock = await deps.store.lock();
    await assert.rejects(build(deps), hasCode('index_locked'));
    await lock.release();
  });

  it('succeeds if the report cannot be stored', async () => {
    const reports = { save: () => Promise.reject(new Error('full')), load: () => Promise.resolve(null) };
    assert.equal((await build(depsOf(THREE, { reports }))).published, true);
  });

  it('replaces a current generation that is damaged', async () => {
    const deps = depsOf(THREE);
    await build(deps);
    const store = { ...deps.store, current: () => Promise.reject(new AskdexError('index_damaged', 'x')) };
    const report = await build({ ...deps, store, source: sourceOf({ 'n.md': [document('/n')] }) });
    assert.deepEqual([report.published, report.added], [true, 1]);
  });

  it('reports instead of publishing content that was rolled back from, unless forced', async () => {
    const deps = depsOf(THREE);
    const first = await build(deps);
    const next = { ...deps, source: sourceOf({ ...THREE, 'd.md': [document('/d')] }) };
    await build(next);
    await deps.store.rollback();
    const held = await build(next);
    assert.deepEqual([held.published, held.generation], [false, first.generation]);
    assert.deepEqual(
      held.warnings.map(({ code }) => code),
      ['generation_held'],
    );
    const forced = await build(next, { force: true });
    assert.deepEqual([forced.published, forced.warnings], [true, []]);
  });

  it('reports every stage in order, with a percentage that rises to 100', async () => {
    const files: Files = Object.fromEntries(
      Array.from({ length: 500 }, (_, index) => [`${index}.md`, [document(`/${index}`)]]),
    );
    const seen: BuildProgress[] = [];
    await build(depsOf(files), { onProgress: (progress) => seen.push(progress) });
    assert.deepEqual([...new Set(seen.map(({ stage }) => stage))], ['scanning', 'parsing', 'indexing', 'publishing']);
    assert.ok(seen.every(isBuildProgress));
    assert.deepEqual(
      seen.map(({ percent }) => percent),
      seen.map(({ percent }) => percent).sort((a, b) => a - b),
    );
    assert.deepEqual([seen[0]?.percent, seen.at(-1)?.percent], [0, 100]);
    assert.ok(seen.length < 120, `${seen.length} messages`);
  });

  it('can be canceled at any moment and leaves the current generation unchanged', async () => {
    const deps = depsOf(THREE);
    const { generation } = await build(deps);
    const source = sourceOf({ ...THREE, 'd.md': [document('/d')] });
    let looks = 0;
    const counting = {
      get aborted() {
        looks += 1;
        return false;
      },
    };
    const dry = depsOf({ ...THREE, 'd.md': [document('/d')] });
    await reindex(dry, { keep: 3, force: false, full: false }, { onProgress: () => undefined, signal: counting });
    assert.ok(looks >= 8);
    for (let at = 1; at <= looks; at += 1) {
      let look = 0;
      const signal = {
        get aborted() {
          look += 1;
          return look >= at;
        },
      };
      const run = reindex(
        { ...deps, source, cache: memoryCache() },
        { keep: 3, force: false, full: false },
        { onProgress: () => undefined, signal },
      );
      await assert.rejects(run, hasCode('build_canceled'), `look ${at}`);
      assert.equal((await deps.store.current())?.manifest.generation, generation);
    }
    assert.equal((await build({ ...deps, source })).added, 1);
  });
});
