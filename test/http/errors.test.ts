import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { AskdexError, ERROR_CODES, type ErrorCode } from '../../src/core/errors.js';
import { ERROR_HELP } from '../../src/http/routes/error-help.js';
import { snapshot as snapshotExample } from '../../src/http/openapi/examples.js';
import { publicError } from '../../src/http/problem-details.js';
import { listen } from '../../src/http/listen.js';
import type { SnapshotCachePort } from '../../src/http/routes/services.js';
import { HTTP_CODES, problem } from '../../src/http/openapi/response-schemas.js';
import { asAdmin, expectProblem, harness, request, type HarnessOptions } from './support.js';

type Case = { readonly provoke: () => Promise<request.Response>; readonly names?: RegExp };

function get(path: string, options?: HarnessOptions): () => Promise<request.Response> {
  return async () => request(harness(options).app).get(path);
}

function admin(method: 'get' | 'post', path: string, options?: HarnessOptions): () => Promise<request.Response> {
  return async () => request(harness(options).app)[method](path).set(asAdmin);
}

function rollbackFails(code: ErrorCode): () => Promise<request.Response> {
  const rollback = () => Promise.reject(new AskdexError(code, 'It cannot be done.'));
  return admin('post', '/v1/admin/rollback', { services: { rollback } });
}

function reindexWith(type: string, body: string): () => Promise<request.Response> {
  return async () => request(harness().app).post('/v1/admin/reindex').set(asAdmin).set('Content-Type', type).send(body);
}

/** A snapshot with one file of 8 bytes, which cannot be read. */
const oneFile: SnapshotCachePort = {
  get: () =>
    Promise.resolve({
      ...snapshotExample,
      ...{ snapshot: 1, kind: 'packed', text: 'full', settings: {}, deltas: [] },
      files: [{ name: 'index.askdex', size: 8, sha256: '0'.repeat(64) }],
    }),
  startBuild: () => undefined,
  filePath: () => '/nowhere',
};

/** How each code that crosses HTTP is provoked from outside; those of the table below come from the bare socket. */
const CASES: Readonly<Partial<Record<ErrorCode, Case>>> = {
  unknown_parameter: { provoke: get('/v1/search?limt=3'), names: /limt.*Did you mean "limit"/s },
  missing_parameter: { provoke: get('/v1/search?similar=true'), names: /"q"/ },
  invalid_parameter: { provoke: get('/v1/search?limit=101'), names: /"101".*0 to 100/ },
  invalid_filter: { provoke: get('/v1/search?filter=colour:red'), names: /colour.*character 1.*subject:/s },
  query_too_long: { provoke: get(`/v1/search?q=${'a'.repeat(2001)}`), names: /2001.*2000/ },
  invalid_body: { provoke: reindexWith('application/json', '{"full":"yes"}'), names: /full.*true or false/ },
  malformed_request: { provoke: get('/v1/documents/%E0%A4'), names: /%25/ },
  missing_key: {
    provoke: async () => request(harness().app).post('/v1/admin/reindex'),
    names: /Authorization/,
  },
  invalid_key: {
    provoke: async () => request(harness().app).post('/v1/admin/reindex').set('Authorization', 'Bearer wrong'),
  },
  route_not_found: { provoke: get('/v1/nothing'), names: /\/v1\/nothing/ },
  document_not_found: { provoke: get('/v1/documents/%2Fnowhere'), names: /\/nowhere/ },
  task_not_found: { provoke: admin('get', '/v1/admin/tasks/99'), names: /99/ },
  report_not_found: {
    provoke: admin('get', '/v1/admin/report', { services: { report: () => Promise.resolve(null) } }),
  },
  snapshot_not_ready: { provoke: get('/v1/snapshots/latest'), names: /Retry-After/ },
  file_not_found: { provoke: get('/v1/snapshots/some-generation/manifest.json'), names: /manifest\.json/ },
  range_not_satisfiable: {
    provoke: async () =>
      request(harness({ services: { snapshots: oneFile } }).app)
        .get('/v1/snapshots/some-generation/full-index.askdex')
        .set('Range', 'bytes=8-'),
    names: /8 bytes/,
  },
  generation_not_found: {
    provoke: async () => request(harness().app).post('/v1/admin/rollback').set(asAdmin).send({ generation: 'other' }),
  },
  method_not_allowed: {
    provoke: async () => request(harness().app).delete('/v1/search'),
    names: /DELETE.*GET/s,
  },
  task_not_cancelable: {
    async provoke() {
      const { app, services } = harness();
      const { uid } = services.tasks.enqueue({ trigger: 'api' });
      await request(app).get(`/v1/admin/tasks/${uid}/stream`).set(asAdmin);
      return request(app).post(`/v1/admin/tasks/${uid}/cancel`).set(asAdmin);
    },
  },
  no_earlier_generation: { provoke: rollbackFails('no_earlier_generation') },
  index_locked: { provoke: rollbackFails('index_locked') },
  index_damaged: { provoke: rollbackFails('index_damaged') },
  body_too_large: {
    provoke: reindexWith('application/json', `{"full":true,"x":"${'x'.repeat(17_000)}"}`),
    names: /16384/,
  },
  url_too_long: { provoke: get(`/v1/search?q=${'%C3%A9'.repeat(1500)}`), names: /8192/ },
  unsupported_media_type: {
    provoke: reindexWith('text/plain', 'full'),
    names: /text\/plain.*application\/json/s,
  },
  rate_limited: {
    async provoke() {
      const { app } = harness({ settings: { rateLimit: 1 } });
      await request(app).get('/v1/search?q=a');
      return request(app).get('/v1/search?q=a');
    },
  },
  internal: {
    provoke: get('/v1/search?q=a', {
      backend: { search: () => Promise.reject(new Error('ENOENT: /secret/place')) },
      logLevel: 'silent',
    }),
  },
  index_not_ready: { provoke: get('/v1/search?q=a', { services: { backend: () => null } }) },
};

/** Bytes for a bare socket that provoke the codes which an HTTP client cannot provoke. */
const RAW: Readonly<Partial<Record<ErrorCode, string>>> = {
  headers_too_large: `GET / HTTP/1.1\r\nHost: a\r\nX-Big: ${'x'.repeat(40_000)}\r\n\r\n`,
  request_timeout: 'GET / HTTP/1.1\r\nHost: a\r\nX-Half',
};

async function raw(text: string): Promise<{ head: string; body: string }> {
  const server = await listen(harness().app, {
    host: '127.0.0.1',
    port: 0,
    headersTimeout: 50,
    requestTimeout: 50,
  });
  try {
    const answer = await new Promise<string>((resolve, reject) => {
      let got = '';
      const socket = connect(server.port, '127.0.0.1', () => socket.write(text));
      socket.on('data', (data) => (got += data.toString()));
      socket.on('end', () => resolve(got));
      // The server may reset a connection that it does not read to the end.
      socket.on('error', (error) => (got === '' ? reject(error) : resolve(got)));
    });
    const [head = '', body = ''] = answer.split('\r\n\r\n');
    return { head, body };
  } finally {
    await server.close(0);
  }
}

describe('errors over HTTP', () => {
  it('have a test case for every code that has a status', () => {
    assert.deepEqual([...Object.keys(CASES), ...Object.keys(RAW)].sort(), [...HTTP_CODES].sort());
  });

  for (const code of HTTP_CODES) {
    const status = ERROR_CODES[code].status ?? 0;
    const one = CASES[code];
    if (one === undefined) continue;
    it(`answer ${code} with status ${status} and problem details that name the fault and hide internals`, async () => {
      const response = await one.provoke();
      const body = expectProblem(response, code, status);
      if (one.names !== undefined) assert.match(`${body.detail} ${body.remedy ?? ''}`, one.names);
      assert.equal(body.type, `/docs/errors#${code}`);
      assert.equal(body.requestId, response.headers['x-request-id']);
      assert.doesNotMatch(response.text, /secret/);
    });
  }

  for (const [code, text] of Object.entries(RAW)) {
    it(`answer ${code} with problem details on a bare socket too`, async () => {
      const { head, body } = await raw(text);
      const details = problem.parse(JSON.parse(body));
      assert.equal(details.code, code);
      assert.match(head, new RegExp(`^HTTP/1.1 ${details.status} `));
    });
  }

  it('answer a request that is not HTTP with malformed_request', async () => {
    const { body } = await raw('hello there\r\n\r\n');
    assert.equal(problem.parse(JSON.parse(body)).code, 'malformed_request');
  });

  it('have the headers that belong to their code', async () => {
    const headers = async (code: ErrorCode) => (await CASES[code]!.provoke()).headers;
    assert.equal((await headers('missing_key'))['www-authenticate'], 'Bearer realm="askdex"');
    assert.match((await headers('invalid_key'))['www-authenticate'] ?? '', /invalid_token/);
    assert.equal((await headers('method_not_allowed')).allow, 'GET, HEAD, OPTIONS');
    assert.match((await headers('rate_limited'))['retry-after'] ?? '', /^\d+$/);
    assert.equal((await headers('index_not_ready'))['retry-after'], '5');
  });

  it('log an unexpected error with the request id and hide it from the caller', async () => {
    const failure = new Error('ENOENT: /secret/place');
    const { app, logged } = harness({ backend: { search: () => Promise.reject(failure) } });
    const response = await request(app).get('/v1/search?q=a').set('X-Request-Id', 'call-7');
    expectProblem(response, 'internal', 500);
    const line = logged.find((one) => one.level === 50 && 'err' in one);
    assert.match(JSON.stringify(line), /\/secret\/place/);
    assert.match(JSON.stringify(line), /call-7/);
  });

  it('replace every code without a status by internal', () => {
    for (const [code, { status }] of Object.entries(ERROR_CODES)) {
      const given = publicError(new AskdexError(code as ErrorCode, 'x'));
      assert.equal(given.code, status === null ? 'internal' : code);
    }
    for (const thrown of [undefined, null, 'text', 3, {}, new Error('x'), new URIError('of the program')]) {
      assert.equal(publicError(thrown).code, 'internal');
    }
  });
});

describe('docs/errors.md', () => {
  const text = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8');
  const rows = [...text.matchAll(/^\| `(\w+)` \| (.+?) \| (.+?) \| (.+?) \|$/gm)];

  it('lists every code once and no other', () => {
    assert.deepEqual(rows.map((row) => row[1]).sort(), Object.keys(ERROR_CODES).sort());
  });

  for (const [, code = '', status, meaning, remedy] of rows) {
    it(`describes ${code} as the code does`, () => {
      const entry = ERROR_CODES[code as ErrorCode];
      const help = ERROR_HELP[code as ErrorCode];
      assert.deepEqual([status, meaning, remedy], [String(entry.status ?? '–'), help.meaning, help.remedy]);
    });
  }
});
