import { pino, type Logger } from 'pino';
import { safeForTerminal } from '../terminal.js';
import type { LogLevel } from '../config/parsers.js';
import type { Task } from '../app/tasks/task-queue.js';
import type { Metrics } from '../http/routes/metrics.js';

export interface LogOptions {
  readonly level: LogLevel;
  /** Writes short lines for a person; null for JSON on standard output. */
  readonly terminal: ((text: string) => void) | null;
}

/** Creates the log: one JSON object per line, or short lines on a terminal. */
export function createLog({ level, terminal }: LogOptions): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    // A second line of defense: no code logs these on purpose.
    redact: ['req.headers.authorization', 'req.headers.cookie', '*.adminKey', '*.searchKeys'],
  };
  if (terminal === null) return pino(options);
  return pino(options, { write: (line: string) => terminal(`${shortLine(line)}\n`) });
}

const LEFT_OUT = new Set(['level', 'time', 'msg', 'req', 'res', 'err', 'reqId', 'requestId', 'responseTime']);

/** `12:03:04 info build done generation=… documents=48`, or `12:03:05 info GET /v1/search 200 3 ms`. */
export function shortLine(json: string): string {
  const entry = membersOf(JSON.parse(json));
  const rest = [...entry]
    .filter(([name, value]) => !LEFT_OUT.has(name) && value !== undefined && value !== null)
    .map(([name, value]) => `${name}=${text(value)}`);
  const reason = text(membersOf(entry.get('err')).get('message'));
  const time = text(entry.get('time')).slice(11, 19);
  const parts = [time, text(entry.get('level')), request(entry) ?? text(entry.get('msg')), reason, ...rest];
  return safeForTerminal(parts.filter((part) => part !== '').join(' '));
}

function request(entry: ReadonlyMap<string, unknown>): string | null {
  const req = membersOf(entry.get('req'));
  const status = membersOf(entry.get('res')).get('status');
  if (!req.has('path') || status === undefined) return null;
  return `${text(req.get('method'))} ${text(req.get('path'))} ${text(status)} ${text(entry.get('responseTime'))} ms`;
}

function membersOf(value: unknown): ReadonlyMap<string, unknown> {
  return new Map<string, unknown>(typeof value === 'object' && value !== null ? Object.entries(value) : []);
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : value === undefined ? '' : (JSON.stringify(value) ?? '');
}

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
    if (skipped > 0) log.warn(counts, `${message}; "askdex check" and /v1/admin/report list what was left out`);
    else log.info(counts, message);
  }
}

function secondsOf({ startedAt, finishedAt }: Task): number {
  return startedAt === null || finishedAt === null ? 0 : (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000;
}
