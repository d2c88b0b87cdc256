import { ContentEmptyError } from '../../src/app/build/parsed-files.js';
import assert from 'node:assert/strict';
import { getPriority } from 'node:os';
import { releaseLockOfThread } from '../../src/adapters/generations/lock.js';
import { createGenerationStore } from '../../src/adapters/generations/generation-store.js';
import { createTaskQueue } from '../../src/app/tasks/task-queue.js';
import { AskdexError } from '../../src/core/errors.js';
import type { BuildProgress } from '../../src/core/model/build-report.js';
import { DEFAULT_SETTINGS } from '../../src/core/model/settings.js';
import { type WorkerRunnerOptions, createWorkerRunner } from '../../src/workers/build-worker.js';
import { manualTimer, temporaryFolder } from '../adapters/generations/support.js';
import { hasCode } from '../contract/generation-store.js';

const MODULE = new URL('./fixtures/load-build.mjs', import.meta.url);
const BUILD = {
  content: '/content',
  index: '/index',
  mapping: {},
  settings: DEFAULT_SETTINGS,
  goldenQueries: [],
  keep: 3,
};

function runnerOf(version: string, options: Partial<WorkerRunnerOptions> & { index?: string } = {}) {
  const { index = BUILD.index, ...rest } = options;
  return createWorkerRunner({ module: MODULE, build: { ...BUILD, index, version }, ...rest });
}

async function run(version: string, options: Partial<WorkerRunnerOptions> = {}) {
  const progress: BuildProgress[] = [];
  const hooks = {
    onProgress: (one: BuildProgress) => void progress.push(one),
    signal: new AbortController().signal,
  };
  const report = await runnerOf(version, options)({ uid: 1, full: true, force: false }, hooks);
  return { report, progress };
}

describe('a build in a worker thread', () => {
  it('receives its options and reports progress and the result', async () => {
    const ended: number[] = [];
    const { report, progress } = await run('fine', {
      onThreadEnded: (thread) => Promise.resolve(void ended.push(thread)),
    });
    assert.deepEqual(JSON.parse(report.generation), { content: '/content', full: true, force: false });
    assert.equal(report.documents, 3);
    assert.deepEqual(progress, [{ stage: 'scanning', percent: 0, done: 0, total: 0 }]);
    assert.equal(ended.length, 1);
    assert.ok((ended[0] ?? 0) > 0);
  });

  // Other systems have priorities of processes only.
  const onLinux = process.platform === 'linux' ? it : it.skip;
  onLinux('has a lower priority than the searching thread, on Linux, whose priority does not change', async () => {
    const before = getPriority();
    await assert.rejects(run('priority'), { message: String(Math.max(before, 10)) });
    assert.equal(getPriority(), before);
  });

  const FAILURES: [string, string, RegExp][] = [
    ['error with a code', 'content_unreadable', /^No such folder\.$/],
    ['bug', 'build_failed', /unexpected error \(TypeError\)/],
    ['thrown string', 'build_failed', /unexpected error \(string\)/],
    ['uncaught', 'build_failed', /failed with an error \(RangeError\)/],
    ['rejection', 'build_failed', /failed with an error/],
    ['exit', 'build_failed', /exit code 3/],
    ['garbage', 'build_failed', /sent an invalid message/],
  ];
  for (const [version, code, message] of FAILURES) {
    it(`fails with an error that names the cause: ${version}`, async () => {
      let ended = 0;
      await assert.rejects(run(version, { onThreadEnded: () => Promise.resolve(void (ended += 1)) }), (error) => {
        assert.ok(error instanceof AskdexError);
        assert.equal(error.code, code);
        assert.match(error.message, message);
        assert.ok(!error.message.includes('/secret'), 'no path in a message');
        assert.ok(error.remedy);
        return true;
      });
      assert.equal(ended, 1);
    });
  }

  it("transfers parameter and remedy of an error, and the thread's stack as its cause", async () => {
    await assert.rejects(run('error with a code'), {
      parameter: 'content',
      remedy: 'Make one.',
      cause: /runBuild/,
    });
  });

  it('transfers the problems of empty content', async () => {
    await assert.rejects(run('empty content'), (error) => {
      assert.ok(error instanceof ContentEmptyError);
      assert.deepEqual(
        error.problems.map(({ file, line }) => [file, line]),
        [['a.md', 3]],
      );
      return true;
    });
  });

  it('fails if it runs out of memory, and the process survives', async () => {
    await assert.rejects(
      run('memory', { heapMb: 24 }),
      (error) => hasCode('build_failed')(error) && /ran out of memory/.test(String(error)),
    );
    assert.equal((await run('fine')).report.published, true);
  });

  for (const [what, module] of [
    ['is not there', new URL('./fixtures/absent.ts', import.meta.url)],
    ['exports no runBuild', new URL('./fixtures/no-build.ts', import.meta.url)],
  ] as const) {
    it(`fails if its module ${what}`, () => assert.rejects(run('fine', { module }), hasCode('build_failed')));
  }

  it('notices a cancel even while it is busy', async () => {
    const abort = new AbortController();
    const running = runnerOf('busy until canceled')(
      { uid: 1, full: false, force: false },
      { onProgress: () => abort.abort(), signal: abort.signal },
    );
    await assert.rejects(running, /Canceled by the build itself/);
  });

  it('does not start if it is already canceled', async () => {
    const signal = AbortSignal.abort();
    await assert.rejects(
      runnerOf('fine')({ uid: 1, full: false, force: false }, { onProgress: () => undefined, signal }),
      hasCode('build_canceled'),
    );
  });

  it('is terminated after the grace period if it ignores a cancel, and its lock is released', async () => {
    const folder = await temporaryFolder();
    try {
      const grace = manualTimer();
      const abort = new AbortController();
      const onThreadEnded = (thread: number) => releaseLockOfThread(folder.path, thread);
      const running = runnerOf('hung', { index: folder.path, timer: grace.timer, graceMs: 7, onThreadEnded })(
        { uid: 1, full: false, force: false },
        {
          onProgress: ({ stage }) => {
            if (stage !== 'parsing') return;
            abort.abort();
            grace.ring(7);
          },
          signal: abort.signal,
        },
      );
      await assert.rejects(running, hasCode('build_canceled'));
      await (await createGenerationStore(folder.path).lock()).release();
    } finally {
      await folder.dispose();
    }
  });

  it('is marked as failed in the queue if it hangs', async () => {
    const folder = await temporaryFolder();
    try {
      const time = manualTimer();
      const runner = runnerOf('hung', { index: folder.path, timer: time.timer, graceMs: 7 });
      const queue = createTaskQueue({ run: runner, timer: time.timer, timeoutMs: 1_000, graceMs: 50_000 });
      const { uid } = queue.enqueue({ trigger: 'cron' });
      queue.subscribe(uid, ({ progress }) => {
        if (progress?.stage !== 'parsing') return;
        time.ring(1_000);
        time.ring(7);
      });
      await queue.idle();
      assert.deepEqual([queue.get(uid).status, queue.get(uid).error?.code], ['failed', 'build_timeout']);
    } finally {
      await folder.dispose();
    }
  });
});
