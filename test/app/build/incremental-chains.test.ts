import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createIndexWriter } from '../../../src/adapters/minisearch/index-writer.js';
import { reindex, type ReindexDeps } from '../../../src/app/build/reindex.js';
import type { Document } from '../../../src/core/model/document.js';
import { documentOf } from '../../support/documents.js';
import { englishAnalyzer } from '../../support/texts.js';
import { changingSource, depsOf, memoryCache, memoryStore, type Files, type MemoryCache } from '../support.js';

const HOOKS = { onProgress: () => undefined, signal: { aborted: false } };

function build(deps: ReindexDeps) {
  return reindex(deps, { keep: 3, force: false, full: false }, HOOKS);
}

async function filesOf(deps: ReindexDeps) {
  return (await deps.store.current())?.manifest.files;
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
  const writer = createIndexWriter(await englishAnalyzer());
  const deps = depsOf({}, { source, writer, cache });
  await build(deps);
  /** Builds, and compares the files with those of a full build. */
  const check = async () => {
    const report = await build(deps);
    const fresh = depsOf({}, { source, writer });
    await build(fresh);
    assert.deepEqual(await filesOf(deps), await filesOf(fresh));
    return report;
  };
  return { source, cache, deps, check };
}

describe('an incremental build writes the files of a full one', () => {
  it('if answers and descriptions change, build after build', async () => {
    const { source, check } = await setUp();
    for (const answer of ['A cell grows.', 'Cells do not grow.', '']) {
      source.change('07.md', [question('/7', answer)]);
      source.change('21.md', [question('/21', `${answer} Indeed.`, { description: 'Of cells.' })]);
      const report = await check();
      assert.deepEqual([report.changed, report.unchanged, report.published], [2, 28, true]);
    }
  });

  const CHANGES: [string, (source: ReturnType<typeof changingSource>) => void][] = [
    ['a title changes', (source) => source.change('07.md', [question('/7', 'A', { title: 'Other' })])],
    ['a document comes', (source) => source.change('x.md', [question('/x', 'A cell.')])],
    ['a document goes', (source) => source.change('07.md', null)],
    [
      'a document moves to another file',
      (source) => {
        source.change('07.md', null);
        source.change('07a.md', [question('/7', 'A cell.')]);
      },
    ],
  ];
  for (const [what, change] of CHANGES) {
    it(`if ${what}, and in the build after that`, async () => {
      const { source, check } = await setUp();
      change(source);
      await check();
      source.change('08.md', [question('/8', 'A cell grows.')]);
      await check();
    });
  }

  it('if two documents have one key, of which the first counts', async () => {
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

  it('if the segments, the parsed files or the index itself are lost', async () => {
    const { source, cache, deps, check } = await setUp();
    let round = 0;
    const change = async () => {
      source.change('07.md', [question('/7', `Round ${String((round += 1))}.`)]);
      await check();
    };
    await change();
    for (const lose of [() => cache.segments.clear(), () => (cache.build = null)]) {
      lose();
      await change();
      await change();
    }
    await build({ ...deps, store: memoryStore() });
    await change();
  });

  it('after a rollback', async () => {
    const { source, deps, check } = await setUp();
    source.change('07.md', [question('/7', 'A cell grows.')]);
    await check();
    await deps.store.rollback();
    source.change('07.md', [question('/7', 'Cells do not grow.')]);
    await check();
  });

  it('after any chain of changes', async () => {
    const change = fc.record({
      path: fc.constantFrom('01.md', '02.md', '03.md', 'new.md'),
      kind: fc.constantFrom('answer', 'answer', 'answer', 'title', 'key', 'remove'),
      answer: fc.array(fc.constantFrom('cell', 'cells', 'divides', 'C++', 'été', 'the'), { maxLength: 5 }),
    });
    const { source, check } = await setUp();
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
  });
});
