import type { RequestHandler } from 'express';
import { AskdexError } from '../core/errors.js';

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
