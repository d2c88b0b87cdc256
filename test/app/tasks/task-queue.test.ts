import assert from 'node:assert/strict';
import { isoDuration } from '../../../src/app/tasks/task.js';
import {
  type RunHooks,
  type RunRequest,
  type Task,
  type TaskQueueOptions,
  createTaskQueue,
} from '../../../src/app/tasks/task-queue.js';
import { AskdexError } from '../../../src/core/errors.js';
import type { BuildReport } from '../../../src/core/model/build-report.js';
import { manualTimer } from '../../adapters/generations/support.js';
import { hasCode } from '../../contract/generation-store.js';
import { problem } from '../support.js';

const REPORT: BuildReport = {
  ...{ generation: 'g', published: true, documents: 3, added: 1, changed: 1, removed: 0, unchanged: 1 },
  ...{ skipped: [problem('a.md')], warnings: [], durationMs: 5, bytes: 7 },
};

interface Run {
  readonly request: RunRequest;
  readonly hooks: RunHooks;
  readonly succeed: () => void;
  readonly fail: (error: unknown) => void;
}

/** A queue whose builds the test ends. */
function queueOf(options: Partial<TaskQueueOptions> = {}) {
  const runs: Run[] = [];
  const time = manualTimer();
  const finished: { task: Task; report: BuildReport | null; error: unknown }[] = [];
  let now = Date.UTC(2025, 0, 1);
  const queue = createTaskQueue({
    run: (request, hooks) =>
      new Promise((resolve, reject) => {
        runs.push({ request, hooks, succeed: () => resolve(REPORT), fail: reject });
      }),
    now: () => now,
    timer: time.timer,
    timeoutMs: 60_000,
    graceMs: 5_000,
    onFinished: (task, outcome) => finished.push({ task, ...outcome }),
    ...options,
  });
  /** Waits for one turn of the event loop. */
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  return { queue, runs, time, finished, turn, pass: (ms: number) => void (now += ms) };
}

describe('the build queue', () => {
  it('runs a task through its states', async () => {
    const { queue, runs, finished, turn, pass } = queueOf();
    const enqueued = queue.enqueue({ trigger: 'api' });
    assert.deepEqual(enqueued, {
      ...{ uid: 0, indexUid: 'askdex', status: 'enqueued', type: 'reindex', trigger: 'api', full: false },
      ...{ enqueuedAt: '2025-01-01T00:00:00.000Z', startedAt: null, finishedAt: null, duration: null },
      ...{ progress: null, details: null, error: null, canceledBy: null },
    });
    pass(1000);
    await turn();
    runs[0]?.hooks.onProgress({ stage: 'parsing', percent: 20, done: 2, total: 10 });
    const processing = queue.get(0);
    assert.deepEqual(
      [processing.status, processing.startedAt, processing.progress?.percent],
      ['processing', '2025-01-01T00:00:01.000Z', 20],
    );
    pass(1500);
    runs[0]?.succeed();
    await queue.idle();
    const done = queue.get(0);
    assert.deepEqual(
      [done.status, done.finishedAt, done.duration, done.progress?.percent],
      ['succeeded', '2025-01-01T00:00:02.500Z', 'PT1.5S', 100],
    );
    assert.deepEqual(done.details, {
      generation: 'g',
      published: true,
      documents: 3,
      added: 1,
      changed: 1,
      removed: 0,
      unchanged: 1,
      skipped: 1,
      warnings: 0,
      bytes: 7,
    });
    assert.deepEqual(finished, [{ task: done, report: REPORT, error: null }]);
  });

  it('runs one build for ten requests at once', async () => {
    const { queue, runs, turn } = queueOf();
    const uids = Array.from({ length: 10 }, () => queue.enqueue({ trigger: 'api' }).uid);
    assert.deepEqual(new Set(uids), new Set([0]));
    await turn();
    runs[0]?.succeed();
    await queue.idle();
    assert.equal(runs.length, 1);
  });

  it('runs at most two builds for ten requests around a start', async () => {
    const { queue, runs, turn } = queueOf();
    for (let index = 0; index < 10; index += 1) {
      queue.enqueue({ trigger: 'api' });
      await turn();
    }
    assert.equal(runs.length, 1);
    runs[0]?.succeed();
    await turn();
    assert.equal(runs.length, 2);
    runs[1]?.succeed();
    await queue.idle();
    assert.deepEqual(
      queue.list().map(({ uid, status }) => [uid, status]),
      [
        [1, 'succeeded'],
        [0, 'succeeded'],
      ],
    );
  });

  it('never runs two builds at once', async () => {
    const { queue, runs, turn } = queueOf();
    for (const trigger of ['start', 'cron', 'watch', 'signal', 'api'] as const) {
      queue.enqueue({ trigger });
      await turn();
      assert.equal(runs.length, 1);
    }
    runs[0]?.succeed();
    await turn();
    runs[1]?.succeed();
    await queue.idle();
    assert.equal(runs.length, 2);
  });

  it('makes the waiting task full and forced if a joining request is', async () => {
    const { queue, runs, turn } = queueOf();
    queue.enqueue({ trigger: 'cron' });
    await turn();
    queue.enqueue({ trigger: 'watch' });
    const joined = queue.enqueue({ trigger: 'api', full: true });
    assert.deepEqual([joined.uid, joined.full, joined.trigger], [1, true, 'watch']);
    assert.equal(queue.enqueue({ trigger: 'cron' }).full, true);
    runs[0]?.succeed();
    await turn();
    assert.deepEqual(
      runs.map(({ request }) => request),
      [
        { uid: 0, full: false, force: false },
        { uid: 1, full: true, force: true },
      ],
    );
    runs[1]?.succeed();
    await queue.idle();
  });

  for (const [trigger, force] of [
    ['api', true],
    ['signal', true],
    ['cron', false],
    ['watch', false],
    ['start', false],
  ] as const) {
    it(`${force ? 'publishes' : 'does not publish'} held content if ${trigger} requests it`, async () => {
      const { queue, runs, turn } = queueOf();
      queue.enqueue({ trigger });
      await turn();
      assert.equal(runs[0]?.request.force, force);
      runs[0]?.succeed();
      await queue.idle();
    });
  }

  it('cancels a waiting task at once, and never runs it', async () => {
    const { queue, runs, turn } = queueOf();
    queue.enqueue({ trigger: 'api' });
    await turn();
    queue.enqueue({ trigger: 'api' });
    const canceled = queue.cancel(1);
    assert.deepEqual([canceled.status, canceled.canceledBy, canceled.duration], ['canceled', 'api', null]);
    assert.equal(queue.enqueue({ trigger: 'api' }).uid, 2);
    runs[0]?.succeed();
    await turn();
    runs[1]?.succeed();
    await queue.idle();
    assert.deepEqual(
      runs.map(({ request }) => request.uid),
      [0, 2],
    );
  });

  it('cancels a task before its build starts', async () => {
    const { queue, runs } = queueOf();
    queue.enqueue({ trigger: 'api' });
    assert.equal(queue.cancel(0).status, 'canceled');
    await queue.idle();
    assert.equal(runs.length, 0);
  });

  it('cancels a running task by its signal, and continues with the next', async () => {
    const { queue, runs, turn } = queueOf();
    queue.enqueue({ trigger: 'api' });
    await turn();
    queue.enqueue({ trigger: 'api' });
    assert.equal(queue.cancel(0).status, 'processing');
    assert.equal(runs[0]?.hooks.signal.aborted, true);
    runs[0]?.fail(new AskdexError('build_canceled', 'x'));
    await turn();
    assert.deepEqual([queue.get(0).status, queue.get(0).canceledBy, queue.get(0).error], ['canceled', 'api', null]);
    runs[1]?.succeed();
    await queue.idle();
    assert.equal(queue.get(1).status, 'succeeded');
  });

  it('marks a build as succeeded that was finished when it was canceled', async () => {
    const { queue, runs, turn } = queueOf();
    queue.enqueue({ trigger: 'api' });
    await turn();
    queue.cancel(0);
    runs[0]?.succeed();
    await queue.idle();
    assert.deepEqual([queue.get(0).status, queue.get(0).canceledBy], ['succeeded', null]);
  });

  it('cancels neither an unknown nor a finished task', async () => {
    const { queue, runs, turn } = queueOf();
    queue.enqueue({ trigger: 'api' });
    await turn();
    runs[0]?.succeed();
    await queue.idle();
    assert.throws(() => queue.cancel(0), hasCode('task_not_cancelable'));
    for (const uid of [1, -1, NaN, 0.5]) {
      for (const ask of [() => queue.cancel(uid), () => queue.get(uid), () => queue.subscribe(uid, () => undefined)])
        assert.throws(ask, hasCode('task_not_found'));
    }
  });

  it('ends a build that exceeds the time limit, with the reason', async () => {
    const { queue, runs, time, turn } = queueOf();
    queue.enqueue({ trigger: 'cron' });
    await turn();
    assert.deepEqual(time.delays(), [60_000]);
    time.ring(60_000);
    assert.equal(runs[0]?.hooks.signal.aborted, true);
    runs[0]?.fail(new AskdexError('build_canceled', 'x'));
    await queue.idle();
    assert.deepEqual([queue.get(0).status, queue.get(0).error?.code], ['failed', 'build_timeout']);
    assert.match(queue.get(0).error?.message ?? '', /60 seconds/);
    assert.deepEqual(time.delays(), []);
  });

  for (const how of ['timeout', 'cancel'] as const) {
    it(`abandons a build that ignores a ${how}, and continues`, async () => {
      const { queue, runs, time, turn } = queueOf();
      queue.enqueue({ trigger: 'cron' });
      await turn();
      if (how === 'timeout') time.ring(60_000);
      else queue.cancel(0);
      time.ring(5_000);
      await turn();
      const { status, error } = queue.get(0);
      assert.deepEqual(
        [status, error?.code],
        how === 'timeout' ? ['failed', 'build_timeout'] : ['canceled', undefined],
      );
      queue.enqueue({ trigger: 'cron' });
      await turn();
      runs[0]?.succeed();
      runs[0]?.hooks.onProgress({ stage: 'parsing', percent: 1, done: 0, total: 0 });
      runs[1]?.succeed();
      await queue.idle();
      assert.deepEqual([queue.get(0).status, queue.get(0).progress, queue.get(1).status], [status, null, 'succeeded']);
    });
  }

  const ERRORS: [string, unknown, string, RegExp][] = [
    [
      'an error with a code',
      new AskdexError('content_empty', 'Nothing there.', { remedy: 'Look.' }),
      'content_empty',
      /Nothing there/,
    ],
    ['a bug', new TypeError('/secret/path'), 'build_failed', /unexpected/],
    ['a string', 'secret', 'build_failed', /build/],
    ['undefined', undefined, 'build_failed', /build/],
  ];
  for (const [what, error, code, message] of ERRORS) {
    it(`fails a task whose build throws ${what}, and continues`, async () => {
      const { queue, runs, finished, turn } = queueOf();
      queue.enqueue({ trigger: 'api' });
      await turn();
      runs[0]?.fail(error);
      await queue.idle();
      const task = queue.get(0);
      assert.deepEqual([task.status, task.error?.code], ['failed', code]);
      assert.match(task.error?.message ?? '', message);
      assert.ok(!JSON.stringify(task).includes('/secret'));
      assert.equal(finished.length, 1);
      queue.enqueue({ trigger: 'api' });
      await turn();
      runs[1]?.succeed();
      await queue.idle();
      assert.equal(queue.get(1).status, 'succeeded');
    });
  }

  it('survives a run function that throws synchronously, and listeners that throw', async () => {
    const { queue } = queueOf({
      run: () => {
        throw new Error('x');
      },
      onFinished: () => {
        throw new Error('y');
      },
    });
    const { uid } = queue.enqueue({ trigger: 'api' });
    queue.subscribe(uid, () => {
      throw new Error('z');
    });
    await queue.idle();
    assert.equal(queue.get(uid).status, 'failed');
  });

  it('notifies subscribers of each change until the end, unless they unsubscribed', async () => {
    const { queue, runs, turn } = queueOf();
    const { uid } = queue.enqueue({ trigger: 'api' });
    const seen: string[] = [];
    const gone: string[] = [];
    queue.subscribe(uid, (task) => seen.push(`${task.status} ${task.progress?.percent ?? '-'}`));
    queue.subscribe(uid, (task) => gone.push(task.status))();
    await turn();
    runs[0]?.hooks.onProgress({ stage: 'indexing', percent: 60, done: 1, total: 2 });
    runs[0]?.succeed();
    await queue.idle();
    runs[0]?.hooks.onProgress({ stage: 'indexing', percent: 70, done: 1, total: 2 });
    assert.deepEqual(seen, ['processing -', 'processing 60', 'succeeded 100']);
    assert.deepEqual(gone, []);
    queue.subscribe(uid, () => assert.fail('a finished task changes no more'))();
  });

  it('retains only the last tasks', async () => {
    const { queue, runs, turn } = queueOf({ keep: 3 });
    for (let uid = 0; uid < 5; uid += 1) {
      queue.enqueue({ trigger: 'api' });
      await turn();
      runs[uid]?.succeed();
      await queue.idle();
    }
    assert.deepEqual(
      queue.list().map(({ uid }) => uid),
      [4, 3, 2],
    );
    assert.throws(() => queue.get(1), hasCode('task_not_found'));
  });

  it('ends everything on close and accepts no more tasks', async () => {
    const { queue, runs, turn } = queueOf();
    queue.enqueue({ trigger: 'api' });
    await turn();
    queue.enqueue({ trigger: 'api' });
    const closed = queue.close();
    runs[0]?.fail(new AskdexError('build_canceled', 'x'));
    await closed;
    assert.deepEqual(
      queue.list().map(({ status, canceledBy }) => [status, canceledBy]),
      [
        ['canceled', 'shutdown'],
        ['canceled', 'shutdown'],
      ],
    );
    assert.throws(() => queue.enqueue({ trigger: 'api' }), hasCode('index_not_ready'));
    assert.equal(runs.length, 1);
  });

  it('formats durations as ISO 8601', () => {
    assert.deepEqual([0, 1, 1500, 61_000, -5].map(isoDuration), ['PT0S', 'PT0.001S', 'PT1.5S', 'PT61S', 'PT0S']);
  });
});
