import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import type { TaskQueueOptions } from '../../../src/app/tasks/task-queue.js';
import {
  queriesAnswer,
  reindexAnswer,
  reportAnswer,
  rollbackAnswer,
  task,
  tasksAnswer,
} from '../../../src/http/openapi/response-schemas.js';
import {
  ADMIN,
  asAdmin,
  expectProblem,
  GENERATION,
  harness,
  REPORT,
  json,
  request,
  SEARCH,
  type Harness,
} from '../support.js';

/** A build that goes on until it is told to end, or canceled. */
function heldBuild(): { run: TaskQueueOptions['run']; finish: () => void; asked: boolean[] } {
  const ends: (() => void)[] = [];
  const asked: boolean[] = [];
  return {
    asked,
    finish: () => ends.shift()?.(),
    run: ({ full }, { signal }) =>
      new Promise((resolve, reject) => {
        asked.push(full);
        ends.push(() => resolve(REPORT));
        signal.addEventListener('abort', () => reject(new Error('aborted')));
      }),
  };
}

async function finished({ services }: Harness): Promise<void> {
  for (const { uid } of services.tasks.list()) {
    while (!['succeeded', 'failed', 'canceled'].includes(services.tasks.get(uid).status)) await turn();
  }
}

const ADMIN_ROUTES = [
  ['post', '/v1/admin/reindex'],
  ['post', '/v1/admin/rollback'],
  ['get', '/v1/admin/tasks'],
  ['get', '/v1/admin/tasks/0'],
  ['get', '/v1/admin/tasks/0/stream'],
  ['post', '/v1/admin/tasks/0/cancel'],
  ['get', '/v1/admin/report'],
  ['get', '/v1/admin/queries'],
] as const;

describe('admin routes', () => {
  for (const [method, path] of ADMIN_ROUTES) {
    it(`accept only the admin key for ${method.toUpperCase()} ${path}`, async () => {
      const one = harness();
      one.services.tasks.enqueue({ trigger: 'api' });
      const call = (authorization?: string) => {
        const asked = request(one.app)[method](path);
        return authorization === undefined ? asked : asked.set('Authorization', authorization);
      };
      expectProblem(await call(), 'missing_key', 401);
      for (const other of ['', 'Bearer', 'Bearer ', 'Basic YTpi', ADMIN, 'bearer', `Bearer ${ADMIN}, Bearer x`]) {
        expectProblem(await call(other), 'missing_key', 401);
      }
      const wrong = [SEARCH, `${ADMIN}x`, ADMIN.slice(1), ADMIN.toUpperCase(), 'x'.repeat(8000), 'é'];
      for (const key of wrong) expectProblem(await call(`Bearer ${key}`), 'invalid_key', 401);
      const { status, headers } = await call(`bearer  ${ADMIN} `);
      assert.ok([200, 202, 409].includes(status), String(status));
      assert.match(String(headers['cache-control']), /no-store/);
    });
  }

  it('check the key before the parameters and the body', async () => {
    const { app } = harness();
    expectProblem(await request(app).get('/v1/admin/tasks?limit=x'), 'missing_key', 401);
    expectProblem(await request(app).post('/v1/admin/reindex').send('{bad'), 'missing_key', 401);
  });
});

describe('POST /v1/admin/reindex', () => {
  it('accepts a build and returns the location of its task', async () => {
    const one = harness();
    const response = await request(one.app).post('/v1/admin/reindex').set(asAdmin).expect(202);
    const { taskUid, type } = reindexAnswer.parse(response.body);
    assert.equal(type, 'reindex');
    assert.equal(response.headers.location, `/v1/admin/tasks/${taskUid}`);
    await finished(one);
    const body = json(await request(one.app).get(String(response.headers.location)).set(asAdmin).expect(200));
    assert.equal(task.parse(body).status, 'succeeded');
  });

  for (const [body, full] of [
    ['{}', false],
    ['{"full":false}', false],
    ['{"full":true}', true],
  ] as const) {
    it(`accepts the body ${body}`, async () => {
      const held = heldBuild();
      const { app } = harness({ run: held.run });
      await request(app).post('/v1/admin/reindex').set(asAdmin).type('json').send(body).expect(202);
      assert.deepEqual(held.asked, [full]);
      held.finish();
    });
  }

  const BODIES = [
    'null',
    '[]',
    '"x"',
    '3',
    '{"full":1}',
    '{"full":null}',
    '{"ful":true}',
    '{"__proto__":{}}',
    '{',
    '{"full":true}x',
  ];
  for (const body of BODIES) {
    it(`refuses the body ${body} as invalid_body`, async () => {
      const response = await request(harness().app).post('/v1/admin/reindex').set(asAdmin).type('json').send(body);
      if (body === 'null') assert.equal(response.status, 400);
      expectProblem(response, 'invalid_body', 400);
    });
  }

  for (const [name, headers] of [
    ['another type', { 'Content-Type': 'application/x-www-form-urlencoded' }],
    ['no type', { 'Content-Type': '' }],
    ['another charset', { 'Content-Type': 'application/json; charset=latin1' }],
    ['a compressed body', { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' }],
  ] as const) {
    it(`refuses ${name} as unsupported_media_type`, async () => {
      const response = await request(harness().app)
        .post('/v1/admin/reindex')
        .set(asAdmin)
        .set(headers)
        .send('{"full":true}');
      expectProblem(response, 'unsupported_media_type', 415);
    });
  }

  it('joins the waiting build, so ten requests at once cause at most two builds', async () => {
    const held = heldBuild();
    const one = harness({ run: held.run });
    const calls = Array.from({ length: 10 }, () => request(one.app).post('/v1/admin/reindex').set(asAdmin).expect(202));
    const answers = await Promise.all(calls);
    assert.ok(new Set(answers.map(({ body }) => reindexAnswer.parse(body).taskUid)).size <= 2);
    held.finish();
    while (held.asked.length < 2) await turn();
    held.finish();
    await finished(one);
    assert.equal(held.asked.length, 2);
  });
});

describe('GET /v1/admin/tasks', () => {
  async function withTasks(count: number): Promise<Harness> {
    const one = harness();
    for (let n = 0; n < count; n++) {
      one.services.tasks.enqueue({ trigger: 'cron' });
      await finished(one);
    }
    return one;
  }

  async function page(one: Harness, query: string) {
    const body = json(await request(one.app).get(`/v1/admin/tasks?${query}`).set(asAdmin).expect(200));
    const { results, ...rest } = tasksAnswer.parse(body);
    return { uids: results.map(({ uid }) => uid), ...rest };
  }

  it('returns pages, newest first, each with the start of the next', async () => {
    const one = await withTasks(5);
    assert.deepEqual(await page(one, 'limit=2'), { uids: [4, 3], total: 5, limit: 2, from: 4, next: 2 });
    assert.deepEqual(await page(one, 'limit=2&from=2'), {
      uids: [2, 1],
      total: 5,
      limit: 2,
      from: 2,
      next: 0,
    });
    assert.deepEqual(await page(one, 'limit=2&from=0'), {
      uids: [0],
      total: 5,
      limit: 2,
      from: 0,
      next: null,
    });
  });

  it('returns only tasks of the requested statuses', async () => {
    const one = await withTasks(2);
    assert.equal((await page(one, 'status=failed')).total, 0);
    assert.equal((await page(one, 'status=failed,succeeded')).total, 2);
    assert.deepEqual(await page(harness(), ''), { uids: [], total: 0, limit: 20, from: null, next: null });
  });

  for (const query of ['limit=0', 'limit=101', 'from=-1', 'status=done', 'statuses=failed']) {
    it(`refuses ?${query}`, async () => {
      const { status } = await request(harness().app).get(`/v1/admin/tasks?${query}`).set(asAdmin);
      assert.equal(status, 400);
    });
  }

  for (const [uid, code] of [
    ['99', 'task_not_found'],
    ['x', 'invalid_parameter'],
    ['-1', 'invalid_parameter'],
    ['9'.repeat(30), 'invalid_parameter'],
  ] as const) {
    it(`answers ${code} for the task ${uid}`, async () => {
      const { app } = harness();
      for (const path of [uid, `${uid}/stream`]) {
        expectProblem(await request(app).get(`/v1/admin/tasks/${path}`).set(asAdmin), code);
      }
      expectProblem(await request(app).post(`/v1/admin/tasks/${uid}/cancel`).set(asAdmin), code);
    });
  }
});

describe('POST /v1/admin/tasks/{uid}/cancel', () => {
  it('cancels a running build', async () => {
    const one = harness({ run: heldBuild().run });
    const { uid } = one.services.tasks.enqueue({ trigger: 'api' });
    const body = json(await request(one.app).post(`/v1/admin/tasks/${uid}/cancel`).set(asAdmin).expect(202));
    assert.equal(task.parse(body).canceledBy, 'api');
    await finished(one);
    assert.equal(one.services.tasks.get(uid).status, 'canceled');
  });
});

describe('the rollback, report and query log routes', () => {
  it('roll back to the previous generation, or to the one named', async () => {
    const { app } = harness();
    for (const body of [undefined, {}, { generation: GENERATION }]) {
      const response = await request(app).post('/v1/admin/rollback').set(asAdmin).send(body).expect(200);
      assert.equal(rollbackAnswer.parse(response.body).generation, GENERATION);
    }
  });

  for (const body of [{ generation: 3 }, { generation: '' }, { generation: 'x'.repeat(101) }, { to: 'x' }]) {
    it(`refuse the rollback body ${JSON.stringify(body).slice(0, 40)}`, async () => {
      expectProblem(
        await request(harness().app).post('/v1/admin/rollback').set(asAdmin).send(body),
        'invalid_body',
        400,
      );
    });
  }

  it('return the report and the query log', async () => {
    const { app } = harness();
    await request(app).get('/v1/search?q=liver').expect(200);
    const report = await request(app).get('/v1/admin/report').set(asAdmin).expect(200);
    assert.deepEqual(reportAnswer.parse(report.body), REPORT);
    const queries = await request(app).get('/v1/admin/queries?limit=1').set(asAdmin).expect(200);
    assert.deepEqual(queriesAnswer.parse(queries.body).top, [{ query: 'liver', count: 1 }]);
  });
});
