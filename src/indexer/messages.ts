import { ContentEmptyError } from '../app/content-empty.js';
import { AskdexError, ERROR_CODES, type ErrorCode } from '../core/errors.js';
import type { Problem } from '../core/ports.js';
import {
  type BuildProgress,
  type BuildReport,
  isBuildProgress,
  isBuildReport,
  isProblem,
} from '../core/report.js';

/** An error as plain data: an object of a class does not survive the way between threads. */
export interface ErrorData {
  readonly code: ErrorCode;
  readonly message: string;
  readonly parameter: string | null;
  readonly remedy: string | null;
  readonly problems: readonly Problem[] | null;
  /** For the log alone. */
  readonly stack: string | null;
}

/** What the build thread says. */
export type BuildMessage =
  | { readonly kind: 'progress'; readonly progress: BuildProgress }
  | { readonly kind: 'report'; readonly report: BuildReport }
  | { readonly kind: 'error'; readonly error: ErrorData };

/** null: not a message of a build thread. */
export function parseMessage(value: unknown): BuildMessage | null {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return null;
  if (value.kind === 'progress' && 'progress' in value && isBuildProgress(value.progress))
    return { kind: 'progress', progress: value.progress };
  if (value.kind === 'report' && 'report' in value && isBuildReport(value.report))
    return { kind: 'report', report: value.report };
  if (value.kind === 'error' && 'error' in value && isErrorData(value.error))
    return { kind: 'error', error: value.error };
  return null;
}

export function errorToData(error: unknown): ErrorData {
  const stack = error instanceof Error ? (error.stack ?? null) : null;
  if (error instanceof AskdexError) {
    const { code, message, parameter = null, remedy = null } = error;
    return {
      code,
      message,
      parameter,
      remedy,
      problems: error instanceof ContentEmptyError ? error.problems : null,
      stack,
    };
  }
  const name = error instanceof Error ? error.name : typeof error;
  const message = `The build ended with an unexpected error (${name}).`;
  return {
    code: 'build_failed',
    message,
    parameter: null,
    remedy: LOOK,
    problems: null,
    stack: stack ?? String(error),
  };
}

/** The error again; what it was in the thread, with its stack, is the `cause`. */
export function errorFromData({ code, message, parameter, remedy, problems, stack }: ErrorData): AskdexError {
  if (code === 'content_empty' && problems !== null) return new ContentEmptyError(problems);
  return new AskdexError(code, message, {
    ...(parameter === null ? {} : { parameter }),
    ...(remedy === null ? {} : { remedy }),
    ...(stack === null ? {} : { cause: stack }),
  });
}

export const LOOK = 'See the log of the server for the error; what is served has not changed.';

function isErrorData(value: unknown): value is ErrorData {
  if (typeof value !== 'object' || value === null) return false;
  const { code, message, parameter, remedy, problems, stack }: Partial<Record<keyof ErrorData, unknown>> =
    value;
  return (
    typeof code === 'string' &&
    Object.hasOwn(ERROR_CODES, code) &&
    typeof message === 'string' &&
    [parameter, remedy, stack].every((text) => text === null || typeof text === 'string') &&
    (problems === null || (Array.isArray(problems) && problems.every(isProblem)))
  );
}
