import { AskdexError, type ErrorCode } from '../../core/errors.js';
import type { BuildProgress, BuildReport } from '../../core/model/build-report.js';

export const TASK_STATUSES = ['enqueued', 'processing', 'succeeded', 'failed', 'canceled'] as const;
export type TaskStatus = (typeof TASK_STATUSES)[number];

export const TASK_TRIGGERS = ['api', 'cron', 'watch', 'start', 'signal'] as const;
export type TaskTrigger = (typeof TASK_TRIGGERS)[number];

/** The build report of a finished task, without its lists. */
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

/** The state of a requested build. The names are those of Meilisearch. */
export interface Task {
  /** Counts from 0 since the start of the server. */
  readonly uid: number;
  readonly indexUid: 'askdex';
  readonly status: TaskStatus;
  readonly type: 'reindex';
  /** The origin of the first request. */
  readonly trigger: TaskTrigger;
  readonly full: boolean;
  /** ISO 8601, UTC. */
  readonly enqueuedAt: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  /** Time from start to end as an ISO 8601 duration such as `PT1.5S`. */
  readonly duration: string | null;
  readonly progress: BuildProgress | null;
  readonly details: TaskDetails | null;
  readonly error: TaskError | null;
  /** Who canceled it: `api` or `shutdown`. */
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

/** The task's form of an error. The message of an error without a code (a bug) appears only in the log. */
export function taskErrorOf(error: unknown): TaskError {
  if (error instanceof AskdexError) return { code: error.code, message: error.message, remedy: error.remedy ?? null };
  return {
    code: 'build_failed',
    message: 'The build ended with an unexpected error. The served index is unchanged.',
    remedy: 'See the server log for the error.',
  };
}

/** `ms` milliseconds as an ISO 8601 duration in seconds. */
export function isoDuration(ms: number): string {
  return `PT${Math.max(0, Math.round(ms)) / 1000}S`;
}
