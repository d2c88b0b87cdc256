import cron from 'node-cron';
import { AskdexError, quoteForMessage } from '../core/errors.js';

export interface ScheduleOptions {
  /** Five fields, in UTC, or `off`. */
  readonly expression: string;
  readonly enqueue: () => void;
  readonly onError: (error: unknown) => void;
  /** The scheduler; a test gives its own. */
  readonly scheduler?: CronScheduler;
}

export type CronScheduler = (expression: string, tick: () => void) => { stop(): void; next(): Date | null };

export interface Schedule {
  stop(): void;
  /** The next tick; null where the schedule is off. */
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

/** The expression with its spaces in order, or null for `off`. Throws `invalid_configuration`, which tells the reason. */
export function parseSchedule(text: string): string | null {
  const expression = text.trim().replace(/\s+/g, ' ');
  if (expression.toLowerCase() === 'off') return null;
  if (expression.length > MAX_EXPRESSION_LENGTH)
    throw invalid(text, `it has more than ${MAX_EXPRESSION_LENGTH} characters`);
  const parts = expression.split(' ');
  if (parts.length !== FIELDS.length) throw invalid(text, `it has ${countOf(expression, parts)} instead of 5`);
  FIELDS.forEach((field, index) => checkSteps(text, parts[index] ?? '', field));
  const { valid, errors } = cron.validateDetailed(expression);
  if (!valid)
    throw invalid(text, errors.map((error) => lowerFirst(error.message)).join('; ') || 'it is not understood');
  try {
    // A date that never comes (30 February) passes the validation; only making the task tells.
    void cron.createTask(expression, () => undefined, { timezone: 'UTC' }).destroy();
  } catch (error) {
    throw invalid(text, error instanceof Error ? lowerFirst(error.message) : 'no such date ever comes');
  }
  return expression;
}

/** Builds by the clock. Throws `invalid_configuration` at once, not at the first tick. */
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

/** A tick that comes late (the process was busy, the machine slept) still counts for so long; milliseconds. */
const MAX_LATENESS_MS = 10 * 60_000;

const nodeCron: CronScheduler = (expression, tick) => {
  const task = cron.schedule(expression, tick, {
    timezone: 'UTC',
    missedExecutionTolerance: MAX_LATENESS_MS,
    unref: true,
  });
  return { stop: () => void task.destroy(), next: () => task.getNextRun() };
};

/** node-cron takes a step that is longer than its field and then never takes a second one. */
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
  const seconds = parts.length === 6 ? ' (a field for seconds is not taken)' : '';
  return `${parts.length} ${parts.length === 1 ? 'field' : 'fields'}${seconds}`;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function invalid(value: string, reason: string): AskdexError {
  return new AskdexError('invalid_configuration', `${quoteForMessage(value)} is not a schedule: ${reason}.`, {
    parameter: 'ASKDEX_SCHEDULE',
    remedy: 'Give five fields in UTC, such as "*/15 * * * *" (every 15 minutes) or "0 3 * * *" (at 3:00), or off.',
  });
}
