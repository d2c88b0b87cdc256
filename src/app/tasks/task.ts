import { AskdexError, type ErrorCode } from '../../core/errors.js';
import type { BuildProgress, BuildReport } from '../../core/model/build-report.js';

export const TASK_STATUSES = ['enqueued', 'processing', 'succeeded', 'failed', 'canceled'] as const;
export type TaskStatus = (typeof TASK_STATUSES)[number];

export const TASK_TRIGGERS = ['api', 'cron', 'watch', 'start', 'signal'] as const;
export type TaskTrigger = (typeof TASK_TRIGGERS)[number];

/** What a finished build did, without its lists. */
export interface TaskDetails {
  readonly generation: string;
  readonly published: boolean;
  readonly documents: number;
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  readonly unchanged: number;
  /** How many documents or files were left out. */
  readonly skipped: number;
  readonly warnings: number;
  readonly bytes: number;
}

export interface TaskError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly remedy: string | null;
}

/** One requested build, as it stands at one moment; the names are Meilisearch's. */
export interface Task {
  /** Rises from 0 since the start of the server. */
  readonly uid: number;
  readonly indexUid: 'askdex';
  readonly status: TaskStatus;
  readonly type: 'reindex';
  /** Who asked first. */
  readonly trigger: TaskTrigger;
  readonly full: boolean;
  /** ISO 8601, UTC. */
  readonly enqueuedAt: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  /** From start to end: an ISO 8601 duration such as `PT1.5S`. */
  readonly duration: string | null;
  readonly progress: BuildProgress | null;
  readonly details: TaskDetails | null;
  readonly error: TaskError | null;
  /** Who ended it: `api`, `shutdown`. */
  readonly canceledBy: string | null;
}

export function isFinished(task: Task): boolean {
  return task.status !== 'enqueued' && task.status !== 'processing';
}

export function detailsOf(report: BuildReport): TaskDetails {
  const { generation, published, documents, added, changed, removed, unchanged, bytes } = report;
  const lists = { skipped: report.skipped.length, warnings: report.warnings.length };
  return { generation, published, documents, added, changed, removed, unchanged, ...lists, bytes };
}

/** What a task says of an error. One without a code is a bug: its message stays in the log. */
export function taskErrorOf(error: unknown): TaskError {
  if (error instanceof AskdexError) return { code: error.code, message: error.message, remedy: error.remedy ?? null };
  return {
    code: 'build_failed',
    message: 'The build ended with an unexpected error; what is served has not changed.',
    remedy: 'See the log of the server for the error.',
  };
}

/** `ms` milliseconds as an ISO 8601 duration in seconds. */
export function isoDuration(ms: number): string {
  return `PT${Math.max(0, Math.round(ms)) / 1000}S`;
}
