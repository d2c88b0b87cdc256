import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createIndexWriter } from '../../src/adapters/minisearch/writer.js';
import { reindex, type ReindexDeps } from '../../src/app/reindex.js';
import type { Document } from '../../src/core/document.js';
import type { IndexWriter } from '../../src/core/ports.js';
import { documentOf } from '../support/documents.js';
import { englishAnalyzer } from '../support/texts.js';
import { changingSource, depsOf, memoryCache, memoryStore, type Files, type MemoryCache } from './support.js';

const HOOKS = { onProgress: () => undefined, signal: { aborted: false } };

function build(deps: ReindexDeps) {
  return reindex(deps, { keep: 3, force: false, full: false }, HOOKS);
}

async function filesOf(deps: ReindexDeps) {
  return (await deps.store.current())?.manifest.files;
}

/** The real writer; counts the indexes that it patched and that it merged. */
async function countedWriter(): Promise<IndexWriter & { patched: number; merged: number }> {
  const analyzer = await englishAnalyzer();
  const writer = createIndexWriter(analyzer);
  const counted = {
    ...writer,
    patched: 0,
    merged: 0,
    merge(...given: Parameters<IndexWriter['merge']>) {
      counted.merged += 1;
      return writer.merge(...given);
    },
    patch(...given: Parameters<IndexWriter['patch']>) {
      const index = writer.patch(...given);
      if (index !== null) counted.patched += 1;
      return index;
    },
  };
  return counted;
}

function question(key: string, answer: string, choices: Partial<Document> = {}): Document {
  return documentOf({ key, url: key, title: `About ${key}`, answer, ...choices });
}

const MANY: Files = Object.fromEntries(
  Array.from({ length: 30 }, (_, n) => [
    `${String(n).padStart(2, '0')}.md`,
    [question(`/${String(n)}`, `Cell number ${String(n)} divides.`)],
  ]),
);

async function setUp(files: Files = MANY, cache: MemoryCache = memoryCache()) {
  const source = changingSource(files);
  const writer = await countedWriter();
  const deps = depsOf({}, { source, writer, cache });
  await build(deps);
  writer.merged = 0;
  /** Builds, and holds the files against those of a fresh build. */
  const check = async () => {
    const report = await build(deps);
    const fresh = depsOf({}, { source, writer: createIndexWriter(await englishAnalyzer()) });
    await build(fresh);
    assert.deepEqual(await filesOf(deps), await filesOf(fresh));
    return report;
  };
  return { source, writer, cache, deps, check };
}

describe('a build with the index of the build before', () => {
  it('patches it where answers changed, build after build', async () => {
    const { source, writer, check } = await setUp();
    for (const answer of ['A cell grows.', 'Cells do not grow.', '']) {
      source.change('07.md', [question('/7', answer)]);
      source.change('21.md', [question('/21', `${answer} Indeed.`, { description: 'Of cells.' })]);
      const report = await check();
      assert.deepEqual([report.changed, report.unchanged, report.published], [2, 28, true]);
    }
    assert.deepEqual([writer.patched, writer.merged], [3, 0]);
  });

  const MERGED: [string, (source: ReturnType<typeof changingSource>) => void][] = [
    ['a title changed', (source) => source.change('07.md', [question('/7', 'A', { title: 'Other' })])],
    ['a document came', (source) => source.change('x.md', [question('/x', 'A cell.')])],
    ['a document went', (source) => source.change('07.md', null)],
    [
      'a document took the place of another',
      (source) => {
        source.change('07.md', null);
        source.change('07a.md', [question('/7', 'A cell.')]);
      },
    ],
  ];
  for (const [what, change] of MERGED) {
    it(`merges all segments where ${what}, and patches afterwards`, async () => {
      const { source, writer, check } = await setUp();
      change(source);
      await check();
      assert.deepEqual([writer.patched, writer.merged], [0, 1]);
      source.change('08.md', [question('/8', 'A cell grows.')]);
      await check();
      assert.deepEqual([writer.patched, writer.merged], [1, 1]);
    });
  }

  it('follows the first of two documents with one key', async () => {
    const { source, check } = await setUp({
      ...MANY,
      'y.md': [question('/same', 'First.')],
      'z.md': [question('/same', 'Second.')],
    });
    for (const [path, answer] of [
      ['z.md', 'Third.'],
      ['y.md', 'Third.'],
      ['y.md', 'Fourth.'],
      ['z.md', 'Fourth.'],
    ] as const) {
      source.change(path, [question('/same', answer)]);
      await check();
    }
  });

  it('merges where the memory, the segments or the index itself are lost or of another build', async () => {
    const { source, cache, deps, writer, check } = await setUp();
    const first = cache.kept;
    let round = 0;
    const change = async () => {
      source.change('07.md', [question('/7', `Round ${String((round += 1))}.`)]);
      await check();
    };
    await change();
    for (const lose of [
      () => (cache.kept = null),
      () => (cache.kept = first),
      () => cache.segments.clear(),
      () => (cache.build = null),
    ]) {
      lose();
      const { patched } = writer;
      await change();
      assert.equal(writer.patched, patched);
      await change();
      assert.equal(writer.patched, patched + 1);
    }
    await build({ ...deps, store: memoryStore() });
    assert.equal(writer.patched, 5);
  });

  it('merges after a rollback', async () => {
    const { source, writer, deps, check } = await setUp();
    source.change('07.md', [question('/7', 'A cell grows.')]);
    await check();
    await deps.store.rollback();
    source.change('07.md', [question('/7', 'Cells do not grow.')]);
    await check();
    assert.deepEqual([writer.patched, writer.merged], [1, 1]);
  });

  it('gives the files of a fresh build after any chain of changes', async () => {
    const change = fc.record({
      path: fc.constantFrom('01.md', '02.md', '03.md', 'new.md'),
      kind: fc.constantFrom('answer', 'answer', 'answer', 'title', 'key', 'remove'),
      answer: fc.array(fc.constantFrom('cell', 'cells', 'divides', 'C++', 'été', 'the'), { maxLength: 5 }),
    });
    const { source, writer, check } = await setUp();
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 5 }), async (changes) => {
        for (const { path, kind, answer } of changes) {
          const title = kind === 'title' ? answer.join(' ') : `About ${path}`;
          const key = kind === 'key' ? '/same' : `/${path}`;
          source.change(path, kind === 'remove' ? null : [question(key, answer.join(' '), { title })]);
          await check();
        }
      }),
      { numRuns: 25 },
    );
    assert.ok(writer.patched > 0 && writer.merged > 0);
  });
});
