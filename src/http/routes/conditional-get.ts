import { randomUUID } from 'node:crypto';
import type { Request, Response } from 'express';
import type { Backend } from '../../core/model/ports.js';
import type { HttpSettings } from './services.js';

/** Sets the caching headers, sends 304 if the caller's copy is current, and returns whether it did. */
export type RespondNotModified = (request: Request, response: Response, backend: Backend) => boolean;

/**
 * Creates the caching check. A response depends on the URL, the generation and this process's settings. Only its
 * duration
 * differs, so the ETag is weak. Caches revalidate each time, so a new generation is visible at once.
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
