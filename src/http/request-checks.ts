import express, { type Request, type RequestHandler } from 'express';
import { AskdexError, quoteForMessage } from '../core/errors.js';

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
