import assert from 'node:assert/strict';
import { AskdexError, type ErrorCode } from '../../src/core/errors.js';
import type { GenerationDraft } from '../../src/core/model/generation-manifest.js';
import type { GenerationStore, PublishOptions, StoredGeneration } from '../../src/core/model/ports.js';

/** Opens two stores over one empty folder; `dispose` removes it. */
export type StorePair = () => Promise<{
  store: GenerationStore;
  other: GenerationStore;
  dispose: () => Promise<void>;
}>;

export function hasCode(code: ErrorCode): (error: unknown) => boolean {
  return (error) => error instanceof AskdexError && error.code === code;
}

const GOOD: PublishOptions = { check: () => Promise.resolve(), keep: 3 };

function draftOf(text: string, analyzer = 'en-1'): GenerationDraft {
  return { analyzer, documents: 1, files: [{ name: 'index.bin', bytes: new TextEncoder().encode(text) }] };
}

async function textOf(generation: StoredGeneration | null): Promise<string> {
  assert.ok(generation);
  return new TextDecoder().decode(await generation.read('index.bin'));
}

/** The behaviour of every `GenerationStore`. */
export function generationStoreContract(name: string, open: StorePair): void {
  describe(`contract of GenerationStore: ${name}`, () => {
    let store: GenerationStore;
    let other: GenerationStore;
    let dispose: () => Promise<void>;

    beforeEach(async () => ({ store, other, dispose } = await open()));
    afterEach(() => dispose());

    const publish = async (text: string, options: Partial<PublishOptions> = {}) => {
      const lock = await store.lock();
      try {
        return await store.publish(draftOf(text), { ...GOOD, ...options });
      } finally {
        await lock.release();
      }
    };

    it('is empty at first', async () => {
      assert.equal(await store.current(), null);
      assert.deepEqual(await store.list(), []);
    });

    it('publishes what another store over the same folder then reads', async () => {
      const manifest = await publish('one');
      const read = await other.current();
      assert.deepEqual(read?.manifest, manifest);
      assert.equal(await textOf(read), 'one');
      assert.match(manifest.generation, /^\d{8}T\d{6}Z-[0-9a-f]{12}$/);
    });

    it('increments sequences and lists the newest first', async () => {
      const first = await publish('one');
      const second = await publish('two');
      assert.deepEqual(
        (await store.list()).map(({ generation, sequence }) => [generation, sequence]),
        [
          [second.generation, first.sequence + 1],
          [first.generation, first.sequence],
        ],
      );
    });

    it('publishes nothing if the content is already current', async () => {
      const first = await publish('one');
      assert.deepEqual(await publish('one'), first);
      assert.equal((await store.list()).length, 1);
    });

    it('publishes the same files under another analyzer as another generation', async () => {
      const first = await publish('one');
      const lock = await store.lock();
      const second = await store.publish(draftOf('one', 'de-1'), GOOD);
      await lock.release();
      assert.notEqual(second.generation, first.generation);
    });

    it('prunes all but the newest generations', async () => {
      for (const text of ['one', 'two', 'three', 'four']) await publish(text, { keep: 2 });
      assert.equal((await store.list()).length, 2);
      assert.equal(await textOf(await store.current()), 'four');
    });

    it('requires the lock to publish', () =>
      assert.rejects(store.publish(draftOf('one'), GOOD), hasCode('index_locked')));

    it('grants the lock to one holder at a time', async () => {
      const lock = await store.lock();
      await assert.rejects(other.lock(), hasCode('index_locked'));
      await assert.rejects(store.lock(), hasCode('index_locked'));
      await lock.release();
      await (await other.lock()).release();
    });

    it('removes a generation that its check refuses', async () => {
      const first = await publish('one');
      const refused = new Error('refused');
      await assert.rejects(publish('two', { check: () => Promise.reject(refused) }), refused);
      assert.equal((await store.current())?.manifest.generation, first.generation);
      assert.equal((await store.list()).length, 1);
    });

    it('passes the written generation to the check', async () => {
      let seen = '';
      await publish('one', { check: async (generation) => void (seen = await textOf(generation)) });
      assert.equal(seen, 'one');
    });

    it('rolls back to the previous generation under a higher sequence, and forward by name', async () => {
      const first = await publish('one');
      const second = await publish('two');
      const back = await store.rollback();
      assert.equal(back.generation, first.generation);
      assert.equal(back.sequence, second.sequence + 1);
      assert.equal(await textOf(await other.current()), 'one');
      const forward = await store.rollback(second.generation);
      assert.equal(forward.sequence, back.sequence + 1);
      assert.equal(await textOf(await other.current()), 'two');
    });

    it('changes nothing if the named generation is the current one', async () => {
      const first = await publish('one');
      assert.deepEqual(await store.rollback(first.generation), first);
    });

    it('holds content that was rolled back from until it is forced or the content changes', async () => {
      const first = await publish('one');
      const second = await publish('two');
      await store.rollback();
      assert.equal((await publish('two')).generation, first.generation);
      const forced = await publish('two', { force: true });
      assert.equal(forced.contentHash, second.contentHash);
    });

    it('stops holding once other content is published', async () => {
      await publish('one');
      const second = await publish('two');
      await store.rollback();
      await publish('three');
      assert.equal((await publish('two')).contentHash, second.contentHash);
    });

    it('holds all generations that were skipped by repeated rollbacks', async () => {
      const [first, second] = [await publish('one'), await publish('two')];
      await publish('three');
      await store.rollback(second.generation);
      await store.rollback(first.generation);
      for (const text of ['two', 'three']) assert.equal((await publish(text)).generation, first.generation);
    });

    it('has no previous generation to roll back to at first', async () => {
      await assert.rejects(store.rollback(), hasCode('no_earlier_generation'));
      await publish('one');
      await assert.rejects(store.rollback(), hasCode('no_earlier_generation'));
    });

    for (const named of [
      '',
      '..',
      '../..',
      '../CURRENT',
      'CURRENT',
      '20250101T000000Z-000000000000',
      'a/b',
      'x\0',
      '/etc',
    ]) {
      it(`finds no generation named ${JSON.stringify(named)}`, async () => {
        await publish('one');
        await assert.rejects(store.open(named), hasCode('generation_not_found'));
        await assert.rejects(store.rollback(named), hasCode('generation_not_found'));
      });
    }

    it('refuses to read a file that is not in the manifest', async () => {
      await publish('one');
      const current = await store.current();
      assert.ok(current);
      for (const file of ['manifest.json', '../../CURRENT', 'other.bin'])
        await assert.rejects(current.read(file), hasCode('index_damaged'));
    });
  });
}
