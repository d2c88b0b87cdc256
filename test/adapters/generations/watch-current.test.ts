import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { nodeFileSystem } from '../../../src/adapters/generations/file-system.js';
import { publish, temporaryFolder, testStore } from './support.js';

describe('watching CURRENT', () => {
  let folder: string;
  let dispose: () => Promise<void>;
  beforeEach(async () => ({ path: folder, dispose } = await temporaryFolder()));
  afterEach(() => dispose());

  /** A store whose polls of `CURRENT` the test triggers one by one. */
  const following = (since?: string | null) => {
    const seen: string[] = [];
    let look = (): void => undefined;
    let interval = 0;
    let looked = Promise.resolve();
    const disk = {
      ...nodeFileSystem,
      read: (path: string) => {
        const read = nodeFileSystem.read(path);
        looked = read.then(
          () => undefined,
          () => undefined,
        );
        return read;
      },
    };
    const every = (ms: number, call: () => void) => {
      interval = ms;
      look = call;
      return () => void (look = () => undefined);
    };
    const stop = testStore(folder, { every, disk }).follow((generation) => seen.push(generation), since);
    const settled = async (): Promise<void> => {
      await looked;
      await new Promise((resolve) => setImmediate(resolve));
    };
    return {
      seen,
      stop,
      interval: () => interval,
      settled,
      look: async () => {
        look();
        await settled();
      },
    };
  };

  it('reports each change once, within a second', async () => {
    const store = testStore(folder);
    const first = await publish(store, 'one');
    const follower = following();
    await follower.settled();
    await follower.look();
    assert.deepEqual(follower.seen, []);
    const second = await publish(store, 'two');
    await follower.look();
    await follower.look();
    await store.rollback();
    await follower.look();
    assert.deepEqual(follower.seen, [second.generation, first.generation]);
    assert.ok(follower.interval() <= 1000);
  });

  it('reports the first generation of an empty folder', async () => {
    const follower = following();
    await follower.settled();
    const first = await publish(testStore(folder), 'one');
    await follower.look();
    assert.deepEqual(follower.seen, [first.generation]);
  });

  it('reports at its first poll a change since the named generation', async () => {
    const store = testStore(folder);
    const first = await publish(store, 'one');
    const second = await publish(store, 'two');
    const follower = following(first.generation);
    await follower.settled();
    assert.deepEqual(follower.seen, [second.generation]);
  });

  it('tolerates a CURRENT that is missing or damaged for a while, and reports nothing once stopped', async () => {
    const store = testStore(folder);
    await publish(store, 'one');
    const follower = following();
    await follower.settled();
    await writeFile(join(folder, 'CURRENT'), 'nonsense');
    await follower.look();
    await rm(join(folder, 'CURRENT'));
    await follower.look();
    assert.deepEqual(follower.seen, []);
    const second = await publish(store, 'two');
    await follower.look();
    follower.stop();
    await publish(store, 'three');
    await follower.look();
    assert.deepEqual(follower.seen, [second.generation]);
  });

  it('reports nothing if it is stopped during a poll', async () => {
    const store = testStore(folder);
    await publish(store, 'one');
    const follower = following();
    await follower.settled();
    await publish(store, 'two');
    const looked = follower.look();
    follower.stop();
    await looked;
    assert.deepEqual(follower.seen, []);
  });
});
