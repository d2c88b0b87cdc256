import type { ErrorRequestHandler, Request, Response } from 'express';
import { AskdexError, ERROR_CODES, quoteForMessage, statusOf, titleOf, type ErrorCode } from '../core/errors.js';

/** An error in the format of RFC 9457 (problem details). */
export interface ProblemDetails {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ErrorCode;
  readonly parameter?: string;
  readonly remedy?: string;
  readonly requestId?: string;
}

/** The problem details of an error; `basePath` prefixes the link to its explanation. */
export function problemDetails(error: AskdexError, basePath: string, requestId?: string): ProblemDetails {
  return {
    type: `${basePath}/docs/errors#${error.code}`,
    title: titleOf(error),
    status: statusOf(error),
    detail: error.message,
    code: error.code,
    ...(error.parameter === undefined ? {} : { parameter: error.parameter }),
    ...(error.remedy === undefined ? {} : { remedy: error.remedy }),
    ...(requestId === undefined ? {} : { requestId }),
  };
}

/**
 * Converts a thrown value to an error that a caller may see. Errors that have an HTTP status are returned as they are,
 * and errors of Express and its body parser get a code. Everything else becomes `internal`; its message is only logged.
 */
export function publicError(thrown: unknown): AskdexError {
  if (thrown instanceof AskdexError) return ERROR_CODES[thrown.code].status === null ? internal(thrown) : thrown;
  if (thrown instanceof URIError && 'status' in thrown) {
    return new AskdexError(
      'malformed_request',
      'The path holds a "%" that is not followed by valid UTF-8 in hexadecimal.',
      {
        remedy: 'Percent-encode the path; a "%" itself is written %25.',
        cause: thrown,
      },
    );
  }
  return bodyError(thrown) ?? internal(thrown);
}

function internal(cause: unknown): AskdexError {
  return new AskdexError('internal', 'An unexpected error occurred in the server.', {
    remedy: 'Try again. If the error persists, report it with the requestId.',
    cause,
  });
}

/** The body parser marks its errors with a `type`. */
function bodyError(thrown: unknown): AskdexError | null {
  if (!(thrown instanceof Error) || !('type' in thrown)) return null;
  switch (thrown.type) {
    case 'entity.parse.failed':
      return new AskdexError('invalid_body', 'The body is not valid JSON.', {
        remedy: 'Send a JSON object such as {"full":false}, or no body.',
        cause: thrown,
      });
    case 'entity.too.large': {
      const limit = 'limit' in thrown ? ` of ${String(thrown.limit)} bytes` : '';
      return new AskdexError('body_too_large', `The body is larger than the limit${limit}.`, {
        cause: thrown,
      });
    }
    case 'encoding.unsupported':
    case 'charset.unsupported':
      return new AskdexError('unsupported_media_type', 'The body is compressed or not in UTF-8.', {
        remedy: 'Send plain JSON in UTF-8.',
        cause: thrown,
      });
    case 'request.aborted':
    case 'request.size.invalid':
      return new AskdexError('malformed_request', 'The body ended before its announced length.', {
        cause: thrown,
      });
    default:
      return null;
  }
}

/** Sends an error. The headers that belong to a code are set here, so they are the same for every route. */
function sendProblem(request: Request, response: Response, basePath: string, error: AskdexError): void {
  if (statusOf(error) === 401) response.set('WWW-Authenticate', authenticate(error.code));
  if (isWaiting(error)) response.set('Retry-After', '5');
  response.removeHeader('ETag');
  response
    .status(statusOf(error))
    .set('Cache-Control', 'no-store')
    .type('application/problem+json')
    .send(JSON.stringify(problemDetails(error, basePath, requestIdOf(request))));
}

/** Whether the requested resource is still being built, which is not a fault. */
function isWaiting({ code }: AskdexError): boolean {
  return code === 'index_not_ready' || code === 'snapshot_not_ready';
}

function requestIdOf({ id }: Request): string | undefined {
  return typeof id === 'string' ? id : undefined;
}

function authenticate(code: ErrorCode): string {
  return code === 'invalid_key' ? 'Bearer realm="askdex", error="invalid_token"' : 'Bearer realm="askdex"';
}

/** The last handler: it sends every error as problem details, and logs those that the caller did not cause. */
export function errorHandler(basePath: string): ErrorRequestHandler {
  // Express recognizes error handlers by their four parameters.
  return (thrown: unknown, request, response, _next) => {
    const error = publicError(thrown);
    if (statusOf(error) >= 500 && !isWaiting(error)) {
      request.log.error({ err: error.cause ?? thrown }, error.message);
    }
    if (response.headersSent) {
      response.destroy();
      return;
    }
    sendProblem(request, response, basePath, error);
  };
}

/** The error for an unknown path. */
export function routeNotFound(path: string): AskdexError {
  return new AskdexError('route_not_found', `There is no route ${quoteForMessage(path)}.`, {
    remedy: 'The routes are listed at /docs and in /openapi.json.',
  });
}
