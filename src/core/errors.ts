import { isRecord, isText } from './guards.js';

/**
 * All errors that users can get: code → HTTP status (null: never sent over HTTP), kind and title. `docs/errors.md`
 * lists the same codes, which a test checks.
 *
 * `user`: the request or the content is wrong. `environment`: the machine, the disk, the network. `program`: a bug.
 */
export const ERROR_CODES = {
  unknown_parameter: { status: 400, kind: 'user', title: 'Unknown parameter' },
  missing_parameter: { status: 400, kind: 'user', title: 'Missing parameter' },
  invalid_parameter: { status: 400, kind: 'user', title: 'Invalid parameter' },
  invalid_filter: { status: 400, kind: 'user', title: 'Invalid filter' },
  query_too_long: { status: 400, kind: 'user', title: 'Query too long' },
  invalid_body: { status: 400, kind: 'user', title: 'Invalid request body' },
  malformed_request: { status: 400, kind: 'user', title: 'Malformed request' },
  missing_key: { status: 401, kind: 'user', title: 'Key missing' },
  invalid_key: { status: 401, kind: 'user', title: 'Key not accepted' },
  route_not_found: { status: 404, kind: 'user', title: 'No such route' },
  document_not_found: { status: 404, kind: 'user', title: 'No such document' },
  task_not_found: { status: 404, kind: 'user', title: 'No such task' },
  report_not_found: { status: 404, kind: 'user', title: 'No report yet' },
  generation_not_found: { status: 404, kind: 'user', title: 'No such generation' },
  file_not_found: { status: 404, kind: 'user', title: 'No such file' },
  method_not_allowed: { status: 405, kind: 'user', title: 'Method not allowed' },
  task_not_cancelable: { status: 409, kind: 'user', title: 'Task already finished' },
  no_earlier_generation: { status: 409, kind: 'user', title: 'No earlier generation' },
  body_too_large: { status: 413, kind: 'user', title: 'Request body too large' },
  url_too_long: { status: 414, kind: 'user', title: 'URL too long' },
  range_not_satisfiable: { status: 416, kind: 'user', title: 'Range beyond the file' },
  unsupported_media_type: { status: 415, kind: 'user', title: 'Unsupported media type' },
  headers_too_large: { status: 431, kind: 'user', title: 'Request headers too large' },
  request_timeout: { status: 408, kind: 'user', title: 'Request not finished in time' },
  rate_limited: { status: 429, kind: 'user', title: 'Too many requests' },
  internal: { status: 500, kind: 'program', title: 'Internal error' },
  index_not_ready: { status: 503, kind: 'environment', title: 'Index not ready' },
  snapshot_not_ready: { status: 503, kind: 'environment', title: 'Snapshot not ready' },
  invalid_configuration: { status: null, kind: 'user', title: 'Invalid configuration' },
  port_unavailable: { status: null, kind: 'environment', title: 'Port unavailable' },
  content_unreadable: { status: null, kind: 'environment', title: 'Content cannot be read' },
  content_empty: { status: null, kind: 'user', title: 'No documents in the content' },
  golden_queries_failed: { status: null, kind: 'user', title: 'Refused by the golden queries' },
  index_unreadable: { status: null, kind: 'environment', title: 'Index folder cannot be used' },
  index_damaged: { status: 500, kind: 'environment', title: 'Generation damaged' },
  index_locked: { status: 409, kind: 'environment', title: 'Another build holds the index' },
  snapshot_unwritable: { status: null, kind: 'environment', title: 'Snapshot cannot be written' },
  snapshot_unreachable: { status: null, kind: 'environment', title: 'Snapshot cannot be fetched' },
  snapshot_untrusted: { status: null, kind: 'user', title: 'Snapshot not trusted' },
  snapshot_unstored: { status: null, kind: 'environment', title: 'Snapshot cannot be kept' },
  evaluation_invalid: { status: null, kind: 'user', title: 'Evaluation file cannot be used' },
  build_timeout: { status: null, kind: 'environment', title: 'Build timed out' },
  build_canceled: { status: null, kind: 'user', title: 'Build canceled' },
  build_failed: { status: null, kind: 'program', title: 'Build failed' },
} as const satisfies Record<string, ErrorEntry>;

interface ErrorEntry {
  readonly status: number | null;
  readonly kind: 'user' | 'environment' | 'program';
  readonly title: string;
}

export type ErrorCode = keyof typeof ERROR_CODES;

export interface ErrorDetails {
  /** The parameter, setting, header, file or argument that is wrong. */
  readonly parameter?: string;
  /** What to do, in one sentence. */
  readonly remedy?: string;
  readonly cause?: unknown;
}

const BRAND = Symbol.for('askdex.error');

/** An error with a code of the table. `message` names the wrong value, but never a path or a stack. */
export class AskdexError extends Error {
  /** True for instances of other copies of this class too, since the browser bundles have one each. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    // A subclass recognizes only its own instances.
    if (this !== AskdexError) return Function.prototype[Symbol.hasInstance].call(this, value);
    return typeof value === 'object' && value !== null && BRAND in value;
  }

  readonly code: ErrorCode;
  readonly parameter: string | undefined;
  readonly remedy: string | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'AskdexError';
    this.code = code;
    this.parameter = details.parameter;
    this.remedy = details.remedy;
  }

  get [BRAND](): true {
    return true;
  }
}

// The following are no methods, so that browsers load the class without the table.

/** Returns the HTTP status of an error: 500 if its code has none. */
export function statusOf({ code }: AskdexError): number {
  return ERROR_CODES[code].status ?? 500;
}

/** Returns the title of an error's code. */
export function titleOf({ code }: AskdexError): string {
  return ERROR_CODES[code].title;
}

/**
 * Quotes a value from outside for a message: as JSON, cut at 80 characters, with control characters and directional
 * marks escaped.
 */
export function quoteForMessage(value: unknown): string {
  const text = typeof value === 'string' ? value : asJson(value);
  const cut = text.length > 80 ? `${text.slice(0, 79).replace(/[\ud800-\udbff]$/, '')}…` : text;
  return JSON.stringify(cut).replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, escaped);
}

function asJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    // A cycle or a BigInt.
    return typeof value === 'bigint' ? String(value) : Object.prototype.toString.call(value);
  }
}

function escaped(character: string): string {
  return Array.from({ length: character.length }, (_, at) => character.charCodeAt(at))
    .map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`)
    .join('');
}

/** Returns the code of a system error, such as `ENOENT`, or null if it has none. */
export function systemErrorCode(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}

/** Like `systemErrorCode`, for use in a message. */
export function systemErrorCodeOr(error: unknown): string {
  return systemErrorCode(error) ?? 'unknown error';
}

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
