import express, { type Request, type RequestHandler } from 'express';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pinoHttp, type HttpLogger } from 'pino-http';
import type { Logger } from 'pino';
import { AskdexError, quoteForMessage } from '../core/errors.js';

export interface RequestLogOptions {
  readonly log: Logger;
  /** Whether query strings may be logged. They contain what visitors search for. */
  readonly logQueries: boolean;
}

/**
 * Logs each request when its response is sent. The request's id is the caller's `X-Request-Id` if it is well-formed,
 * otherwise a new one. Addresses and headers are not logged. Health probes are logged at level debug.
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

/** Express shortens `url` inside routers; `originalUrl` is the URL that was received. */
function targetOf(request: IncomingMessage & { originalUrl?: string }): string {
  return request.originalUrl ?? request.url ?? '';
}

/** Long enough for the path of a document; a longer URL is of no use in a log. */
function pathOf(request: IncomingMessage): string {
  return (targetOf(request).split('?')[0] ?? '').slice(0, 500);
}

/** Reads a JSON body of at most `limit` bytes into `request.body`, which is undefined if there is no body. */
export function jsonBody(limit: number): RequestHandler[] {
  return [refuseOtherTypes, express.json({ limit, inflate: false, type: 'application/json' })];
}

const refuseOtherTypes: RequestHandler = (request, _response, next) => {
  if (hasBody(request) && request.is('application/json') === false) {
    const type = request.headers['content-type'];
    const what = type === undefined ? 'without a Content-Type' : `of type ${quoteForMessage(type)}`;
    throw new AskdexError('unsupported_media_type', `The body is ${what}; it must be application/json.`, {
      parameter: 'Content-Type',
      remedy: 'Send Content-Type: application/json, or no body.',
    });
  }
  next();
};

function hasBody({ headers }: Request): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** Rejects a URL longer than `limit` bytes with `url_too_long`. Node only accepts ASCII in it. */
export function limitUrlLength(limit: number): RequestHandler {
  return (request, _response, next) => {
    const size = request.originalUrl.length;
    if (size > limit) {
      throw new AskdexError('url_too_long', `The URL has ${size} bytes; at most ${limit} are allowed.`, {
        remedy: 'Shorten the query or use fewer filters.',
      });
    }
    next();
  };
}
