import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { nodeFileSystem } from '../../../src/adapters/generations/file-system.js';
import { publish, temporaryFolder, testStore } from './support.js';

describe('following CURRENT', () => {
  let folder: string;
  let dispose: () => Promise<void>;
  beforeEach(async () => ({ path: folder, dispose } = await temporaryFolder()));
  afterEach(() => dispose());

  /** A store whose looks at `CURRENT` the test makes, one by one. */
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

  it('tells each change once, within a second', async () => {
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

  it('tells the first generation where there was none', async () => {
    const follower = following();
    await follower.settled();
    const first = await publish(testStore(folder), 'one');
    await follower.look();
    assert.deepEqual(follower.seen, [first.generation]);
  });

  it('tells at its first look what came since the generation named', async () => {
    const store = testStore(folder);
    const first = await publish(store, 'one');
    const second = await publish(store, 'two');
    const follower = following(first.generation);
    await follower.settled();
    assert.deepEqual(follower.seen, [second.generation]);
  });

  it('is patient where CURRENT is away or damaged for a while, and quiet once stopped', async () => {
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

  it('is quiet where it is stopped in the middle of a look', async () => {
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
