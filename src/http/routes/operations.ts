import { z } from 'zod';
import { docsPage, errorsPage } from './docs-page.js';
import { describeApi, type ApiDescription } from '../openapi/describe.js';
import { getRoute, okAnswer, type Route } from '../openapi/route.js';
import type { Services } from './services.js';
import { liveAnswer, readyAnswer } from '../openapi/response-schemas.js';

/** Health, metrics and the API description. `others`: further routes to describe. */
export function operationRoutes(services: Services, others: readonly Route[]): Route[] {
  const routes: Route[] = [];
  let described: ApiDescription | null = null;
  // Created at the first request, since it needs the list that is created here.
  const api = (): ApiDescription => (described ??= describeApi([...others, ...routes], descriptionOptions(services)));
  routes.push(...healthRoutes(services), metricsRoute(services), ...descriptionRoutes(services, api));
  return routes;
}

function descriptionOptions({ version, settings: { basePath, searchKeyRequired } }: Services) {
  return { version, basePath, searchKeyRequired };
}

const common = {
  tag: 'Operation',
  access: 'everyone',
  query: z.object({}),
  errors: [],
  // Probes and browsers may add parameters of their own, for example to bypass caches.
  ignoresParameters: true,
} as const;

function healthRoutes(services: Services): Route[] {
  return [
    getRoute({
      ...common,
      path: '/health/live',
      id: 'live',
      summary: 'Whether the process answers at all',
      answers: okAnswer('It does.', liveAnswer, { status: 'ok' }),
      handle({ response }) {
        response.set('Cache-Control', 'no-store').json({ status: 'ok' });
      },
    }),
    getRoute({
      ...common,
      path: '/health/ready',
      id: 'ready',
      summary: 'Whether there is an index to search',
      answers: [200, 503].map((status) => ({
        status,
        description: status === 200 ? 'There is.' : 'Not yet.',
        schema: readyAnswer,
        example:
          status === 200
            ? { status: 'ok', generation: '20250102T030405Z-0123456789ab', documents: 54 }
            : { status: 'unavailable', generation: null, documents: 0 },
      })),
      handle({ response }) {
        const manifest = services.backend()?.manifest ?? null;
        response
          .status(manifest === null ? 503 : 200)
          .set('Cache-Control', 'no-store')
          .json({
            status: manifest === null ? 'unavailable' : 'ok',
            generation: manifest?.generation ?? null,
            documents: manifest?.documents ?? 0,
          });
      },
    }),
  ];
}

function metricsRoute(services: Services): Route {
  return getRoute({
    ...common,
    path: '/metrics',
    id: 'metrics',
    summary: 'Metrics in the text format of Prometheus',
    answers: [{ status: 200, description: 'The metrics.', contentType: 'text/plain', schema: z.string() }],
    async handle({ response }) {
      const { registry } = services.metrics;
      const text = await registry.metrics();
      response.set('Cache-Control', 'no-store').type(registry.contentType).send(text);
    },
  });
}

function descriptionRoutes({ settings: { basePath } }: Services, api: () => ApiDescription): Route[] {
  return [
    getRoute({
      ...common,
      path: '/openapi.json',
      id: 'openapi',
      summary: 'This description (OpenAPI 3.1)',
      answers: okAnswer('The description.', z.looseObject({ openapi: z.string() })),
      handle({ response }) {
        response.set('Cache-Control', 'no-cache').json(api());
      },
    }),
    getRoute({
      ...common,
      path: '/docs',
      id: 'docs',
      summary: 'This description as a page to read',
      answers: [{ status: 200, description: 'The page.', contentType: 'text/html', schema: z.string() }],
      handle({ response }) {
        response.set('Cache-Control', 'no-cache').type('html').send(docsPage(api(), basePath));
      },
    }),
    getRoute({
      ...common,
      path: '/docs/errors',
      id: 'docsErrors',
      summary: 'Every error code, its meaning and what to do',
      answers: [{ status: 200, description: 'The page.', contentType: 'text/html', schema: z.string() }],
      handle({ response }) {
        response.set('Cache-Control', 'no-cache').type('html').send(errorsPage(basePath));
      },
    }),
  ];
}
