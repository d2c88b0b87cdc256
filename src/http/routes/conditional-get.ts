import { randomUUID } from 'node:crypto';
import type { Request, Response } from 'express';
import type { Backend } from '../../core/model/ports.js';
import type { HttpSettings } from './services.js';

/** Sends 304 where the caller's copy still holds, and tells whether it did; sets the headers about caching. */
export type RespondNotModified = (request: Request, response: Response, backend: Backend) => boolean;

/**
 * An answer depends on the URL, the generation and the settings that this process runs with, but for the time it took:
 * hence a weak tag of the two. Copies are kept but asked about each time, so that a new generation shows at once.
 */
export function createConditionalGet({ searchKeyRequired }: HttpSettings): RespondNotModified {
  const run = randomUUID().slice(0, 8);
  return (request, response, backend) => {
    response.set('Cache-Control', `${searchKeyRequired ? 'private' : 'public'}, no-cache`);
    if (searchKeyRequired) response.vary('Authorization');
    response.set('ETag', `W/"${backend.manifest.generation}-${run}"`);
    if (!request.fresh) return false;
    response.status(304).end();
    return true;
  };
}
