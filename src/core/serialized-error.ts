import { AskdexError, ERROR_CODES, type ErrorCode } from './errors.js';
import { isRecord, isText } from './guards.js';

/** An error as plain data, because class instances cannot be sent between threads. */
export interface SerializedError {
  /** null: no `AskdexError`, so a bug. */
  readonly code: ErrorCode | null;
  readonly message: string;
  readonly parameter: string | null;
  readonly remedy: string | null;
}

export function serializeError(error: unknown): SerializedError {
  if (!(error instanceof AskdexError)) return { code: null, message: String(error), parameter: null, remedy: null };
  const { code, message, parameter = null, remedy = null } = error;
  return { code, message, parameter, remedy };
}

/** Restores an error. `cause` adds details for the log. */
export function deserializeError({ code, message, parameter, remedy }: SerializedError, cause?: unknown): Error {
  if (code === null) return new Error(message, cause === undefined ? undefined : { cause });
  return new AskdexError(code, message, {
    ...(parameter === null ? {} : { parameter }),
    ...(remedy === null ? {} : { remedy }),
    cause,
  });
}

export function isSerializedError(value: unknown): value is SerializedError {
  if (!isRecord(value)) return false;
  const { code, message, parameter, remedy } = value;
  return (
    (code === null || (isText(code) && Object.hasOwn(ERROR_CODES, code))) &&
    isText(message) &&
    [parameter, remedy].every((text) => text === null || isText(text))
  );
}
