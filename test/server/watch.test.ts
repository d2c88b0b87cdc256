import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type WatchOptions, type WatcherHooks, startWatch } from '../../src/server/watch.js';
import { manualTimer, temporaryFolder } from '../adapters/generations/support.js';

function watching(options: Partial<WatchOptions> = {}) {
  const time = manualTimer();
  const state = { asked: 0, closed: 0, errors: [] as unknown[], hooks: null as WatcherHooks | null };
  const watch = startWatch({
    path: '/site/content',
    enqueue: () => void (state.asked += 1),
    onError: (error) => void state.errors.push(error),
    debounceMs: 1_000,
    maxDelayMs: 10_000,
    timer: time.timer,
    watcher: (path, hooks) => {
      assert.equal(path, '/site/content');
      state.hooks = hooks;
      return { close: () => Promise.resolve(void (state.closed += 1)) };
    },
    ...options,
  });
  const change = (): void => state.hooks?.onChange();
  return { time, state, watch, change };
}

describe('watching the content', () => {
  it('requests one build after a burst of changes has ended', () => {
    const { time, state, change } = watching();
    for (let count = 0; count < 50; count += 1) change();
    assert.deepEqual([state.asked, time.delays()], [0, [1_000, 10_000]]);
    time.ring(1_000);
    assert.deepEqual([state.asked, time.delays()], [1, []]);
    change();
    time.ring(1_000);
    assert.equal(state.asked, 2);
  });

  it('requests a build even if the changes do not end', () => {
    const { time, state, change } = watching();
    change();
    change();
    time.ring(10_000);
    assert.deepEqual([state.asked, time.delays()], [1, []]);
  });

  it('requests no build once it is stopped', async () => {
    const { time, state, watch, change } = watching();
    change();
    await watch.stop();
    assert.deepEqual([state.asked, state.closed, time.delays()], [0, 1, []]);
  });

  it('reports errors and continues', async () => {
    const { time, state, watch, change } = watching({
      enqueue: () => {
        throw new Error('closed');
      },
    });
    state.hooks?.onError(new Error('ENOSPC'));
    change();
    time.ring(1_000);
    assert.equal(state.errors.length, 2);
    await watch.stop();
  });

  it('reports an error if it cannot start or stop', async () => {
    const begin = watching({
      watcher: () => {
        throw new Error('no');
      },
    });
    await begin.watch.stop();
    assert.equal(begin.state.errors.length, 1);
    const end = watching({ watcher: () => ({ close: () => Promise.reject(new Error('no')) }) });
    await end.watch.stop();
    assert.equal(end.state.errors.length, 1);
  });

  const IGNORED: [string, boolean][] = [
    ['/site/content', false],
    ['/site/content/a.md', false],
    ['/site/content/deep/a.md', false],
    ['/site/content/.git', true],
    ['/site/content/deep/.a.md.swp', true],
    ['/site/content/node_modules', true],
    ['/site/content/index', true],
    ['/site/content/index/CURRENT', true],
    ['/site/content/index-of-things.md', false],
  ];
  for (const [path, ignored] of IGNORED) {
    it(`${ignored ? 'ignores' : 'notices'} ${path}`, () => {
      const { state } = watching({ ignore: ['/site/content/index', '/site'] });
      assert.equal(state.hooks?.ignored(path), ignored);
    });
  }

  it('notices changes in a content folder below a hidden one', () => {
    const { state } = watching({
      path: '/home/.site',
      watcher: (_path, hooks) => ((state0.hooks = hooks), { close: () => Promise.resolve() }),
    });
    assert.equal(state.hooks, null);
    assert.equal(state0.hooks?.ignored('/home/.site'), false);
    assert.equal(state0.hooks?.ignored('/home/.site/a.md'), false);
  });
  const state0: { hooks: WatcherHooks | null } = { hooks: null };

  it('notices a real file change', async () => {
    const folder = await temporaryFolder();
    try {
      await writeFile(join(folder.path, 'before.md'), 'x');
      let tell = (): void => undefined;
      const asked = new Promise<void>((resolve) => (tell = resolve));
      const watch = startWatch({
        path: folder.path,
        enqueue: tell,
        onError: (error) => assert.ifError(error),
        debounceMs: 5,
      });
      // A change before the watcher has started may be missed, so the file is changed until a change is noticed.
      let seen = false;
      void asked.then(() => (seen = true));
      for (let count = 0; !seen; count += 1) {
        await writeFile(join(folder.path, 'new.md'), String(count));
        await new Promise((resolve) => setImmediate(resolve));
      }
      await watch.stop();
    } finally {
      await folder.dispose();
    }
  });
});
