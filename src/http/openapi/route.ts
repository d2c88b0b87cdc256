import type { Request, RequestHandler, Response } from 'express';
import type { z } from 'zod';
import type { ErrorCode } from '../../core/errors.js';
import { readBody, readParameters } from './parameters.js';

/** Who may call: everyone, holders of a search key (if the site requires one), or the admin. */
export type Access = 'everyone' | 'search' | 'admin';

export interface ResponseSpec {
  readonly status: number;
  readonly description: string;
  /** Default `application/json`. */
  readonly contentType?: string;
  readonly schema?: z.ZodType;
  readonly example?: unknown;
}

/** The documentation of a route. The API description is generated from it. */
export interface RouteInfo {
  readonly method: 'get' | 'post';
  /** Without the base path; path parameters as `{name}`. */
  readonly path: string;
  readonly id: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly access: Access;
  /** true: the query string is not checked. Default false. */
  readonly ignoresParameters?: boolean;
  readonly pathParameters?: Readonly<
    Record<string, { readonly description: string; readonly example: string | number }>
  >;
  readonly answers: readonly ResponseSpec[];
  /** Error codes of this route in addition to those that every route has. */
  readonly errors: readonly ErrorCode[];
}

export interface RouteContext<Q, B> {
  readonly request: Request;
  readonly response: Response;
  readonly parameters: Q;
  readonly body: B;
}

export interface RouteSpec<Q extends z.ZodObject, B extends z.ZodType> extends RouteInfo {
  readonly query: Q;
  readonly body: B;
  handle(call: RouteContext<z.output<Q>, z.output<B>>): Promise<void> | void;
}

/** A route without type parameters: `handler` reads the parameters and the body, then responds. */
export interface Route extends RouteInfo {
  readonly query: z.ZodObject;
  /** null: the route reads no body. */
  readonly body: z.ZodType | null;
  readonly handler: RequestHandler;
}

/** The usual documentation of a route that responds with status 200 and JSON. */
export function okAnswer(description: string, schema: z.ZodType, example?: unknown): readonly ResponseSpec[] {
  return [{ status: 200, description, schema, example }];
}

/** Creates a route that reads no body. */
export function getRoute<Q extends z.ZodObject>(
  spec: Omit<RouteSpec<Q, z.ZodUndefined>, 'body' | 'method' | 'handle'> & {
    handle(call: RouteContext<z.output<Q>, undefined>): Promise<void> | void;
  },
): Route {
  const handler: RequestHandler = async (request, response) => {
    const target = spec.ignoresParameters === true ? '' : request.originalUrl;
    const parameters = readParameters(spec.query, target);
    await spec.handle({ request, response, parameters, body: undefined });
  };
  return { ...spec, method: 'get', body: null, handler };
}

/** Creates a route that reads a JSON body. */
export function postRoute<Q extends z.ZodObject, B extends z.ZodType>(spec: Omit<RouteSpec<Q, B>, 'method'>): Route {
  const handler: RequestHandler = async (request, response) => {
    const parameters = readParameters(spec.query, request.originalUrl);
    const body = readBody(spec.body, request.body);
    await spec.handle({ request, response, parameters, body });
  };
  return { ...spec, method: 'post', handler };
}

/** The text of a path parameter. Express returns an array only for wildcards, which no route here has. */
export function pathParameter(request: Request, name: string): string {
  const value = request.params[name];
  return typeof value === 'string' ? value : '';
}
