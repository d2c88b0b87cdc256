import { z } from 'zod';
import type { Task } from '../../app/tasks/task-queue.js';
import { AskdexError, quoteForMessage } from '../../core/errors.js';
import * as examples from '../openapi/examples.js';
import { getRoute, okAnswer, pathParameter, postRoute, type Route } from '../openapi/route.js';
import { noParameters, tasksParameters } from './request-schemas.js';
import type { Services } from './services.js';
import { streamTask } from './task-stream.js';
import { task, tasksAnswer } from '../openapi/response-schemas.js';

const UID = { uid: { description: "The task's number.", example: 7 } };

/** The routes for tasks: list, one task, progress stream, cancellation. */
export function taskRoutes(services: Services): Route[] {
  return [listRoute(services), oneRoute(services), streamRoute(services), cancelRoute(services)];
}

function listRoute(services: Services): Route {
  return getRoute({
    path: '/v1/admin/tasks',
    id: 'tasks',
    tag: 'Tasks',
    summary: 'The tasks, newest first',
    description: 'The last hundred tasks are retained. Pass `next` as `from` to see older ones.',
    access: 'admin',
    query: tasksParameters,
    answers: okAnswer('A page of them.', tasksAnswer, examples.tasks),
    errors: [],
    handle({ response, parameters: { limit, from, status } }) {
      const asked = [...services.tasks.list()]
        .filter((one) => status === undefined || status.includes(one.status))
        .sort((a, b) => b.uid - a.uid);
      const rest = asked.filter((one) => from === undefined || one.uid <= from);
      const results = rest.slice(0, limit);
      const next = rest[limit]?.uid ?? null;
      response.json({ results, total: asked.length, limit, from: results[0]?.uid ?? null, next });
    },
  });
}

function oneRoute(services: Services): Route {
  return getRoute({
    path: '/v1/admin/tasks/{uid}',
    id: 'task',
    tag: 'Tasks',
    summary: 'One task',
    access: 'admin',
    pathParameters: UID,
    query: noParameters,
    answers: okAnswer('The task.', task, examples.task),
    errors: ['task_not_found'],
    handle({ request, response }) {
      response.json(existingTask(services, pathParameter(request, 'uid')));
    },
  });
}

function streamRoute(services: Services): Route {
  return getRoute({
    path: '/v1/admin/tasks/{uid}/stream',
    id: 'taskStream',
    tag: 'Tasks',
    summary: "A task's progress as server-sent events",
    description:
      'Event `progress`: `{"uid":7,"status":"processing","stage":"indexing","percent":40}`; event `done`: the whole task, after which the ' +
      'stream ends. A comment is sent every 15 seconds to keep the connection open.',
    access: 'admin',
    pathParameters: UID,
    query: noParameters,
    answers: [
      {
        status: 200,
        description: 'The events.',
        contentType: 'text/event-stream',
        schema: z.string(),
        example: examples.stream,
      },
    ],
    errors: ['task_not_found'],
    handle({ request, response }) {
      const { uid } = existingTask(services, pathParameter(request, 'uid'));
      streamTask({ request, response, services, uid });
    },
  });
}

function cancelRoute(services: Services): Route {
  return postRoute({
    path: '/v1/admin/tasks/{uid}/cancel',
    id: 'cancelTask',
    tag: 'Tasks',
    summary: 'Cancel a task',
    description: 'A waiting task ends at once, a running one at its next step. The index does not change.',
    access: 'admin',
    pathParameters: UID,
    query: noParameters,
    body: z.strictObject({}),
    answers: [{ status: 202, description: 'The task as it is now.', schema: task, example: examples.task }],
    errors: ['task_not_found', 'task_not_cancelable', 'invalid_body'],
    handle({ request, response }) {
      const { uid } = existingTask(services, pathParameter(request, 'uid'));
      response.status(202).json(services.tasks.cancel(uid, 'api'));
    },
  });
}

function existingTask(services: Services, written: string): Task {
  if (!/^\d{1,15}$/.test(written)) {
    throw new AskdexError(
      'invalid_parameter',
      `The task number is ${quoteForMessage(written)}; it must be a whole number.`,
      {
        parameter: 'uid',
        remedy: 'Give the taskUid from the response of POST /v1/admin/reindex.',
      },
    );
  }
  return services.tasks.get(Number(written));
}
