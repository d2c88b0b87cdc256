import { AskdexError, quoteForMessage } from '../../core/errors.js';
import type { BuildProgress, BuildReport } from '../../core/model/build-report.js';
import { runWithTimeout, type Timer, systemTimer } from './run-with-timeout.js';
import { type Task, type TaskTrigger, detailsOf, isFinished, isoDuration, taskErrorOf } from './task.js';

export type { Task, TaskDetails, TaskError, TaskStatus, TaskTrigger } from './task.js';

/** The options of one build. */
export interface RunRequest {
  readonly uid: number;
  readonly full: boolean;
  /** Requested by an admin (`api`, `signal`): publish the content even if it was rolled back. */
  readonly force: boolean;
}

export interface RunHooks {
  readonly onProgress: (progress: BuildProgress) => void;
  /** Aborts on cancel, timeout and shutdown. The run then rejects, or resolves if it was already done. */
  readonly signal: AbortSignal;
}

export interface TaskQueueOptions {
  readonly run: (request: RunRequest, hooks: RunHooks) => Promise<BuildReport>;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** Time limit of a build in milliseconds. */
  readonly timeoutMs?: number;
  /** Time for an aborted build to stop before it is abandoned, in milliseconds. */
  readonly graceMs?: number;
  /** How many tasks are retained. */
  readonly keep?: number;
  readonly timer?: Timer;
  /** Called with each finished task and its full report or the thrown error, for the log and the metrics. */
  readonly onFinished?: (task: Task, outcome: { report: BuildReport | null; error: unknown }) => void;
}

/** Runs one build at a time. At most one more waits, and further requests join it. */
export interface TaskQueue {
  /** Returns the task that will run the build: a new one, or the waiting one, which becomes `full` if requested. */
  enqueue(request: { trigger: TaskTrigger; full?: boolean }): Task;
  /** Newest first. */
  list(): readonly Task[];
  /** @throws {AskdexError} task_not_found: if there is no such task. */
  get(uid: number): Task;
  /**
   * Cancels a waiting task at once, a processing one soon.
   *
   * @throws {AskdexError} task_not_found: if there is no such task. task_not_cancelable: if it has finished.
   */
  cancel(uid: number, by?: string): Task;
  /**
   * Calls `listener` at each change of the task until it has finished. Returns a function that unsubscribes.
   *
   * @throws {AskdexError} task_not_found: if there is no such task.
   */
  subscribe(uid: number, listener: (task: Task) => void): () => void;
  /** Settles when no task is processing or waiting. */
  idle(): Promise<void>;
  /** Refuses new tasks and cancels the others. Settles when they have ended. */
  close(): Promise<void>;
}

interface Entry {
  task: Task;
  force: boolean;
  readonly abort: AbortController;
  readonly listeners: Set<(task: Task) => void>;
}

const DEFAULTS = { now: Date.now, timeoutMs: 15 * 60_000, graceMs: 5_000, keep: 100, timer: systemTimer };

export function createTaskQueue(options: TaskQueueOptions): TaskQueue {
  const { now, timeoutMs, graceMs, keep, timer } = { ...DEFAULTS, ...options };
  const entries = new Map<number, Entry>();
  let waiting: Entry | null = null;
  let processing: Entry | null = null;
  let idle = Promise.resolve();
  let nextUid = 0;
  let closed = false;

  const time = (): string => new Date(now()).toISOString();

  const update = (entry: Entry, change: Partial<Task>): Task => {
    entry.task = Object.freeze({ ...entry.task, ...change });
    for (const listener of [...entry.listeners]) swallowErrors(() => listener(entry.task));
    if (isFinished(entry.task)) entry.listeners.clear();
    return entry.task;
  };

  const find = (uid: number): Entry => {
    const entry = entries.get(uid);
    if (entry !== undefined) return entry;
    throw new AskdexError('task_not_found', `There is no task ${quoteForMessage(uid)}.`, {
      parameter: 'uid',
      remedy: `The server retains the last ${keep} tasks since its start.`,
    });
  };

  const dropOldTasks = (): void => {
    for (const [uid, { task }] of entries) {
      if (entries.size <= keep) return;
      if (isFinished(task)) entries.delete(uid);
    }
  };

  const finish = (
    entry: Entry,
    change: Partial<Task>,
    outcome: { report: BuildReport | null; error: unknown },
  ): void => {
    const { startedAt } = entry.task;
    const duration = startedAt === null ? null : isoDuration(now() - Date.parse(startedAt));
    update(entry, { ...change, finishedAt: time(), duration });
    swallowErrors(() => options.onFinished?.(entry.task, outcome));
    dropOldTasks();
  };

  const process = async (entry: Entry): Promise<void> => {
    update(entry, { status: 'processing', startedAt: time() });
    try {
      const report = await runEntry(entry);
      const progress = entry.task.progress && { ...entry.task.progress, percent: 100 };
      finish(
        entry,
        { status: 'succeeded', details: detailsOf(report), progress, canceledBy: null },
        { report, error: null },
      );
    } catch (error) {
      const canceled = entry.task.canceledBy !== null && !isTimeout(error);
      const change: Partial<Task> = canceled
        ? { status: 'canceled' }
        : { status: 'failed', error: taskErrorOf(error), canceledBy: null };
      finish(entry, change, { report: null, error });
    }
  };

  const runEntry = (entry: Entry): Promise<BuildReport> => {
    const { uid, full } = entry.task;
    const onProgress = (progress: BuildProgress): void => {
      if (entry.task.status === 'processing') update(entry, { progress });
    };
    const hooks = { onProgress, signal: entry.abort.signal };
    const run = (): Promise<BuildReport> => options.run({ uid, full, force: entry.force }, hooks);
    return runWithTimeout(run, { abort: entry.abort, timeoutMs, graceMs, timer });
  };

  const work = async (): Promise<void> => {
    for (let entry = waiting; entry !== null; entry = waiting) {
      waiting = null;
      processing = entry;
      await process(entry);
      processing = null;
    }
  };

  const start = (): void => {
    // Starts in a later turn of the event loop, so that requests made in this one join the waiting task.
    idle = idle.then(work);
  };

  const cancel = (entry: Entry, by: string): Task => {
    if (entry === waiting) {
      waiting = null;
      finish(entry, { status: 'canceled', canceledBy: by }, { report: null, error: null });
      return entry.task;
    }
    const task = update(entry, { canceledBy: by });
    entry.abort.abort();
    return task;
  };

  return {
    enqueue({ trigger, full = false }) {
      if (closed) throw new AskdexError('index_not_ready', 'The server is stopping and takes no more builds.');
      const force = trigger === 'api' || trigger === 'signal';
      if (waiting !== null) {
        waiting.force ||= force;
        return full && !waiting.task.full ? update(waiting, { full }) : waiting.task;
      }
      const task = newTask(nextUid, { trigger, full, enqueuedAt: time() });
      nextUid += 1;
      waiting = { task, force, abort: new AbortController(), listeners: new Set() };
      entries.set(task.uid, waiting);
      dropOldTasks();
      start();
      return task;
    },
    list: () => [...entries.values()].map((entry) => entry.task).reverse(),
    get: (uid) => find(uid).task,
    cancel(uid, by = 'api') {
      const entry = find(uid);
      if (!isFinished(entry.task)) return cancel(entry, by);
      throw new AskdexError('task_not_cancelable', `The task ${uid} has already ended (${entry.task.status}).`, {
        parameter: 'uid',
      });
    },
    subscribe(uid, listener) {
      const { task, listeners } = find(uid);
      if (isFinished(task)) return () => undefined;
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    idle: () => idle,
    async close() {
      closed = true;
      for (const entry of [waiting, processing]) if (entry !== null) cancel(entry, 'shutdown');
      await idle;
    },
  };
}

function newTask(uid: number, request: { trigger: TaskTrigger; full: boolean; enqueuedAt: string }): Task {
  return Object.freeze({
    uid,
    indexUid: 'askdex',
    status: 'enqueued',
    type: 'reindex',
    ...request,
    startedAt: null,
    finishedAt: null,
    duration: null,
    progress: null,
    details: null,
    error: null,
    canceledBy: null,
  });
}

function isTimeout(error: unknown): boolean {
  return error instanceof AskdexError && error.code === 'build_timeout';
}

/** A listener that throws must not stop the build. */
function swallowErrors(call: () => void): void {
  try {
    call();
  } catch {
    // The listener is responsible for reporting its own errors.
  }
}
