import cron from 'node-cron';
import { AskdexError, quoteForMessage } from '../core/errors.js';

export interface ScheduleOptions {
  /** Five fields, in UTC, or `off`. */
  readonly expression: string;
  readonly enqueue: () => void;
  readonly onError: (error: unknown) => void;
  /** Tests pass their own. */
  readonly scheduler?: CronScheduler;
}

export type CronScheduler = (expression: string, tick: () => void) => { stop(): void; next(): Date | null };

export interface Schedule {
  stop(): void;
  /** The time of the next build; null if the schedule is off. */
  next(): Date | null;
}

const FIELDS = [
  { name: 'minute', size: 60 },
  { name: 'hour', size: 24 },
  { name: 'day of the month', size: 31 },
  { name: 'month', size: 12 },
  { name: 'day of the week', size: 7 },
] as const;

const MAX_EXPRESSION_LENGTH = 200;

/**
 * Returns the expression with single spaces, or null for `off`.
 *
 * @throws {AskdexError} invalid_configuration: if it is no schedule. The message has the reason.
 */
export function parseSchedule(text: string): string | null {
  const expression = text.trim().replace(/\s+/g, ' ');
  if (expression.toLowerCase() === 'off') return null;
  if (expression.length > MAX_EXPRESSION_LENGTH)
    throw invalid(text, `it has more than ${MAX_EXPRESSION_LENGTH} characters`);
  const parts = expression.split(' ');
  if (parts.length !== FIELDS.length) throw invalid(text, `it has ${countOf(expression, parts)} instead of 5`);
  FIELDS.forEach((field, index) => checkSteps(text, parts[index] ?? '', field));
  const { valid, errors } = cron.validateDetailed(expression);
  if (!valid) throw invalid(text, errors.map((error) => lowerFirst(error.message)).join('; ') || 'it cannot be parsed');
  try {
    // The validation accepts dates that do not exist (30 February). Creating a task finds them.
    void cron.createTask(expression, () => undefined, { timezone: 'UTC' }).destroy();
  } catch (error) {
    throw invalid(text, error instanceof Error ? lowerFirst(error.message) : 'there is no such date');
  }
  return expression;
}

/**
 * Calls `enqueue` at the times of the expression.
 *
 * @throws {AskdexError} invalid_configuration: if the expression is no schedule.
 */
export function startSchedule({ expression, enqueue, onError, scheduler = nodeCron }: ScheduleOptions): Schedule {
  const parsed = parseSchedule(expression);
  if (parsed === null) return { stop: () => undefined, next: () => null };
  return scheduler(parsed, () => {
    try {
      enqueue();
    } catch (error) {
      onError(error);
    }
  });
}

/** How late a build may start (the process was busy, the machine slept) before it is skipped, in milliseconds. */
const MAX_LATENESS_MS = 10 * 60_000;

const nodeCron: CronScheduler = (expression, tick) => {
  const task = cron.schedule(expression, tick, {
    timezone: 'UTC',
    missedExecutionTolerance: MAX_LATENESS_MS,
    unref: true,
  });
  return { stop: () => void task.destroy(), next: () => task.getNextRun() };
};

/** Rejects steps that are longer than their field: node-cron accepts them but never takes a second step. */
function checkSteps(text: string, part: string, field: (typeof FIELDS)[number]): void {
  for (const [, digits = ''] of part.matchAll(/\/([^,]*)/g)) {
    const step = Number(digits);
    if (!/^\d+$/.test(digits) || step < 1)
      throw invalid(text, `the step ${quoteForMessage(digits)} of its ${field.name} is not a number above 0`);
    if (step >= field.size)
      throw invalid(
        text,
        `the step ${step} of its ${field.name} is longer than the field, which has ${field.size} values`,
      );
  }
}

function countOf(expression: string, parts: readonly string[]): string {
  if (expression === '') return 'no fields';
  const seconds = parts.length === 6 ? ' (there is no field for seconds)' : '';
  return `${parts.length} ${parts.length === 1 ? 'field' : 'fields'}${seconds}`;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function invalid(value: string, reason: string): AskdexError {
  return new AskdexError('invalid_configuration', `${quoteForMessage(value)} is not a schedule: ${reason}.`, {
    parameter: 'ASKDEX_SCHEDULE',
    remedy: 'Write five fields in UTC, such as "*/15 * * * *" (every 15 minutes) or "0 3 * * *" (at 3:00), or off.',
  });
}
