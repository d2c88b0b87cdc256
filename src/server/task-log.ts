import type { Logger } from 'pino';
import type { Task } from '../app/tasks/task-queue.js';
import type { Metrics } from '../http/routes/metrics.js';

/** Logs and counts a finished build. */
export function logTask(log: Logger, metrics: Metrics, task: Task, { error }: { readonly error: unknown }): void {
  const { uid, trigger, status } = task;
  if (status === 'succeeded' || status === 'failed' || status === 'canceled') {
    metrics.build(status, secondsOf(task));
  }
  if (status === 'failed') {
    log.error({ task: uid, trigger, code: task.error?.code, remedy: task.error?.remedy, err: error }, 'build failed');
  } else if (status === 'canceled') {
    log.info({ task: uid, trigger, by: task.canceledBy }, 'build canceled');
  } else if (task.details !== null) {
    const { generation, documents, added, changed, removed, skipped, warnings, published } = task.details;
    const counts = { task: uid, trigger, generation, documents, added, changed, removed, skipped, warnings };
    const message = published ? 'build published' : 'build found nothing to publish';
    if (skipped > 0) log.warn(counts, `${message}; "askdex check" or /v1/admin/report tell what was left out`);
    else log.info(counts, message);
  }
}

function secondsOf({ startedAt, finishedAt }: Task): number {
  return startedAt === null || finishedAt === null ? 0 : (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000;
}
