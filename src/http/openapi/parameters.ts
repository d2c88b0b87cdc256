import { z } from 'zod';
import { AskdexError, quoteForMessage } from '../../core/errors.js';
import { closestMatch } from '../../core/closest-match.js';

/** The parameters of a query string, in order. null: the parameter has no `=`. */
export type RawParameters = ReadonlyMap<string, readonly (string | null)[]>;

/** These parameters may be repeated; every other one may occur once. */
const REPEATABLE: ReadonlySet<string> = new Set(['filter']);

/**
 * Reads the query string of a request's URL. Unlike Express's parser it does not guess at nesting and arrays.
 *
 * @throws {AskdexError} malformed_request: a percent-encoded value is not UTF-8
 */
function rawParameters(target: string): RawParameters {
  const start = target.indexOf('?');
  const found = new Map<string, (string | null)[]>();
  if (start < 0) return found;
  for (const pair of target.slice(start + 1).split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = decoded(equals < 0 ? pair : pair.slice(0, equals));
    const values = found.get(name) ?? [];
    values.push(equals < 0 ? null : decoded(pair.slice(equals + 1)));
    found.set(name, values);
  }
  return found;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch (cause) {
    throw new AskdexError(
      'malformed_request',
      `The query string holds ${quoteForMessage(text)}, which is not percent-encoded UTF-8.`,
      {
        remedy: 'Percent-encode each value; a "%" itself is written %25.',
        cause,
      },
    );
  }
}

/**
 * Validates the parameters of a request's URL against a schema and returns the schema's output. An empty value counts
 * as absent; a bare name (`?explain`) means `true`.
 *
 * @throws {AskdexError} unknown_parameter, missing_parameter, invalid_parameter (also if one is repeated), or the code
 *   that a check of the schema throws
 */
export function readParameters<S extends z.ZodObject>(schema: S, target: string): z.output<S> {
  const given = rawParameters(target);
  const names = Object.keys(schema.shape);
  const input: Record<string, string | string[]> = {};
  for (const [name, values] of given) {
    if (!names.includes(name)) throw unknownParameter(name, names);
    if (values.length > 1 && !REPEATABLE.has(name)) {
      throw new AskdexError(
        'invalid_parameter',
        `The parameter ${quoteForMessage(name)} is given ${values.length} times.`,
        {
          parameter: name,
          remedy: 'Give it once.',
        },
      );
    }
    const texts = values.map((value) => value ?? 'true').filter((value) => value !== '');
    const [first] = texts;
    if (first !== undefined) input[name] = REPEATABLE.has(name) ? texts : first;
  }
  const read = schema.safeParse(input);
  if (read.success) return read.data;
  throw parameterError(read.error, input);
}

function unknownParameter(name: string, names: readonly string[]): AskdexError {
  const meant = closestMatch(name, names);
  const known = names.length === 0 ? 'This route takes no parameters.' : `Known are ${names.join(', ')}.`;
  return new AskdexError('unknown_parameter', `There is no parameter ${quoteForMessage(name)}.`, {
    parameter: name.slice(0, 64),
    remedy: meant === null ? known : `Did you mean ${quoteForMessage(meant)}? ${known}`,
  });
}

function parameterError(error: z.ZodError, input: Readonly<Record<string, string | string[]>>): AskdexError {
  const issue = error.issues[0];
  const name = String(issue?.path[0] ?? '');
  const params: unknown = issue?.code === 'custom' ? issue.params : undefined;
  const cause = isCause(params) ? params.error : undefined;
  if (cause !== undefined) return cause;
  const value = input[name];
  if (value === undefined) {
    return new AskdexError('missing_parameter', `The parameter ${quoteForMessage(name)} is missing.`, {
      parameter: name,
    });
  }
  return new AskdexError(
    'invalid_parameter',
    `The parameter ${quoteForMessage(name)} is ${quoteForMessage(value)}; ${issue?.message ?? 'it is not valid'}.`,
    {
      parameter: name,
    },
  );
}

function isCause(params: unknown): params is { error: AskdexError } {
  return typeof params === 'object' && params !== null && 'error' in params && params.error instanceof AskdexError;
}

/** Converts a check that throws an AskdexError to a transform, so that its code and remedy reach the caller. */
export function checkedBy<I, O>(read: (input: I) => O): (input: I, context: z.RefinementCtx) => O {
  return (input, context) => {
    try {
      return read(input);
    } catch (error) {
      if (!(error instanceof AskdexError)) throw error;
      context.addIssue({ code: 'custom', message: error.message, params: { error }, input });
      return z.NEVER;
    }
  };
}

/**
 * Validates a JSON body. A missing body counts as an empty object.
 *
 * @throws {AskdexError} invalid_body: it names the member
 */
export function readBody<S extends z.ZodType>(schema: S, body: unknown): z.output<S> {
  const read = schema.safeParse(body ?? {});
  if (read.success) return read.data;
  const issue = read.error.issues[0];
  if (issue?.code === 'unrecognized_keys') {
    const [name = ''] = issue.keys;
    throw new AskdexError('invalid_body', `The body has an unknown member ${quoteForMessage(name)}.`, {
      parameter: name.slice(0, 64),
    });
  }
  const name = issue?.path.join('.') ?? '';
  const what = name === '' ? 'The body' : `The member ${quoteForMessage(name)} of the body`;
  const details = name === '' ? {} : { parameter: name };
  throw new AskdexError('invalid_body', `${what} is not valid: ${issue?.message ?? 'it has another shape'}.`, details);
}
