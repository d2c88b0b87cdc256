import { hashKey, keyVerifier } from '../../src/http/security.js';
import assert from 'node:assert/strict';
import type { Express } from 'express';
import { pino } from 'pino';
import request from 'supertest';
import type { z } from 'zod';
import { createQueryLog } from '../../src/app/query-log.js';
import { createTaskQueue, type TaskQueueOptions } from '../../src/app/tasks/task-queue.js';
import { AskdexError, type ErrorCode } from '../../src/core/errors.js';
import type { DocumentView, RelatedHit, SearchResponse } from '../../src/core/model/search-response.js';
import type { Manifest } from '../../src/core/model/generation-manifest.js';
import type { Backend } from '../../src/core/model/ports.js';
import type { Query } from '../../src/core/model/query.js';
import type { BuildReport } from '../../src/core/model/build-report.js';
import { createApp } from '../../src/http/app.js';
import { createMetrics } from '../../src/http/routes/metrics.js';
import {
  DEFAULT_HTTP_SETTINGS,
  type HttpSettings,
  type SnapshotCachePort,
  type Services,
} from '../../src/http/routes/services.js';
import { problem } from '../../src/http/openapi/response-schemas.js';

export const ADMIN = 'an-admin-key-for-tests';
export const SEARCH = 'a-search-key-for-tests';
export const GENERATION = '20250102T030405Z-0123456789ab';

export const MANIFEST: Manifest = {
  format: 1,
  generation: GENERATION,
  createdAt: '2025-01-02T03:04:05.000Z',
  sequence: 3,
  contentHash: '0123456789ab',
  askdex: '0.1.0',
  analyzer: 'en-1',
  documents: 2,
  files: [],
  checksum: 'abc',
};

export const REPORT: BuildReport = {
  generation: GENERATION,
  published: true,
  documents: 2,
  added: 2,
  changed: 0,
  removed: 0,
  unchanged: 0,
  skipped: [{ file: 'a.md', line: 1, code: 'no_title', reason: 'No title.', remedy: 'Add one.', skipped: true }],
  warnings: [],
  durationMs: 5,
  bytes: 10,
};

export const DOCUMENTS: readonly DocumentView[] = [
  documentView('/learn/medicine/questions/hepatitis', 'How is hepatitis B treated?', 'Medicine'),
  documentView('/learn/biologie/Ω(n) & ünïcode?', '<script>alert(1)</script>', 'Biology'),
];

const RELATED: readonly RelatedHit[] = [
  { title: 'Other', url: '/learn/other', subject: null, indexed: false, computed: false },
];

function documentView(url: string, title: string, subject: string): DocumentView {
  const rest = { language: null, keywords: ['liver'], description: null, answer: 'A line.\nAnother line.' };
  const blocks = [
    { kind: 'paragraph', start: 0, end: 7 },
    { kind: 'item', start: 8, end: 21 },
  ] as const;
  return { id: url, url, title, subject, date: '2024-12-20', ...rest, blocks, atoms: [[2, 6]] };
}

/** A backend that finds every document, or none for `nothing`, and records the queries. */
export function fakeBackend(overrides: Partial<Backend> = {}): Backend & { readonly asked: Query[] } {
  const asked: Query[] = [];
  return {
    name: 'fake',
    manifest: MANIFEST,
    asked,
    search(query) {
      asked.push(query);
      return Promise.resolve(answerTo(query));
    },
    suggest: (text, limit) =>
      Promise.resolve([{ text: `${text} treatment` }, { text: 'x', url: '/x' }].slice(0, limit)),
    document: (key) => Promise.resolve(DOCUMENTS.find((one) => one.id === key) ?? null),
    related: (key, limit) => Promise.resolve(DOCUMENTS.some((one) => one.id === key) ? RELATED.slice(0, limit) : null),
    close: () => Promise.resolve(),
    ...overrides,
  };
}

function answerTo(query: Query): SearchResponse {
  const found = query.text === 'nothing' ? [] : DOCUMENTS;
  const hits = found.slice(query.offset, query.offset + query.limit).map(({ id, title, url, subject, date }) => ({
    ...{ id, title, url, subject, date, score: 1.5, titleHighlights: [[0, 3] as const] },
    snippets: [{ field: 'answer' as const, heading: null, text: 'A line.', highlights: [], html: 'A line.' }],
    related: RELATED,
  }));
  return {
    query: query.text,
    hits,
    totalHits: found.length,
    totalHitsExact: true,
    droppedTerms: [],
    limit: query.limit,
    offset: query.offset,
    ...(query.facets.length === 0 ? {} : { facets: { subject: { Medicine: 1, Biology: 1 } } }),
    generation: GENERATION,
  };
}

/** A cache in which no snapshot is ever built. */
const noSnapshots: SnapshotCachePort = {
  get: () => Promise.resolve(null),
  startBuild: () => undefined,
  filePath: (generation, text, name) => `${generation}/${text}/${name}`,
};

export interface Harness {
  readonly app: Express;
  readonly services: Services;
  readonly backend: ReturnType<typeof fakeBackend>;
  /** The logged lines, as objects. */
  readonly logged: Record<string, unknown>[];
}

export interface HarnessOptions {
  readonly settings?: Partial<HttpSettings>;
  readonly services?: Partial<Services>;
  readonly backend?: Partial<Backend>;
  /** Runs a build. By default it ends at once. */
  readonly run?: TaskQueueOptions['run'];
  readonly logLevel?: string;
}

/** The app over fakes in memory, with the real task queue. */
export function harness(options: HarnessOptions = {}): Harness {
  const backend = fakeBackend(options.backend);
  const logged: Record<string, unknown>[] = [];
  const write = (line: string): void => void logged.push(JSON.parse(line) as Record<string, unknown>);
  const services: Services = {
    backend: () => backend,
    tasks: createTaskQueue({
      run: options.run ?? (() => Promise.resolve(REPORT)),
      now: () => Date.UTC(2025, 0, 2),
    }),
    rollback: (generation) => {
      if (generation === undefined || generation === GENERATION) return Promise.resolve(MANIFEST);
      return Promise.reject(new AskdexError('generation_not_found', 'There is no such generation.'));
    },
    snapshots: noSnapshots,
    report: () => Promise.resolve(REPORT),
    queryLog: createQueryLog({ now: () => Date.UTC(2025, 0, 2) }),
    isAdmin: keyVerifier([hashKey(ADMIN)]),
    isSearchKey: keyVerifier([hashKey(SEARCH)]),
    log: pino({ level: options.logLevel ?? 'info' }, { write }),
    metrics: createMetrics({ manifest: () => MANIFEST }),
    version: '9.9.9',
    ...options.services,
    settings: { ...DEFAULT_HTTP_SETTINGS, rateLimit: null, adminRateLimit: null, ...options.settings },
  };
  return { app: createApp(services), services, backend, logged };
}

export const asAdmin = { Authorization: `Bearer ${ADMIN}` };

/** Asserts that an answer has the shape and the headers of problem details, and returns them. */
export function expectProblem(response: request.Response, code: ErrorCode, status?: number): z.output<typeof problem> {
  assert.match(String(response.headers['content-type']), /^application\/problem\+json/);
  const body = problem.parse(JSON.parse(response.text));
  assert.equal(body.code, code, `${body.code}: ${body.detail}`);
  assert.equal(body.status, response.status);
  if (status !== undefined) assert.equal(response.status, status);
  assert.equal(response.headers['cache-control'], 'no-store');
  assert.equal(response.headers.etag, undefined);
  assert.doesNotMatch(response.text, /node_modules|\.[tj]s:\d|\bat \S+ \(|\/home|\/tmp|\/root/);
  return body;
}

/** The body of an answer, not yet validated. */
export function json({ body }: { readonly body: unknown }): unknown {
  return body;
}

export { request };
