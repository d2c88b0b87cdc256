import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pinoHttp, type HttpLogger } from 'pino-http';
import type { Logger } from 'pino';

export interface RequestLogOptions {
  readonly log: Logger;
  /** Whether a query string, which holds what visitors ask, may be logged. */
  readonly logQueries: boolean;
}

/**
 * Logs each request when its answer is sent, and gives it an id: the caller's `X-Request-Id` where that is harmless,
 * else a new one. No address and no header is logged, and no query string unless asked. Probes are logged at debug.
 */
export function requestLog({ log, logQueries }: RequestLogOptions): HttpLogger {
  return pinoHttp({
    logger: log,
    genReqId: requestId,
    customLogLevel: (request, response, error) => {
      if (error !== undefined || response.statusCode >= 500) return response.statusCode === 503 ? 'warn' : 'error';
      return /\/(?:health\/(?:live|ready)|metrics)$/.test(pathOf(request)) ? 'debug' : 'info';
    },
    customSuccessMessage: () => 'request',
    customErrorMessage: () => 'request failed',
    wrapSerializers: false,
    serializers: {
      req: (request: IncomingMessage & { id?: unknown }) => ({
        id: request.id,
        method: request.method,
        path: pathOf(request),
        ...(logQueries ? { query: targetOf(request).split('?')[1] ?? '' } : {}),
      }),
      res: (response: ServerResponse) => ({ status: response.statusCode }),
    },
  });
}

function requestId(request: IncomingMessage, response: ServerResponse): string {
  const given = request.headers['x-request-id'];
  const id = typeof given === 'string' && /^[\w.-]{1,64}$/.test(given) ? given : randomUUID();
  response.setHeader('X-Request-Id', id);
  return id;
}

/** Express cuts `url` inside routers; `originalUrl` is what came. */
function targetOf(request: IncomingMessage & { originalUrl?: string }): string {
  return request.originalUrl ?? request.url ?? '';
}

/** A search for a document names it in the path; anything longer than that is of no use in a log. */
function pathOf(request: IncomingMessage): string {
  return (targetOf(request).split('?')[0] ?? '').slice(0, 500);
}
