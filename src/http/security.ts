import cors from 'cors';
import type { RequestHandler } from 'express';
import { rateLimit } from 'express-rate-limit';
import helmet from 'helmet';
import { AskdexError } from '../core/errors.js';
import { bearerKey } from './api-keys.js';
import type { Access } from './openapi/route.js';
import type { HttpSettings, Services } from './routes/services.js';

/** Headers that every answer carries. Nothing may be loaded from elsewhere, and no script may stand in a page. */
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
      // A browser that saw it once refuses plain HTTP for months, on this host and every port of it.
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

/** Lets pages of the listed origins read answers; without a list, no header is sent and browsers refuse. */
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

/** Refuses an address that asked more than `perMinute` times within a minute; null: never. */
export function rateLimiter(perMinute: number | null, identifier: string): RequestHandler {
  if (perMinute === null) return (_request, _response, next) => next();
  return rateLimit({
    windowMs: 60_000,
    limit: perMinute,
    identifier,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    // Its checks at run time write to the console what visitors put into their headers.
    validate: false,
    handler: (_request, _response, next) => {
      const wait = 'Wait as many seconds as the Retry-After header says.';
      next(
        new AskdexError('rate_limited', `More than ${perMinute} requests came within a minute.`, {
          remedy: wait,
        }),
      );
    },
  });
}

/** Lets through who may call a route; throws `missing_key` or `invalid_key`. The admin key opens every route. */
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
