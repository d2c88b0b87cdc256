import { isRecord } from '../../core/guards.js';
import { z } from 'zod';
import { ERROR_CODES, type ErrorCode } from '../../core/errors.js';
import type { ResponseSpec, Route } from './route.js';
import { views } from './response-schemas.js';
import * as examples from './examples.js';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json | undefined };
export type JsonObject = { readonly [name: string]: Json | undefined };

export interface ApiDescription {
  readonly openapi: '3.1.0';
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly servers: readonly { readonly url: string }[];
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: JsonObject;
}

export interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly security?: readonly JsonObject[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: Json;
  readonly responses: JsonObject;
}

export interface Parameter {
  readonly name: string;
  readonly in: 'query' | 'path';
  readonly required: boolean;
  readonly description: string;
  readonly schema: JsonObject;
  readonly example?: Json;
  readonly explode?: boolean;
}

export interface DescribeOptions {
  readonly version: string;
  readonly basePath: string;
  readonly searchKeyRequired: boolean;
}

const TAGS = [
  { name: 'Search', description: "What a site's search box calls." },
  { name: 'Documents', description: 'Documents and their related links.' },
  { name: 'Snapshots', description: 'Files for clients that search by themselves.' },
  { name: 'Admin', description: 'Builds, rollback and reports. Needs the admin key.' },
  { name: 'Tasks', description: 'Requested builds. Needs the admin key.' },
  { name: 'Operation', description: 'Probes, metrics and this description.' },
];

/** The OpenAPI 3.1 description of the routes, generated from the schemas that validate the requests. */
export function describeApi(routes: readonly Route[], options: DescribeOptions): ApiDescription {
  const paths: Record<string, Record<string, Operation>> = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method]: operationOf(route, options) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Askdex',
      version: options.version,
      description:
        'Full-text search for question-and-answer sites. Errors are RFC 9457 problem details whose `code` never changes its meaning. ' +
        'Unknown parameters are refused; an empty value counts as not given.',
    },
    servers: [{ url: options.basePath === '' ? '/' : options.basePath }],
    tags: TAGS,
    paths,
    components: {
      schemas: componentSchemas(),
      securitySchemes: { key: { type: 'http', scheme: 'bearer', description: 'Authorization: Bearer KEY' } },
    },
  };
}

function operationOf(route: Route, options: DescribeOptions): Operation {
  const protectedRoute = route.access === 'admin' || (route.access === 'search' && options.searchKeyRequired);
  const parameters = [...pathParametersOf(route), ...queryParametersOf(route.query)];
  return {
    operationId: route.id,
    tags: [route.tag],
    summary: route.summary,
    ...(route.description === undefined ? {} : { description: route.description }),
    ...(protectedRoute ? { security: [{ key: [] }] } : {}),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(route.body === null
      ? {}
      : {
          requestBody: {
            required: false,
            content: { 'application/json': { schema: schemaOf(route.body, 'input') } },
          },
        }),
    responses: {
      ...Object.fromEntries(route.answers.map(responseOf)),
      ...errorResponses(route, protectedRoute),
    },
  };
}

function responseOf(answer: ResponseSpec): [string, Json] {
  const content = {
    ...(answer.schema === undefined ? {} : { schema: schemaOf(answer.schema, 'output') }),
    ...(answer.example === undefined ? {} : { example: plain(answer.example) }),
  };
  return [
    String(answer.status),
    { description: answer.description, content: { [answer.contentType ?? 'application/json']: content } },
  ];
}

function errorResponses(route: Route, protectedRoute: boolean): Record<string, Json> {
  const codes = new Set<ErrorCode>(route.errors);
  if (route.path.startsWith('/v1/'))
    for (const code of ['unknown_parameter', 'invalid_parameter', 'rate_limited'] as const) codes.add(code);
  if (protectedRoute) for (const code of ['missing_key', 'invalid_key'] as const) codes.add(code);
  codes.add('internal');
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of codes) {
    const status = ERROR_CODES[code].status ?? 500;
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  const content = {
    'application/problem+json': {
      schema: { $ref: '#/components/schemas/Problem' },
      example: examples.problem,
    },
  };
  return Object.fromEntries(
    [...byStatus]
      .sort(([a], [b]) => a - b)
      .map(([status, list]) => [
        String(status),
        { description: `Code ${list.map((code) => `\`${code}\``).join(', ')}.`, content },
      ]),
  );
}

function pathParametersOf(route: Route): Parameter[] {
  return Object.entries(route.pathParameters ?? {}).map(([name, { description, example }]) => ({
    name,
    in: 'path',
    required: true,
    description,
    schema: { type: typeof example === 'number' ? 'integer' : 'string' },
    example,
  }));
}

function queryParametersOf(query: z.ZodObject): Parameter[] {
  const shape: Readonly<Record<string, z.core.$ZodType>> = query.shape;
  return Object.entries(shape).map(([name, schema]) => {
    const { description, examples: _examples, ...rest } = parameterSchema(schema);
    // The conversion drops the examples of schemas with transforms.
    const example = z.array(z.json()).optional().parse(z.globalRegistry.get(schema)?.examples)?.[0];
    return {
      name,
      in: 'query',
      required: false,
      description: typeof description === 'string' ? description : '',
      schema: rest,
      ...(example === undefined ? {} : { example }),
      // Values are separated by commas, except for the filter, which is repeated.
      ...(rest.type === 'array' ? { explode: name === 'filter' } : {}),
    };
  });
}

/**
 * A parameter's schema for callers: that of the validated value if JSON Schema can describe it, otherwise of the text.
 */
function parameterSchema(schema: z.core.$ZodType): JsonObject {
  try {
    return schemaOf(schema, 'output');
  } catch {
    return schemaOf(schema, 'input');
  }
}

function schemaOf(schema: z.core.$ZodType, io: 'input' | 'output'): JsonObject {
  const id = views.get(schema)?.id;
  if (id !== undefined) return { $ref: `#/components/schemas/${id}` };
  return withoutNoise(plain(z.toJSONSchema(schema, { io })));
}

function componentSchemas(): JsonObject {
  const { schemas } = z.toJSONSchema(views, { uri: (id) => `#/components/schemas/${id}` });
  return Object.fromEntries(Object.entries(schemas).map(([id, schema]) => [id, withoutNoise(plain(schema))]));
}

/** Omits members that only a separate schema file needs, and bounds that only mean "an integer". */
function withoutNoise(value: Json): JsonObject {
  const read: unknown = JSON.parse(JSON.stringify(value), (key: string, member: unknown) => {
    if (key === '$schema' || key === '$id') return undefined;
    if ((key === 'maximum' || key === 'minimum') && Math.abs(Number(member)) === Number.MAX_SAFE_INTEGER)
      return undefined;
    return member;
  });
  return isJsonObject(read) ? read : {};
}

export function isJsonObject(value: unknown): value is JsonObject {
  return isRecord(value);
}

function plain(value: unknown): Json {
  return z.json().parse(JSON.parse(JSON.stringify(value)));
}
