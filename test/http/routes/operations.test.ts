import assert from 'node:assert/strict';
import { z } from 'zod';
import { createMetrics } from '../../../src/http/routes/metrics.js';
import * as examples from '../../../src/http/openapi/examples.js';
import * as shapes from '../../../src/http/openapi/response-schemas.js';
import { asAdmin, GENERATION, harness, MANIFEST, json, request } from '../support.js';

describe('the health routes', () => {
  it('report live always, and ready if there is a generation', async () => {
    const { app } = harness();
    assert.deepEqual((await request(app).get('/health/live?t=1').expect(200)).body, { status: 'ok' });
    const ready = await request(app).get('/health/ready').expect(200);
    assert.deepEqual(ready.body, { status: 'ok', generation: GENERATION, documents: 2 });
  });

  it('report unavailable without a generation', async () => {
    const { app } = harness({ services: { backend: () => null } });
    await request(app).get('/health/live').expect(200);
    const body = json(await request(app).get('/health/ready').expect(503));
    assert.deepEqual(body, { status: 'unavailable', generation: null, documents: 0 });
  });
});

describe('GET /metrics', () => {
  it('counts requests by route, searches, and searches without a hit', async () => {
    const { app, services } = harness();
    for (const path of ['/v1/search?q=a', '/v1/search?q=nothing', '/v1/documents/secret-key', '/nowhere/at/all']) {
      await request(app).get(path);
    }
    services.metrics.build('succeeded', 2);
    const { text, headers } = await request(app).get('/metrics').expect(200);
    assert.match(String(headers['content-type']), /^text\/plain; version=0\.0\.4/);
    assert.match(text, /^askdex_searches_total 2$/m);
    assert.match(text, /^askdex_searches_zero_hits_total 1$/m);
    assert.match(text, /^askdex_documents 2$/m);
    assert.match(text, /^askdex_builds_total\{result="succeeded"\} 1$/m);
    assert.match(
      text,
      new RegExp(`^askdex_generation_info\\{generation="${GENERATION}",analyzer="en-1"\\} 1735787045$`, 'm'),
    );
    assert.match(text, /_count\{method="GET",route="\/v1\/search",status="200"\} 2/);
    assert.match(text, /_count\{method="GET",route="\/v1\/documents\/\{key\}",status="404"\} 1/);
    assert.match(text, /_count\{method="GET",route="other",status="404"\} 1/);
    assert.doesNotMatch(text, /secret-key|nowhere/);
  });

  it('includes process metrics if enabled, and no generation if there is none', async () => {
    const text = await createMetrics({ manifest: () => null, process: true }).registry.metrics();
    assert.match(text, /nodejs_eventloop_lag_seconds/);
    assert.match(text, /^askdex_documents 0$/m);
    assert.doesNotMatch(text, /askdex_generation_info\{/);
  });
});

const operation = z.object({
  operationId: z.string(),
  responses: z.record(z.string(), z.unknown()),
  parameters: z.array(z.object({ name: z.string(), in: z.string(), example: z.unknown().optional() })).optional(),
});
const description = z.object({
  openapi: z.literal('3.1.0'),
  servers: z.array(z.object({ url: z.string() })),
  paths: z.record(z.string(), z.record(z.string(), operation)),
  components: z.object({ schemas: z.record(z.string(), z.unknown()) }),
});

async function describeApp(basePath = '') {
  const { app } = harness({ settings: { basePath } });
  const body = json(await request(app).get(`${basePath}/openapi.json`).expect(200));
  return { app, body, api: description.parse(body) };
}

describe('GET /openapi.json', () => {
  it('describes exactly the routes of version 1', async () => {
    const { api } = await describeApp();
    const routes = Object.entries(api.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    assert.deepEqual(routes.sort(), [
      'get /docs',
      'get /docs/errors',
      'get /health/live',
      'get /health/ready',
      'get /metrics',
      'get /openapi.json',
      'get /v1/admin/queries',
      'get /v1/admin/report',
      'get /v1/admin/tasks',
      'get /v1/admin/tasks/{uid}',
      'get /v1/admin/tasks/{uid}/stream',
      'get /v1/documents/{key}',
      'get /v1/documents/{key}/related',
      'get /v1/search',
      'get /v1/snapshots/latest',
      'get /v1/snapshots/{generation}/{file}',
      'get /v1/suggest',
      'post /v1/admin/reindex',
      'post /v1/admin/rollback',
      'post /v1/admin/tasks/{uid}/cancel',
    ]);
  });

  it('has only references that resolve, and unique operation ids', async () => {
    const { api, body } = await describeApp();
    const references = [...JSON.stringify(body).matchAll(/"\$ref":"([^"]+)"/g)].map(([, target]) => target ?? '');
    assert.ok(references.length > 20);
    for (const target of references) {
      assert.ok(Object.keys(api.components.schemas).includes(target.replace('#/components/schemas/', '')), target);
    }
    const ids = Object.values(api.paths).flatMap((methods) => Object.values(methods).map((one) => one.operationId));
    assert.equal(new Set(ids).size, ids.length);
    for (const noise of ['$schema', '$id', String(Number.MAX_SAFE_INTEGER)])
      assert.ok(!JSON.stringify(body).includes(noise));
  });

  it('includes the bounds, defaults and examples of the schemas that check the parameters', async () => {
    const { body } = await describeApp();
    const text = JSON.stringify(body);
    assert.match(text, /"name":"limit"[^}]*\{"default":10,"type":"integer","minimum":0,"maximum":100\}/);
    assert.match(text, /"name":"filter"[^}]*\{"type":"array","items":\{"type":"string"\}\},"example":\["subject/);
    assert.match(text, /"enum":\["date:desc","date:asc"\]/);
  });

  it('declares a path parameter for each name in braces', async () => {
    const { api } = await describeApp();
    for (const [path, methods] of Object.entries(api.paths)) {
      const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      for (const { parameters = [] } of Object.values(methods)) {
        assert.deepEqual(
          parameters.filter((one) => one.in === 'path').map(({ name }) => name),
          names,
        );
      }
    }
  });

  it('requires a key for the routes that need one', async () => {
    const body = json(await request(harness({ settings: { searchKeyRequired: true } }).app).get('/openapi.json'));
    assert.match(
      JSON.stringify(body),
      /"operationId":"search"[^[]*\["Search"\],"summary":"[^"]*","security":\[\{"key":\[\]\}\]/,
    );
  });

  it('describes routes that answer, also under a base path', async () => {
    for (const basePath of ['', '/help/search']) {
      const { app, api } = await describeApp(basePath);
      assert.deepEqual(api.servers, [{ url: basePath === '' ? '/' : basePath }]);
      for (const [path, methods] of Object.entries(api.paths)) {
        for (const method of Object.keys(methods)) {
          const target = basePath + path.replace('{uid}', '0').replace('{key}', '%2Fx');
          const response = await request(app)[method === 'post' ? 'post' : 'get'](target).set(asAdmin);
          assert.ok(
            ![405, 500].includes(response.status) && !response.text.includes('"code":"route_not_found"'),
            `${method} ${target}`,
          );
        }
      }
    }
  });

  for (const [name, schema] of [
    ['searchAnswer', shapes.searchAnswer],
    ['suggestAnswer', shapes.suggestAnswer],
    ['documentAnswer', shapes.documentAnswer],
    ['relatedAnswer', shapes.relatedAnswer],
    ['reindexAnswer', shapes.reindexAnswer],
    ['task', shapes.task],
    ['tasks', shapes.tasksAnswer],
    ['manifest', shapes.rollbackAnswer],
    ['report', shapes.reportAnswer],
    ['queries', shapes.queriesAnswer],
    ['problem', shapes.problem],
  ] as const) {
    it(`has an example ${name} that matches its schema`, () => {
      schema.parse(examples[name]);
    });
  }

  it('has an example answer whose highlight ranges match its words', () => {
    const [hit] = examples.searchAnswer.hits;
    assert.deepEqual(
      hit?.titleHighlights.map(([a = 0, b]) => hit.title.slice(a, b)),
      ['hepatitis', 'treated'],
    );
    const [snippet] = hit?.snippets ?? [];
    assert.deepEqual(
      snippet?.highlights.map(([a = 0, b]) => snippet.text.slice(a, b)),
      ['hepatitis', 'treated'],
    );
  });
});

describe('the documentation pages', () => {
  it('show every operation at /docs, with links under the base path and no script', async () => {
    const { app, api } = await describeApp('/s');
    const { text, headers } = await request(app).get('/s/docs').expect(200);
    assert.match(String(headers['content-type']), /^text\/html; charset=utf-8/);
    for (const [path, methods] of Object.entries(api.paths)) {
      for (const { operationId } of Object.values(methods))
        assert.ok(text.includes(`id="${operationId}"`), operationId);
      assert.ok(text.includes(`<code>${path}</code>`), path);
    }
    assert.doesNotMatch(text, /<script|style=|undefined|\[object/);
    for (const [, link = ''] of text.matchAll(/(?:href|src)="([^"]+)"/g)) await request(app).get(link).expect(200);
  });

  it('explain every error code at its anchor in /docs/errors', async () => {
    const { text } = await request(harness().app).get('/docs/errors').expect(200);
    for (const code of shapes.HTTP_CODES) assert.ok(text.includes(`<section id="${code}">`), code);
  });

  it('are where the types of errors point, also under a base path', async () => {
    const { app } = harness({ settings: { basePath: '/s' } });
    const body = json(await request(app).get('/s/v1/search?limit=x'));
    const { type } = shapes.problem.parse(body);
    assert.equal(type, '/s/docs/errors#invalid_parameter');
    await request(app)
      .get(type.split('#')[0] ?? '')
      .expect(200);
  });
});

it('the fakes of these tests match the described schema', () => {
  shapes.rollbackAnswer.parse(MANIFEST);
});
