import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, readdir, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { nodeFileSystem } from '../../../src/adapters/generations/file-system.js';
import { isAlive, thisProcess } from '../../../src/adapters/generations/lock-record.js';
import { releaseLockOfThread } from '../../../src/adapters/generations/lock.js';
import { createGenerationStore } from '../../../src/adapters/generations/generation-store.js';
import { hasCode } from '../../contract/generation-store.js';
import { GOOD, draft, fakeProcess, publish, temporaryFolder, testStore } from './support.js';

const TOKEN = 'f'.repeat(32);
const NOW = Date.UTC(2025, 0, 1);

describe('the lock of an index folder', () => {
  let folder: string;
  let dispose: () => Promise<void>;
  beforeEach(async () => ({ path: folder, dispose } = await temporaryFolder()));
  afterEach(() => dispose());

  const lockFile = (): string => join(folder, 'lock');
  const leaveLock = async (record: object | string, age: number): Promise<void> => {
    await writeFile(lockFile(), typeof record === 'string' ? record : JSON.stringify(record));
    await utimes(lockFile(), (NOW - age) / 1000, (NOW - age) / 1000);
  };

  const self = fakeProcess({ pid: 10, host: 'here', thread: 0, running: { 10: 'a', 20: 'b', 30: null } });
  const FRESH = 1_000;
  const OLD = 61_000;
  const by = (pid: number, started: string | null, rest: object = {}) => ({
    pid,
    host: 'here',
    started,
    thread: 0,
    token: TOKEN,
    ...rest,
  });
  const CASES: [string, object | string, number, 'held' | 'taken over'][] = [
    ['a process that runs', by(20, 'b'), FRESH, 'held'],
    ['a process that runs and is too busy to refresh it', by(20, 'b'), OLD, 'held'],
    ['a process that is gone', by(21, 'b'), FRESH, 'taken over'],
    ['a later process with the same pid', by(20, 'earlier'), FRESH, 'taken over'],
    ['a process whose start is not known, fresh', by(30, null), FRESH, 'held'],
    ['a process whose start is not known, old', by(30, null), OLD, 'taken over'],
    ['another host, fresh', by(20, 'b', { host: 'there' }), FRESH, 'held'],
    ['another host, old', by(20, 'b', { host: 'there' }), OLD, 'taken over'],
    ['another thread of this process, fresh', by(10, 'a', { thread: 3 }), FRESH, 'held'],
    ['another thread of this process, old', by(10, 'a', { thread: 3 }), OLD, 'taken over'],
    ['this very thread', by(10, 'a'), OLD, 'held'],
    ['an earlier process with this pid', by(10, 'z'), FRESH, 'taken over'],
    ['an empty file', '', FRESH, 'taken over'],
    ['a half-written record', '{"pid":20,"ho', FRESH, 'taken over'],
    ['a record of another shape', { pid: 'x' }, FRESH, 'taken over'],
    ['binary', '\0\u0001', FRESH, 'taken over'],
  ];
  for (const [what, record, age, outcome] of CASES) {
    it(`with a record of ${what} is ${outcome}`, async () => {
      await leaveLock(record, age);
      const store = testStore(folder, { self, now: () => NOW });
      if (outcome === 'held') {
        await assert.rejects(store.lock(), hasCode('index_locked'));
        assert.equal((await readFile(lockFile(), 'utf8')).includes(TOKEN), true);
      } else {
        await (await store.lock()).release();
        assert.deepEqual(await readdir(folder), ['generations']);
      }
    });
  }

  it('names its holder in the error', async () => {
    await leaveLock(by(20, 'b'), FRESH);
    await assert.rejects(testStore(folder, { self, now: () => NOW }).lock(), /process 20 on here/);
  });

  it('stays with the process that took it over first', async () => {
    await leaveLock(by(21, 'b'), FRESH);
    const rival = JSON.stringify(by(20, 'b', { token: 'a'.repeat(32) }));
    const disk = {
      ...nodeFileSystem,
      // The rival takes the lock between this process's first look and its guard.
      create: async (path: string, bytes: Uint8Array) => {
        if (path !== lockFile()) await writeFile(lockFile(), rival);
        await nodeFileSystem.create(path, bytes);
      },
    };
    await assert.rejects(testStore(folder, { disk, self, now: () => NOW }).lock(), hasCode('index_locked'));
    assert.equal(await readFile(lockFile(), 'utf8'), rival);
  });

  it('is left to a process that is taking it over, unless that process died', async () => {
    const guard = join(folder, '.tmp-takeover');
    await leaveLock(by(21, 'b'), FRESH);
    await writeFile(guard, JSON.stringify(by(20, 'b')));
    const store = testStore(folder, { self, now: () => Date.now() });
    await assert.rejects(store.lock(), hasCode('index_locked'));
    for (const dead of [JSON.stringify(by(22, 'b')), '']) {
      await leaveLock(by(21, 'b'), FRESH);
      await writeFile(guard, dead);
      await (await store.lock()).release();
      assert.deepEqual(await readdir(folder), ['generations']);
    }
  });

  it('prevents publishing if another process took it over meanwhile', async () => {
    const store = testStore(folder, { self });
    const first = await publish(store, 'one');
    const lock = await store.lock();
    const check = () => writeFile(lockFile(), JSON.stringify(by(20, 'b')));
    await assert.rejects(store.publish(draft('two'), { ...GOOD, check }), hasCode('index_locked'));
    assert.equal((await store.current())?.manifest.generation, first.generation);
    assert.equal((await store.list()).length, 1);
    await lock.release();
    assert.ok((await readFile(lockFile(), 'utf8')).includes(TOKEN), 'the other holder keeps it');
  });

  it('is refreshed until it is released', async () => {
    let refresh = (): void => undefined;
    let stopped = false;
    const every = (_ms: number, call: () => void) => {
      refresh = call;
      return () => void (stopped = true);
    };
    let touched = (): void => undefined;
    const seen = new Promise<void>((resolve) => (touched = resolve));
    const disk = {
      ...nodeFileSystem,
      touch: async (path: string, time: number) => {
        await nodeFileSystem.touch(path, time);
        touched();
      },
    };
    const lock = await testStore(folder, { self, every, disk, now: () => NOW }).lock();
    refresh();
    await seen;
    assert.equal((await stat(lockFile())).mtimeMs, NOW);
    await lock.release();
    assert.equal(stopped, true);
  });

  it('is given to exactly one of many concurrent requests', async () => {
    await leaveLock(by(21, 'b'), FRESH);
    const asked = await Promise.allSettled(
      Array.from({ length: 8 }, () => testStore(folder, { self, now: () => NOW }).lock()),
    );
    assert.equal(asked.filter(({ status }) => status === 'fulfilled').length, 1);
  });

  it('is released by thread id after a thread has ended, and only for that thread', async () => {
    const thread = createGenerationStore(folder, { self: { ...thisProcess, thread: 7 } });
    await thread.lock();
    const main = createGenerationStore(folder);
    await releaseLockOfThread(folder, 8);
    await assert.rejects(main.lock(), hasCode('index_locked'));
    await releaseLockOfThread(folder, 7);
    await (await main.lock()).release();
    await releaseLockOfThread(folder, 7);
    await releaseLockOfThread(join(folder, 'absent'), 7);
  });

  it('is taken over from a process that was killed', async () => {
    const module = new URL('../../../dist/adapters/generations/generation-store.js', import.meta.url).href;
    const code = `import { createGenerationStore } from ${JSON.stringify(module)};
      await createGenerationStore(${JSON.stringify(folder)}).lock(); console.log('held'); setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const gone = once(child, 'exit');
    await once(child.stdout, 'data');
    const store = createGenerationStore(folder);
    await assert.rejects(store.lock(), hasCode('index_locked'));
    child.kill('SIGKILL');
    await gone;
    await (await store.lock()).release();
  });
});

describe('the current process', () => {
  it('is reported as alive, with its start time if the system provides it', async () => {
    const started = await thisProcess.started(process.pid);
    if (process.platform === 'linux') assert.match(started ?? '', /^\d+$/);
    const record = { pid: process.pid, host: thisProcess.host, started, thread: 0, token: TOKEN };
    assert.equal(await isAlive(record, 0, thisProcess), true);
    assert.equal(thisProcess.alive(2 ** 30), false);
    assert.equal(await thisProcess.started(2 ** 30), null);
  });
});
