import { ContentEmptyError } from '../app/build/parsed-files.js';
import {
  AskdexError,
  type ErrorCode,
  deserializeError,
  isSerializedError,
  serializeError,
  type SerializedError,
} from '../core/errors.js';
import { isListOf, isRecord, isText } from '../core/guards.js';
import type { Problem } from '../core/model/ports.js';
import {
  type BuildProgress,
  type BuildReport,
  isBuildProgress,
  isBuildReport,
  isProblem,
} from '../core/model/build-report.js';

/** An error of a build, see `SerializedError`. */
export interface SerializedBuildError extends SerializedError {
  readonly code: ErrorCode;
  /** The problems of a `content_empty` error; null for other errors. */
  readonly problems: readonly Problem[] | null;
  /** Only for the log. */
  readonly stack: string | null;
}

/** A message of the build thread. */
export type BuildMessage =
  | { readonly kind: 'progress'; readonly progress: BuildProgress }
  | { readonly kind: 'report'; readonly report: BuildReport }
  | { readonly kind: 'error'; readonly error: SerializedBuildError };

/** Returns null if the value is not a message of a build thread. */
export function parseBuildMessage(value: unknown): BuildMessage | null {
  if (!isRecord(value)) return null;
  if (value['kind'] === 'progress' && isBuildProgress(value['progress']))
    return { kind: 'progress', progress: value['progress'] };
  if (value['kind'] === 'report' && isBuildReport(value['report'])) return { kind: 'report', report: value['report'] };
  if (value['kind'] === 'error' && isSerializedBuildError(value['error']))
    return { kind: 'error', error: value['error'] };
  return null;
}

export function serializeBuildError(error: unknown): SerializedBuildError {
  const stack = error instanceof Error ? (error.stack ?? null) : null;
  const problems = error instanceof ContentEmptyError ? error.problems : null;
  if (error instanceof AskdexError) return { ...serializeError(error), code: error.code, problems, stack };
  const shown = unexpected(error);
  return { ...serializeError(shown), code: shown.code, problems, stack: stack ?? String(error) };
}

/** Hides the error's message, which may contain paths. The log has it in the stack. */
function unexpected(error: unknown): AskdexError {
  const name = error instanceof Error ? error.name : typeof error;
  return new AskdexError('build_failed', `The build ended with an unexpected error (${name}).`, {
    remedy: CHECK_LOG,
  });
}

/** Restores the error. Its `cause` is the stack of the original error in the thread. */
export function deserializeBuildError({ problems, stack, ...error }: SerializedBuildError): Error {
  if (error.code === 'content_empty' && problems !== null) return new ContentEmptyError(problems);
  return deserializeError(error, stack ?? undefined);
}

export const CHECK_LOG = 'See the server log for the error. The served index is unchanged.';

function isSerializedBuildError(value: unknown): value is SerializedBuildError {
  if (!isSerializedError(value) || value.code === null) return false;
  const { problems, stack }: Partial<Record<keyof SerializedBuildError, unknown>> = value;
  return (stack === null || isText(stack)) && (problems === null || isListOf(problems, isProblem));
}
