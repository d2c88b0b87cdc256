import express, { type Request, type RequestHandler } from 'express';
import { AskdexError, quoteForMessage } from '../core/errors.js';

/** Reads a JSON body of at most `limit` bytes into `request.body`; without a body, it stays undefined. */
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

/** Refuses a request target longer than `limit` bytes: `url_too_long`. Node lets ASCII alone stand in a target. */
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
