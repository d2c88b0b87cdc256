import assert from 'node:assert/strict';
import { documentAnswer, relatedAnswer } from '../../../src/http/openapi/response-schemas.js';
import { DOCUMENTS, expectProblem, harness, json, request } from '../support.js';

describe('GET /v1/documents/{key}', () => {
  for (const document of DOCUMENTS) {
    const path = `/v1/documents/${encodeURIComponent(document.id)}`;
    it(`returns ${document.id} with its related links`, async () => {
      const { app } = harness();
      const found = await request(app).get(path).expect(200);
      assert.deepEqual(documentAnswer.parse(found.body), document);
      assert.match(String(found.headers.etag), /^W\//);
      const body = json(await request(app).get(`${path}/related?limit=1`).expect(200));
      assert.equal(relatedAnswer.parse(body).related.length, 1);
    });
  }

  const KEYS = [
    '..',
    '%2E%2E',
    '..%2F..%2Fetc%2Fpasswd',
    '%00',
    'CURRENT',
    '%F0%9F%98%80',
    'a'.repeat(7000),
    '%25',
    '__proto__',
  ];
  for (const key of KEYS) {
    it(`answers document_not_found for the key ${key.slice(0, 30)}`, async () => {
      const { app } = harness();
      expectProblem(await request(app).get(`/v1/documents/${key}`), 'document_not_found', 404);
      expectProblem(await request(app).get(`/v1/documents/${key}/related`), 'document_not_found', 404);
    });
  }

  for (const key of ['%', '%E0%A4', '%ED%A0%80', 'a%2']) {
    it(`refuses the key ${key} as malformed_request`, async () => {
      expectProblem(await request(harness().app).get(`/v1/documents/${key}`), 'malformed_request', 400);
    });
  }

  it('requires the key as one path segment', async () => {
    const { app } = harness();
    expectProblem(await request(app).get('/v1/documents/learn/medicine/questions/hepatitis'), 'route_not_found', 404);
    expectProblem(await request(app).get('/v1/documents/'), 'route_not_found', 404);
  });

  it('accepts a slash at the end', async () => {
    const { app } = harness();
    const id = DOCUMENTS[0]!.id;
    await request(app)
      .get(`/v1/documents/${encodeURIComponent(id)}/`)
      .expect(200);
  });

  it('refuses unknown parameters', async () => {
    expectProblem(await request(harness().app).get('/v1/documents/a?text=full'), 'unknown_parameter', 400);
    expectProblem(await request(harness().app).get('/v1/documents/a/related?limit=21'), 'invalid_parameter', 400);
  });

  it('answers index_not_ready without an index', async () => {
    const { app } = harness({ services: { backend: () => null } });
    for (const path of ['/v1/documents/a', '/v1/documents/a/related', '/v1/suggest?q=a']) {
      expectProblem(await request(app).get(path), 'index_not_ready', 503);
    }
  });
});
