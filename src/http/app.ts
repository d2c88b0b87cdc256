import { performance } from 'node:perf_hooks';
import compression from 'compression';
import express, { Router, type Express, type RequestHandler } from 'express';
import { AskdexError } from '../core/errors.js';
import { jsonBody, limitUrlLength } from './request-checks.js';
import { errorHandler, routeNotFound } from './problem-details.js';
import { requestLog } from './request-log.js';
import type { Route } from './openapi/route.js';
import { adminRoutes } from './routes/admin.js';
import { operationRoutes } from './routes/operations.js';
import { searchRoutes } from './routes/search.js';
import { snapshotRoutes } from './routes/snapshots.js';
import { taskRoutes } from './routes/tasks.js';
import { requireAccess, corsHeaders, rateLimiter, securityHeaders } from './security.js';
import type { Services } from './routes/services.js';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface AppOptions {
  /** The folder of the search page; the one beside this code unless told. */
  readonly pageFolder?: string;
}

/**
 * Builds the HTTP side over the services: the API, its description, and the search page. It starts nothing and listens
 * to nothing; every answer is JSON, a page, or problem details.
 */
export function createApp(services: Services, { pageFolder = DEFAULT_PAGE_FOLDER }: AppOptions = {}): Express {
  const { settings, log } = services;
  const app = express();
  app.disable('x-powered-by').disable('etag');
  app.enable('case sensitive routing');
  app.set('trust proxy', settings.trustProxy);
  // Each route reads its own parameters; the parser's guesses are not wanted.
  app.set('query parser', false);
  app.use(requestLog({ log, logQueries: settings.logQueries }), measured(services), ...securityHeaders(settings));
  app.use(limitUrlLength(settings.urlLimit), compressed());
  app.use(settings.basePath === '' ? '/' : settings.basePath, siteRouter(services, pageFolder));
  app.use((request) => {
    throw routeNotFound(request.path);
  });
  app.use(errorHandler(settings.basePath));
  return app;
}

function siteRouter(services: Services, pageFolder: string): Router {
  const { settings } = services;
  const router = Router({ caseSensitive: true });
  if (settings.basePath !== '') router.use(toSlash(settings.basePath));
  const { snapshots } = services;
  const api = [
    ...searchRoutes(services),
    ...(snapshots === undefined ? [] : snapshotRoutes(services, snapshots)),
    ...taskRoutes(services),
    ...adminRoutes(services),
  ];
  router.use('/v1/admin', rateLimiter(settings.adminRateLimit, 'admin'));
  const visitors = rateLimiter(settings.rateLimit, 'api');
  const origins = corsHeaders(settings);
  const notAdmin = (handler: RequestHandler): RequestHandler => {
    return (request, response, next) =>
      /^\/admin(?:\/|$)/.test(request.path) ? next() : handler(request, response, next);
  };
  router.use('/v1', notAdmin(origins), notAdmin(visitors));
  router.use('/openapi.json', origins);
  mount(router, [...api, ...operationRoutes(services, api)], services);
  router.use(pageRouter(pageFolder));
  return router;
}

/** The page's links are relative, so it must be reached with the slash at the end. */
function toSlash(basePath: string): RequestHandler {
  return (request, response, next) => {
    const [path = '', query] = request.originalUrl.split('?');
    if (path !== basePath) next();
    else response.redirect(308, `${basePath}/${query === undefined ? '' : `?${query}`}`);
  };
}

/** Registers the routes, and for each path the answer to every other method. */
function mount(router: Router, routes: readonly Route[], services: Services): void {
  for (const path of new Set(routes.map((route) => route.path))) {
    const ofPath = routes.filter((route) => route.path === path);
    const mounted = router.route(path.replace(/\{(\w+)\}/g, ':$1'));
    mounted.all((_request, response, next) => {
      response.locals.route = path;
      next();
    });
    for (const route of ofPath) {
      const body = route.body === null ? [] : jsonBody(services.settings.bodyLimit);
      mounted[route.method](requireAccess(route.access, services), ...body, route.handler);
    }
    mounted.all(otherMethod(ofPath));
  }
}

function otherMethod(routes: readonly Route[]): RequestHandler {
  const methods = routes.flatMap((route) => (route.method === 'get' ? ['GET', 'HEAD'] : ['POST']));
  const allowed = [...methods, 'OPTIONS'].join(', ');
  return (request, response) => {
    response.set('Allow', allowed);
    if (request.method === 'OPTIONS') {
      response.status(204).end();
      return;
    }
    throw new AskdexError('method_not_allowed', `This path does not answer ${request.method}.`, {
      remedy: `Use ${allowed.replace(', OPTIONS', '').replace(', ', ' or ')}.`,
    });
  };
}

function compressed(): RequestHandler {
  return compression({
    // An event must leave at once, not when a block is full.
    filter: (request, response) => {
      const type = String(response.getHeader('Content-Type') ?? '');
      return (
        !type.startsWith('text/event-stream') &&
        // Files of snapshots were encoded when they were made, or are wanted as they are.
        !type.startsWith('application/octet-stream') &&
        (type.startsWith('application/problem+json') || compression.filter(request, response))
      );
    },
  });
}

const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'OPTIONS']);

function measured({ metrics }: Services): RequestHandler {
  return (request, response, next) => {
    const start = performance.now();
    response.once('close', () => {
      const route: unknown = response.locals.route;
      const method = METHODS.has(request.method) ? request.method : 'other';
      const labels = {
        method,
        route: typeof route === 'string' ? route : 'other',
        status: response.statusCode,
      };
      metrics.request(labels, (performance.now() - start) / 1000);
    });
    next();
  };
}

/** What the search page consists of; the compiler's by-products in the same folder are not served. */
const SERVED: ReadonlySet<string> = new Set(['.html', '.css', '.js', '.svg']);

/** The folder of the search page beside this code: compiled in `dist`, as written in `src`. */
export const DEFAULT_PAGE_FOLDER = fileURLToPath(new URL('../page/', import.meta.url));

/** Serves the search page from `folder`. A path that is not a file of it falls through. */
export function pageRouter(folder: string): Router {
  const router = Router({ caseSensitive: true });
  const files = express.static(folder, {
    dotfiles: 'ignore',
    redirect: false,
    setHeaders: (response) => response.set('Cache-Control', 'no-cache'),
  });
  router.use((request, response, next) => {
    const asksForPage = request.path === '/' || SERVED.has(extname(request.path));
    const reads = request.method === 'GET' || request.method === 'HEAD';
    if (asksForPage && reads) files(request, response, next);
    else next();
  });
  return router;
}
