import assert from 'node:assert/strict';
import fc from 'fast-check';
import { reindex, type ReindexDeps } from '../../../src/app/build/reindex.js';
import { SEGMENT_SIZE } from '../../../src/app/build/segment-pool.js';
import type { Document } from '../../../src/core/model/document.js';
import type { SourceEntry } from '../../../src/core/model/ports.js';
import { hasCode } from '../../contract/generation-store.js';
import {
  changingSource,
  depsOf,
  document,
  lineWriter,
  memoryCache,
  memoryStore,
  sourceOf,
  type Files,
} from '../support.js';

const HOOKS = { onProgress: () => undefined, signal: { aborted: false } };

function build(deps: ReindexDeps, full = false) {
  return reindex(deps, { keep: 3, force: false, full }, HOOKS);
}

/** More documents than a change touches. */
const MANY: Files = Object.fromEntries(
  Array.from({ length: 60 }, (_, n) => [`${String(n).padStart(3, '0')}.md`, [document(`/${String(n)}`)]]),
);

function setUp(files: Files = MANY) {
  const source = changingSource(files);
  const writer = lineWriter();
  const cache = memoryCache();
  return { source, writer, cache, deps: depsOf({}, { source, writer, cache }) };
}

async function filesOf(deps: ReindexDeps) {
  return (await deps.store.current())?.manifest.files;
}

describe('an incremental build', () => {
  it('reads no file, builds no segment and publishes nothing if nothing changed', async () => {
    const { source, writer, deps } = setUp();
    const first = await build(deps);
    source.reads.length = writer.built.length = 0;
    const second = await build(deps);
    assert.deepEqual([source.reads, writer.built], [[], []]);
    assert.deepEqual([second.published, second.generation, second.unchanged], [false, first.generation, 60]);
  });

  it('reads only a changed file and builds a segment of its document', async () => {
    const { source, writer, deps } = setUp();
    await build(deps);
    source.reads.length = writer.built.length = 0;
    source.change('007.md', [document('/7', { title: 'Other' })]);
    const report = await build(deps);
    assert.deepEqual([report.changed, report.published], [1, true]);
    assert.deepEqual([writer.built, source.reads], [[['/7']], ['007.md']]);
  });

  it('reads and builds everything if it is full', async () => {
    const { source, writer, deps } = setUp();
    await build(deps);
    const segments = writer.built.length;
    source.reads.length = writer.built.length = 0;
    await build(deps, true);
    assert.deepEqual([source.reads.length, writer.built.length], [60, segments]);
  });

  for (const [what, filesOf] of [
    ['many files', (all: Document[]): Files => Object.fromEntries(all.map((one) => [`${one.key}.md`, [one]]))],
    ['one file', (all: Document[]): Files => ({ 'all.jsonl': all })],
  ] as const) {
    it(`holds the documents of one segment at a time in memory, of ${what}`, async () => {
      const documents = Array.from({ length: 3 * SEGMENT_SIZE + 1 }, (_, n) => document(`/${n}`));
      const source = sourceOf(filesOf(documents));
      const { writer, cache } = setUp();
      let given = 0;
      let most = 0;
      const held = () => given - writer.built.reduce((sum, { length }) => sum + length, 0);
      const counted = {
        ...source,
        async *read(entry: SourceEntry) {
          for await (const item of source.read(entry)) {
            given += 1;
            most = Math.max(most, held());
            yield item;
          }
        },
      };
      await build(depsOf({}, { source: counted, writer, cache }));
      assert.deepEqual([most, held()], [SEGMENT_SIZE, 0]);
    });
  }

  it('builds nothing if files were only touched', async () => {
    const { source, writer, deps } = setUp();
    await build(deps);
    source.reads.length = writer.built.length = 0;
    for (const [path, items] of Object.entries(MANY)) source.change(path, items);
    const report = await build(deps);
    assert.deepEqual([source.reads.length, writer.built, report.published], [60, [], false]);
  });

  it('ignores the cache of another source or another writer', async () => {
    const { source, writer, deps } = setUp();
    await build(deps);
    source.reads.length = 0;
    await build({ ...deps, source: { ...source, id: 'other' } });
    assert.equal(source.reads.length, 60);
    const other = lineWriter('other');
    await build({ ...deps, writer: other });
    assert.equal(other.built.length, writer.built.length);
  });

  it('skips a file that changed between scanning and reading, and caches nothing wrong', async () => {
    const { source, cache, deps } = setUp();
    await build(deps);
    const before = await filesOf(deps);
    cache.segments.clear();
    source.change('007.md', [document('/7', { title: 'Other' })]);
    const scanned = await source.scan();
    source.change('008.md', [document('/8', { title: 'Meanwhile' })]);
    const racing = { ...source, scan: () => Promise.resolve(scanned) };
    await assert.rejects(build({ ...deps, source: racing }), hasCode('content_unreadable'));
    assert.deepEqual(await filesOf(deps), before);
    await build(deps);
    const fresh = depsOf({}, { source });
    await build(fresh);
    assert.deepEqual(await filesOf(deps), await filesOf(fresh));
  });

  it('succeeds if nothing can be cached', async () => {
    const full = (): never => {
      throw new Error('ENOSPC');
    };
    const cache = { ...memoryCache(), load: () => null, keep: full, save: full, prune: full };
    assert.equal((await build({ ...setUp().deps, cache })).published, true);
  });

  for (const cached of [true, false]) {
    it(`unifies two spellings of a subject to the first by path, ${cached ? '' : 'not '}cached`, async () => {
      const { source, deps } = setUp({
        'a.md': [document('/a', { subject: 'Physics' })],
        'b.md': [document('/b', { subject: 'PHYSICS' })],
      });
      const spelled = async () =>
        new TextDecoder().decode(await (await deps.store.current())?.read('index')).match(/physics/gi);
      await build(deps);
      assert.deepEqual(await spelled(), ['Physics', 'Physics']);
      source.change('0.md', [document('/0', { subject: 'physics' })]);
      await build(deps, !cached);
      assert.deepEqual(await spelled(), ['physics', 'physics', 'physics']);
    });
  }

  it('writes the files of a full build after any changes', async () => {
    const change = fc.record({
      path: fc.constantFrom('a.md', 'b.md', 'c.md', 'd.md'),
      key: fc.constantFrom('/1', '/2', '/3'),
      subject: fc.constantFrom(null, 'One', 'ONE'),
      remove: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 8 }), async (changes) => {
        const { source, deps } = setUp({ 'z.md': [document('/z')] });
        await build(deps);
        for (const { path, key, subject, remove } of changes) {
          source.change(path, remove ? null : [document(key, { subject, title: path })]);
          await build(deps);
          const fresh = depsOf({}, { source, store: memoryStore() });
          await build(fresh);
          assert.deepEqual(await filesOf(deps), await filesOf(fresh));
        }
      }),
      { numRuns: 40 },
    );
  });
});
