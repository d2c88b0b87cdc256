import assert from 'node:assert/strict';
import { asAdmin, expectProblem, harness, request, SEARCH } from './support.js';

const ORIGIN = 'https://site.example';

describe('headers of every answer', () => {
  for (const path of [
    '/v1/search?q=a',
    '/v1/search?limit=x',
    '/nowhere',
    '/',
    '/docs',
    '/health/live',
    '/metrics',
    '/%',
  ]) {
    it(`set the strict security policy for ${path}`, async () => {
      const { headers } = await request(harness({ logLevel: 'silent' }).app).get(path);
      assert.equal(
        headers['content-security-policy'],
        "default-src 'none';script-src 'self';style-src 'self';img-src 'self' data:;connect-src 'self';" +
          "base-uri 'none';frame-ancestors 'none';form-action 'self'",
      );
      assert.equal(headers['x-content-type-options'], 'nosniff');
      assert.equal(headers['referrer-policy'], 'no-referrer');
      assert.match(String(headers['permissions-policy']), /camera=\(\)/);
      assert.equal(headers['strict-transport-security'], undefined);
      assert.equal(headers['x-powered-by'], undefined);
      assert.match(String(headers['x-request-id']), /^[0-9a-f-]{36}$/);
      assert.notEqual(headers['cache-control'], undefined);
    });
  }

  it('require HTTPS only if the server is known to be reached by it', async () => {
    const { headers } = await request(harness({ settings: { https: true } }).app).get('/health/live');
    assert.match(String(headers['strict-transport-security']), /max-age=/);
  });

  it('announce compression for large answers and not for small ones', async () => {
    const { app } = harness();
    const large = await request(app).get('/openapi.json').set('Accept-Encoding', 'gzip').expect(200);
    assert.equal(large.headers['content-encoding'], 'gzip');
    const small = await request(app).get('/health/live').set('Accept-Encoding', 'gzip').expect(200);
    assert.equal(small.headers['content-encoding'], undefined);
  });

  it('are the same for HEAD as for GET, without a body', async () => {
    const { app } = harness();
    const response = await request(app).head('/v1/search?q=a').expect(200);
    assert.match(String(response.headers['content-type']), /^application\/json/);
    assert.equal(response.text ?? '', '');
  });
});

describe('request methods', () => {
  for (const [method, path, allowed] of [
    ['post', '/v1/search', 'GET, HEAD, OPTIONS'],
    ['get', '/v1/admin/reindex', 'POST, OPTIONS'],
    ['put', '/v1/admin/tasks/1', 'GET, HEAD, OPTIONS'],
    ['delete', '/health/ready', 'GET, HEAD, OPTIONS'],
    ['patch', '/openapi.json', 'GET, HEAD, OPTIONS'],
  ] as const) {
    it(`refuses ${method.toUpperCase()} ${path} as method_not_allowed and lists the allowed methods in Allow`, async () => {
      const response = await request(harness().app)[method](path);
      expectProblem(response, 'method_not_allowed', 405);
      assert.equal(response.headers.allow, allowed);
    });
  }

  it('answers OPTIONS with the allowed methods', async () => {
    const response = await request(harness().app).options('/v1/search').expect(204);
    assert.equal(response.headers.allow, 'GET, HEAD, OPTIONS');
  });

  it('answers POST to the page with route_not_found', async () => {
    expectProblem(await request(harness().app).post('/'), 'route_not_found', 404);
  });
});

describe('cross-origin requests', () => {
  const preflight = (corsOrigins: string[], path: string, origin = ORIGIN) =>
    request(harness({ settings: { corsOrigins } }).app)
      .options(path)
      .set({
        Origin: origin,
        'Access-Control-Request-Method': 'GET',
        'Access-Control-Request-Headers': 'authorization',
      });
  const simple = (corsOrigins: string[], path: string, origin = ORIGIN) =>
    request(harness({ settings: { corsOrigins } }).app)
      .get(path)
      .set({ Origin: origin, ...asAdmin });
  const allowed = ({ headers }: request.Response): unknown => headers['access-control-allow-origin'];

  it('are refused if no origin is listed', async () => {
    assert.equal(allowed(await simple([], '/v1/search?q=a')), undefined);
    assert.equal(allowed(await preflight([], '/v1/search')), undefined);
  });

  it('are allowed from a listed origin, error answers included', async () => {
    const response = await simple([ORIGIN, 'https://b.example'], '/v1/search?q=a');
    assert.equal(allowed(response), ORIGIN);
    assert.match(String(response.headers.vary), /Origin/);
    assert.match(String(response.headers['access-control-expose-headers']), /X-Request-Id/);
    assert.equal(response.headers['access-control-allow-credentials'], undefined);
    assert.equal(allowed(await simple([ORIGIN], '/v1/search?limit=x')), ORIGIN);
    const asked = await preflight([ORIGIN], '/v1/search');
    assert.equal(asked.status, 204);
    assert.match(String(asked.headers['access-control-allow-headers']), /Authorization/i);
    assert.equal(asked.headers['access-control-allow-methods'], 'GET,HEAD');
  });

  for (const origin of [
    'https://evil.example',
    'null',
    `${ORIGIN}.evil.example`,
    'http://site.example',
    `${ORIGIN}:444`,
  ]) {
    it(`are refused from the unlisted origin ${origin}`, async () => {
      assert.equal(allowed(await simple([ORIGIN], '/v1/search?q=a', origin)), undefined);
      assert.equal(allowed(await preflight([ORIGIN], '/v1/search', origin)), undefined);
    });
  }

  it('are allowed from every origin only if * is listed', async () => {
    assert.equal(allowed(await simple(['*'], '/v1/search?q=a')), '*');
  });

  it('are never allowed to the admin routes', async () => {
    for (const origins of [['*'], [ORIGIN]]) {
      for (const path of ['/v1/admin/tasks', '/v1/admin/report', '/v1/admin']) {
        assert.equal(allowed(await simple(origins, path)), undefined);
        assert.equal(allowed(await preflight(origins, path)), undefined);
      }
    }
  });
});

describe('search keys', () => {
  const settings = { searchKeyRequired: true };
  const PATHS = ['/v1/search?q=a', '/v1/suggest?q=a', '/v1/documents/a', '/v1/documents/a/related'];

  for (const path of PATHS) {
    it(`are required for ${path} if the site says so`, async () => {
      const { app } = harness({ settings });
      expectProblem(await request(app).get(path), 'missing_key', 401);
      expectProblem(await request(app).get(path).set('Authorization', 'Bearer other'), 'invalid_key', 401);
      for (const header of [{ Authorization: `Bearer ${SEARCH}` }, asAdmin]) {
        assert.notEqual((await request(app).get(path).set(header)).status, 401);
      }
    });
  }

  it('are not required for other routes, nor by default', async () => {
    const { app } = harness({ settings });
    for (const path of ['/', '/docs', '/openapi.json', '/health/ready', '/metrics'])
      await request(app).get(path).expect(200);
    await request(harness().app).get('/v1/search?q=a').set('Authorization', 'Bearer whatever').expect(200);
  });
});

describe('rate limits', () => {
  it('count requests by address and report the count in the headers', async () => {
    const { app } = harness({ settings: { rateLimit: 2, trustProxy: 1 } });
    const from = (address: string) => request(app).get('/v1/search?q=a').set('X-Forwarded-For', address);
    const first = await from('203.0.113.1').expect(200);
    assert.match(String(first.headers.ratelimit), /"api".*r=1/);
    assert.match(String(first.headers['ratelimit-policy']), /q=2/);
    await from('203.0.113.1').expect(200);
    expectProblem(await from('203.0.113.1'), 'rate_limited', 429);
    await from('203.0.113.2').expect(200);
  });

  it('ignore forwarded addresses unless proxies are declared', async () => {
    const { app } = harness({ settings: { rateLimit: 1 } });
    await request(app).get('/v1/search?q=a').set('X-Forwarded-For', '203.0.113.1').expect(200);
    await request(app).get('/v1/search?q=a').set('X-Forwarded-For', '203.0.113.2').expect(429);
  });

  it('trust only the last hop if one proxy is declared', async () => {
    const { app } = harness({ settings: { rateLimit: 1, trustProxy: 1 } });
    await request(app).get('/v1/search?q=a').set('X-Forwarded-For', '1.1.1.1, 203.0.113.1').expect(200);
    await request(app).get('/v1/search?q=a').set('X-Forwarded-For', '2.2.2.2, 203.0.113.1').expect(429);
  });

  it('count admin requests separately, those with a wrong key included', async () => {
    const { app } = harness({ settings: { rateLimit: 1, adminRateLimit: 2 } });
    await request(app).get('/v1/search?q=a').expect(200);
    await request(app).get('/v1/admin/tasks').set(asAdmin).expect(200);
    await request(app).get('/v1/admin/tasks').set('Authorization', 'Bearer guess').expect(401);
    expectProblem(await request(app).get('/v1/admin/tasks').set(asAdmin), 'rate_limited', 429);
    await request(app).get('/v1/search?q=a').expect(429);
  });

  it('do not apply to probes, metrics and pages', async () => {
    const { app } = harness({ settings: { rateLimit: 1, adminRateLimit: 1 } });
    for (const path of ['/health/live', '/health/ready', '/metrics', '/docs', '/', '/openapi.json']) {
      for (let n = 0; n < 3; n++) await request(app).get(path).expect(200);
    }
  });
});

describe('the request log', () => {
  it('contains the request id and the path, and neither query text nor keys', async () => {
    const { app, logged } = harness();
    await request(app).get('/v1/search?q=private+matter').set('X-Request-Id', 'my-id.7').set(asAdmin).expect(200);
    const [line] = logged;
    assert.deepEqual(line?.req, { id: 'my-id.7', method: 'GET', path: '/v1/search' });
    assert.deepEqual(line?.res, { status: 200 });
    assert.doesNotMatch(JSON.stringify(logged), /private|Bearer|an-admin-key/);
  });

  it('contains the query string if the site enables it', async () => {
    const { app, logged } = harness({ settings: { logQueries: true } });
    await request(app).get('/v1/search?q=open+matter').expect(200);
    assert.match(JSON.stringify(logged), /open\+matter/);
  });

  for (const id of ['a b', 'x'.repeat(65), '{"a":1}', 'é', '']) {
    it(`replaces the invalid request id ${JSON.stringify(id).slice(0, 20)}`, async () => {
      const { headers } = await request(harness().app).get('/health/live').set('X-Request-Id', id);
      assert.match(String(headers['x-request-id']), /^[0-9a-f-]{36}$/);
    });
  }

  it('omits health probes at level info', async () => {
    const { app, logged } = harness();
    for (const path of ['/health/live', '/health/ready', '/metrics']) await request(app).get(path);
    assert.deepEqual(logged, []);
  });
});
