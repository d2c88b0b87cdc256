import { createConditionalGet, type RespondNotModified } from './send-file.js';
import { performance } from 'node:perf_hooks';
import type { z } from 'zod';
import { AskdexError, quoteForMessage } from '../../core/errors.js';
import type { Backend } from '../../core/model/ports.js';
import type { Query } from '../../core/model/query.js';
import * as examples from '../openapi/examples.js';
import { getRoute, okAnswer, pathParameter, type Route } from '../openapi/route.js';
import { relatedParameters, noParameters, searchParameters, suggestParameters } from './request-schemas.js';
import type { Services } from './services.js';
import { documentAnswer, relatedAnswer, searchAnswer, suggestAnswer } from '../openapi/response-schemas.js';

const DOCUMENT_KEY = {
  key: {
    description: "The document's url, percent-encoded as one segment (a / is written %2F).",
    example: '/learn/medicine/questions/hepatitis-b-treatment',
  },
};

/** The routes for search, suggestions, documents and related links. */
export function searchRoutes(services: Services): Route[] {
  const fresh = createConditionalGet(services.settings);
  return [searchRoute, suggestRoute, documentRoute, relatedRoute].map((make) => make(services, fresh));
}

function searchRoute(services: Services, fresh: RespondNotModified): Route {
  return getRoute({
    path: '/v1/search',
    id: 'search',
    tag: 'Search',
    summary: 'Ranked hits for a question',
    access: 'search',
    query: searchParameters,
    answers: okAnswer('The hits, best first.', searchAnswer, examples.searchAnswer),
    errors: ['invalid_filter', 'query_too_long', 'missing_parameter', 'index_not_ready'],
    async handle({ request, response, parameters }) {
      const query = queryOfParameters(parameters);
      const backend = readyBackend(services);
      if (fresh(request, response, backend)) return;
      const start = performance.now();
      const { generation, ...answer } = await backend.search(query);
      const duration = performance.now() - start;
      services.metrics.search(answer.totalHits);
      // A further page belongs to the same query, which is counted once.
      if (query.offset === 0) services.queryLog.record({ query: query.text, hits: answer.totalHits, duration });
      response.json({ ...answer, processingTimeMs: Math.round(duration * 10) / 10, generation });
    },
  });
}

function queryOfParameters({ q, lang, sort, filter, ...rest }: z.output<typeof searchParameters>): Query {
  if (rest.similar && q.trim() === '') {
    throw new AskdexError('missing_parameter', 'similar needs the text of a question in the parameter "q".', {
      parameter: 'q',
      remedy: 'Give the new question as q.',
    });
  }
  return { ...rest, text: q, filters: filter, language: lang ?? null, sort: sort ?? null };
}

function suggestRoute(services: Services, fresh: RespondNotModified): Route {
  return getRoute({
    path: '/v1/suggest',
    id: 'suggest',
    tag: 'Search',
    summary: 'Completions of what is being typed',
    access: 'search',
    query: suggestParameters,
    answers: okAnswer('Best first.', suggestAnswer, examples.suggestAnswer),
    errors: ['query_too_long', 'index_not_ready'],
    async handle({ request, response, parameters: { q, limit } }) {
      const backend = readyBackend(services);
      if (fresh(request, response, backend)) return;
      const suggestions = q.trim() === '' || limit === 0 ? [] : await backend.suggest(q, limit);
      response.json({ suggestions });
    },
  });
}

function documentRoute(services: Services, fresh: RespondNotModified): Route {
  return getRoute({
    path: '/v1/documents/{key}',
    id: 'document',
    tag: 'Documents',
    summary: 'One document',
    access: 'search',
    pathParameters: DOCUMENT_KEY,
    query: noParameters,
    answers: okAnswer('The document.', documentAnswer, examples.documentAnswer),
    errors: ['document_not_found', 'index_not_ready'],
    async handle({ request, response }) {
      const backend = readyBackend(services);
      const key = pathParameter(request, 'key');
      const document = await backend.document(key);
      if (document === null) throw documentNotFound(key);
      if (!fresh(request, response, backend)) response.json(document);
    },
  });
}

function relatedRoute(services: Services, fresh: RespondNotModified): Route {
  return getRoute({
    path: '/v1/documents/{key}/related',
    id: 'related',
    tag: 'Documents',
    summary: "A document's related links",
    description: 'First the links that the document itself gives, then neighbours found by content.',
    access: 'search',
    pathParameters: DOCUMENT_KEY,
    query: relatedParameters,
    answers: okAnswer('The links.', relatedAnswer, examples.relatedAnswer),
    errors: ['document_not_found', 'index_not_ready'],
    async handle({ request, response, parameters }) {
      const backend = readyBackend(services);
      const key = pathParameter(request, 'key');
      const related = await backend.related(key, parameters.limit);
      if (related === null) throw documentNotFound(key);
      if (!fresh(request, response, backend)) response.json({ related });
    },
  });
}

function documentNotFound(key: string): AskdexError {
  return new AskdexError('document_not_found', `There is no document ${quoteForMessage(key)}.`, {
    parameter: 'key',
    remedy: "Give the document's url, percent-encoded as one segment: /v1/documents/%2Flearn%2F….",
  });
}

function readyBackend(services: Services): Backend {
  const backend = services.backend();
  if (backend !== null) return backend;
  throw new AskdexError('index_not_ready', 'There is no index to search yet.', {
    remedy: 'Wait for the first build to finish; /health/ready then responds with 200.',
  });
}
