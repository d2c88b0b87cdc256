import { AskdexError } from '../../core/errors.js';
import * as examples from '../openapi/examples.js';
import { getRoute, okAnswer, postRoute, type Route } from '../openapi/route.js';
import { noParameters, queriesParameters, reindexBody, rollbackBody } from './request-schemas.js';
import type { Services } from './services.js';
import { queriesAnswer, reindexAnswer, reportAnswer, rollbackAnswer } from '../openapi/response-schemas.js';

/** The admin routes: start a build, roll back, the report of the last build, the query report. */
export function adminRoutes(services: Services): Route[] {
  return [reindexRoute(services), rollbackRoute(services), reportRoute(services), queriesRoute(services)];
}

function reindexRoute(services: Services): Route {
  return postRoute({
    path: '/v1/admin/reindex',
    id: 'reindex',
    tag: 'Admin',
    summary: 'Request a build',
    description: 'A request while another waits joins the waiting one: the same taskUid is given.',
    access: 'admin',
    query: noParameters,
    body: reindexBody,
    answers: [
      {
        status: 202,
        description: 'The task; Location leads to it.',
        schema: reindexAnswer,
        example: examples.reindexAnswer,
      },
    ],
    errors: ['invalid_body', 'body_too_large', 'unsupported_media_type'],
    handle({ response, body }) {
      const { uid, status, type, enqueuedAt } = services.tasks.enqueue({ trigger: 'api', full: body.full });
      response
        .status(202)
        .location(`${services.settings.basePath}/v1/admin/tasks/${uid}`)
        .json({ taskUid: uid, status, type, enqueuedAt });
    },
  });
}

function rollbackRoute(services: Services): Route {
  return postRoute({
    path: '/v1/admin/rollback',
    id: 'rollback',
    tag: 'Admin',
    summary: 'Serve an earlier generation again',
    description: 'The one before, or the one named. Scheduled builds do not publish the undone content again.',
    access: 'admin',
    query: noParameters,
    body: rollbackBody,
    answers: okAnswer('Its manifest.', rollbackAnswer, examples.manifest),
    errors: [
      'invalid_body',
      'body_too_large',
      'unsupported_media_type',
      'generation_not_found',
      'no_earlier_generation',
      'index_locked',
      'index_damaged',
    ],
    async handle({ response, body }) {
      response.json(await services.rollback(body.generation));
    },
  });
}

function reportRoute(services: Services): Route {
  return getRoute({
    path: '/v1/admin/report',
    id: 'report',
    tag: 'Admin',
    summary: 'What the last build did, and what it skipped and why',
    access: 'admin',
    query: noParameters,
    answers: okAnswer('The report.', reportAnswer, examples.report),
    errors: ['report_not_found'],
    async handle({ response }) {
      const report = await services.report();
      if (report === null) {
        throw new AskdexError('report_not_found', 'No build has finished yet, so there is no report.', {
          remedy: 'Request one with POST /v1/admin/reindex and follow its task.',
        });
      }
      response.json(report);
    },
  });
}

function queriesRoute(services: Services): Route {
  return getRoute({
    path: '/v1/admin/queries',
    id: 'queries',
    tag: 'Admin',
    summary: 'Frequent queries, queries without a hit, and slow ones',
    description: 'Kept in memory since the server started.',
    access: 'admin',
    query: queriesParameters,
    answers: okAnswer('The three lists.', queriesAnswer, examples.queries),
    errors: [],
    handle({ response, parameters }) {
      response.json(services.queryLog.report(parameters.limit));
    },
  });
}
