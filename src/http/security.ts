import cors from 'cors';
import helmet from 'helmet';
import type { RequestHandler } from 'express';
import { rateLimit } from 'express-rate-limit';
import { AskdexError } from '../core/errors.js';
import type { Access } from './openapi/route.js';
import type { HttpSettings, Services } from './routes/services.js';
import { isSha256 } from '../core/guards.js';
import { sha256, sha256Bytes } from '../sha256.js';
import { timingSafeEqual } from 'node:crypto';

/** Headers of every response. A page may load nothing from other sites and contain no inline script. */
export function securityHeaders({ https }: HttpSettings): RequestHandler[] {
  const self = ["'self'"];
  return [
    helmet({
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          defaultSrc: ["'none'"],
          scriptSrc: self,
          styleSrc: self,
          imgSrc: ["'self'", 'data:'],
          connectSrc: self,
          baseUri: ["'none'"],
          frameAncestors: ["'none'"],
          formAction: self,
        },
      },
      // HSTS: a browser that receives it refuses plain HTTP on every port of this host for months.
      strictTransportSecurity: https,
      referrerPolicy: { policy: 'no-referrer' },
      xFrameOptions: { action: 'deny' },
    }),
    (_request, response, next) => {
      response.set('Permissions-Policy', 'camera=(), geolocation=(), microphone=(), payment=(), usb=()');
      next();
    },
  ];
}

/** Allows pages of the listed origins to read responses. Without a list no header is sent, so browsers refuse. */
export function corsHeaders({ corsOrigins }: HttpSettings): RequestHandler {
  if (corsOrigins.length === 0) return (_request, _response, next) => next();
  const listed = [...corsOrigins];
  return cors({
    origin: listed.includes('*') ? '*' : listed,
    methods: ['GET', 'HEAD'],
    allowedHeaders: ['Authorization', 'Content-Type', 'If-Range', 'Range', 'X-Request-Id'],
    exposedHeaders: [
      'Accept-Ranges',
      'Content-Range',
      'ETag',
      'X-Request-Id',
      'RateLimit',
      'RateLimit-Policy',
      'Retry-After',
    ],
    maxAge: 600,
    optionsSuccessStatus: 204,
  });
}

/** Rejects an address that sends more than `perMinute` requests within a minute; null: no limit. */
export function rateLimiter(perMinute: number | null, identifier: string): RequestHandler {
  if (perMinute === null) return (_request, _response, next) => next();
  return rateLimit({
    windowMs: 60_000,
    limit: perMinute,
    identifier,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    // The library's validations would print headers of visitors to the console.
    validate: false,
    handler: (_request, _response, next) => {
      const wait = 'Wait as many seconds as the Retry-After header says.';
      next(
        new AskdexError('rate_limited', `More than ${perMinute} requests arrived within a minute.`, {
          remedy: wait,
        }),
      );
    },
  });
}

/**
 * Checks the key of a request. The admin key is accepted for every route.
 *
 * @throws {AskdexError} missing_key, invalid_key
 */
export function requireAccess(access: Access, services: Services): RequestHandler {
  const open = access === 'everyone' || (access === 'search' && !services.settings.searchKeyRequired);
  if (open) return (_request, _response, next) => next();
  const remedy = 'Send the header "Authorization: Bearer KEY".';
  return (request, response, next) => {
    if (access === 'admin') response.set('Cache-Control', 'no-store');
    const key = bearerKey(request.headers.authorization);
    if (key === null) {
      throw new AskdexError('missing_key', 'This route needs a key.', { parameter: 'Authorization', remedy });
    }
    const accepted = services.isAdmin(key) || (access === 'search' && services.isSearchKey(key));
    if (!accepted) {
      const which = access === 'admin' ? 'an admin key' : 'a search key';
      throw new AskdexError('invalid_key', `The key given is not ${which}.`, { parameter: 'Authorization' });
    }
    next();
  };
}

/** The SHA-256 of a key in lower-case hexadecimal. It is stored instead of the key. */
export function hashKey(key: string): string {
  return sha256(key);
}

/**
 * Creates a function that checks keys against the hashes of the accepted ones (see {@link hashKey}).
 *
 * Its duration reveals nothing about the accepted keys: hashes have one length, and all of them are compared. Invalid
 * hashes are ignored. If there are no hashes, no key is accepted.
 */
export function keyVerifier(hashes: readonly string[]): (key: string) => boolean {
  const accepted = hashes.filter(isSha256).map((hash) => Buffer.from(hash, 'hex'));
  return (key) => {
    const given = sha256Bytes(key);
    let found = false;
    for (const hash of accepted) found = timingSafeEqual(hash, given) || found;
    return found;
  };
}

/** The key of an `Authorization: Bearer KEY` header; null if there is none or the scheme is another one. */
export function bearerKey(header: string | undefined): string | null {
  return /^Bearer +([^\s,]+) *$/i.exec(header ?? '')?.[1] ?? null;
}
