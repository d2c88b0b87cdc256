import type { Request, RequestHandler, Response } from 'express';
import type { z } from 'zod';
import type { ErrorCode } from '../../core/errors.js';
import { readBody, readParameters } from './parameters.js';

/** Who may call: everyone, holders of a search key (where the site asks for one), or the admin. */
export type Access = 'everyone' | 'search' | 'admin';

export interface ResponseSpec {
  readonly status: number;
  readonly description: string;
  /** `application/json` unless told. */
  readonly contentType?: string;
  readonly schema?: z.ZodType;
  readonly example?: unknown;
}

/** What is known of a route apart from how it works; the API description is made from it. */
export interface RouteInfo {
  readonly method: 'get' | 'post';
  /** Without the base path; path parameters as `{name}`. */
  readonly path: string;
  readonly id: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly access: Access;
  /** true: any query string will do and is not looked at; false unless told. */
  readonly ignoresParameters?: boolean;
  readonly pathParameters?: Readonly<
    Record<string, { readonly description: string; readonly example: string | number }>
  >;
  readonly answers: readonly ResponseSpec[];
  /** Codes that this route gives besides those that every route can give. */
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

/** A route whose types are checked and put away: `handler` reads the parameters and the body, then answers. */
export interface Route extends RouteInfo {
  readonly query: z.ZodObject;
  /** null: the route reads no body. */
  readonly body: z.ZodType | null;
  readonly handler: RequestHandler;
}

/** Makes a route that reads no body. */
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

/** Makes a route that takes a JSON body. */
export function postRoute<Q extends z.ZodObject, B extends z.ZodType>(spec: Omit<RouteSpec<Q, B>, 'method'>): Route {
  const handler: RequestHandler = async (request, response) => {
    const parameters = readParameters(spec.query, request.originalUrl);
    const body = readBody(spec.body, request.body);
    await spec.handle({ request, response, parameters, body });
  };
  return { ...spec, method: 'post', handler };
}

/** A path parameter's text; Express gives an array for a wildcard alone, which no route here has. */
export function pathParameter(request: Request, name: string): string {
  const value = request.params[name];
  return typeof value === 'string' ? value : '';
}
