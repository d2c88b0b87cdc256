import { performance } from 'node:perf_hooks';
import compression from 'compression';
import express, { Router, type Express, type RequestHandler } from 'express';
import { AskdexError } from '../core/errors.js';
import { errorHandler, routeNotFound } from './problem-details.js';
import { requestLog, jsonBody, limitUrlLength } from './request-middleware.js';
import type { Route } from './openapi/route.js';
import { adminRoutes } from './routes/admin.js';
import { operationRoutes } from './routes/operations.js';
import { searchRoutes } from './routes/search.js';
import { snapshotRoutes } from './routes/snapshots.js';
import { taskRoutes } from './routes/tasks.js';
import { requireAccess, corsHeaders, rateLimiter, securityHeaders } from './security.js';
import type { Services } from './routes/services.js';
import { fileURLToPath } from 'node:url';

export interface AppOptions {
  /** The folder of the search page; default: the one beside this code. */
  readonly pageFolder?: string;
}

/**
 * Creates the HTTP application over the services: the API, its description and the search page. It does not listen.
 * Every response is JSON, a page or problem details.
 */
export function createApp(services: Services, { pageFolder = DEFAULT_PAGE_FOLDER }: AppOptions = {}): Express {
  const { settings, log } = services;
  const app = express();
  app.disable('x-powered-by').disable('etag');
  app.enable('case sensitive routing');
  app.set('trust proxy', settings.trustProxy);
  // Each route reads its own parameters. Express's parser would guess at nesting and arrays.
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

/** Redirects to the base path with a slash at the end, since the page's links are relative. */
function toSlash(basePath: string): RequestHandler {
  return (request, response, next) => {
    const [path = '', query] = request.originalUrl.split('?');
    if (path !== basePath) next();
    else response.redirect(308, `${basePath}/${query === undefined ? '' : `?${query}`}`);
  };
}

/** Registers the routes, and for each path the response to every other method. */
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
    throw new AskdexError('method_not_allowed', `This path does not support ${request.method}.`, {
      remedy: `Use ${allowed.replace(', OPTIONS', '').replace(', ', ' or ')}.`,
    });
  };
}

function compressed(): RequestHandler {
  return compression({
    // An event must be sent at once, not when a compression block is full.
    filter: (request, response) => {
      const type = String(response.getHeader('Content-Type') ?? '');
      return (
        !type.startsWith('text/event-stream') &&
        // The files of snapshots are stored in compressed forms already.
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

/**
 * The paths of the search page's files. By-products of the compiler are not served, nor are subfolders: `offline/`
 * belongs to exported snapshots.
 */
const PAGE_PATH = /^\/(?:[\w-]+\.(?:html|css|js|svg))?$/;

/** The folder of the search page beside this code. */
const DEFAULT_PAGE_FOLDER = fileURLToPath(new URL('../page/', import.meta.url));

/** Serves the search page from `folder`. Other paths are left to the next handler. */
function pageRouter(folder: string): Router {
  const router = Router({ caseSensitive: true });
  const files = express.static(folder, {
    dotfiles: 'ignore',
    redirect: false,
    setHeaders: (response) => response.set('Cache-Control', 'no-cache'),
  });
  router.use((request, response, next) => {
    const reads = request.method === 'GET' || request.method === 'HEAD';
    if (reads && PAGE_PATH.test(request.path)) files(request, response, next);
    else next();
  });
  return router;
}
