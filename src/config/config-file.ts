import type { z } from 'zod';
import { quoteForMessage, systemErrorCodeOr } from '../core/errors.js';
import { closestMatch } from '../core/closest-match.js';
import { type ConfigProblem, configurationError } from './problems.js';
import { configFileSchema, SUGGESTED_KEYS, type ConfigFile, goldenQueryList, type GoldenQuery } from './schema.js';
import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';

export interface ConfigFileReading {
  /** The file's settings; the defaults if there is no file or it is invalid. */
  readonly settings: ConfigFile;
  /** The file that was read; null if there is none. */
  readonly path: string | null;
  readonly problems: readonly ConfigProblem[];
}

export interface ConfigFileOptions {
  /** The absolute path. */
  readonly path: string;
  /** The name in messages, as the user wrote it. */
  readonly name: string;
  /** Whether the user named the file, so that its absence is a mistake. */
  readonly required: boolean;
  /** Checks `mapping`. */
  readonly mappingSchema: z.ZodType;
}

/** Reads and validates the configuration file. Everything wrong in it is in `problems`; it is never thrown. */
export function readConfigFile(options: ConfigFileOptions): ConfigFileReading {
  const defaults = configFileSchema.parse({});
  const { path, name, required } = options;
  // A file under the default name is optional.
  const missing = required ? 'Correct ASKDEX_CONFIG, or leave it out to use the defaults.' : null;
  const text = readTextFile({ path, name, setting: 'ASKDEX_CONFIG', missing });
  if (text === null) return { settings: defaults, path: null, problems: [] };
  if (typeof text !== 'string') return { settings: defaults, path: options.path, problems: [text] };
  const json = parseJson(text, options.name);
  if ('problem' in json) return { settings: defaults, path: options.path, problems: [json.problem] };
  return { ...checkSettings(json.value, options.mappingSchema), path: options.path };
}

/** Validates the content of a configuration file. Returns the defaults if anything is wrong. */
export function checkSettings(value: unknown, mappingSchema: z.ZodType): Omit<ConfigFileReading, 'path'> {
  const parsed = configFileSchema.safeParse(value);
  const problems = parsed.success ? [] : problemsOf(parsed.error, value, '');
  // The mapping is validated even after other mistakes, so that all of them are reported at once.
  const mapping = memberOf(value, 'mapping');
  const checked = mappingSchema.safeParse(mapping === undefined ? {} : mapping);
  if (!checked.success) problems.push(...problemsOf(checked.error, mapping, 'mapping', keysOf(mappingSchema)));
  return { settings: parsed.success ? parsed.data : configFileSchema.parse({}), problems };
}

type Parsed = { readonly value: unknown } | { readonly problem: ConfigProblem };

/** Parses JSON. `name`: the file's name in a problem. */
function parseJson(text: string, name: string): Parsed {
  try {
    const value: unknown = JSON.parse(text);
    return { value };
  } catch (error) {
    const reason = error instanceof Error ? error.message : '';
    const position = /position (\d+)/.exec(reason)?.[1];
    const line = text.slice(0, position === undefined ? text.length : Number(position)).split('\n').length;
    const message = `is not valid JSON near line ${line} (${quoteForMessage(reason.replace(/ in JSON at position.*$/s, ''))})`;
    return {
      problem: { name, message, remedy: 'JSON has no comments and no comma before a closing bracket.' },
    };
  }
}

/** Converts the errors of a schema to problems with the path after `prefix`. `known`: keys for suggestions. */
export function problemsOf(
  error: z.ZodError,
  input: unknown,
  prefix: string,
  known?: readonly string[],
): ConfigProblem[] {
  return error.issues.flatMap((issue) => {
    const path = nameOf([...(prefix === '' ? [] : [prefix]), ...issue.path]);
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(path, key, known));
    const value = issue.path.reduce<unknown>((inside, step) => memberOf(inside, step), input);
    const found = value === undefined ? 'is missing' : `is ${quoteForMessage(value)}`;
    const reason = issue.message.replace(/^Invalid input: /, '').replace(/^must /, 'it must ');
    return [{ name: path, message: `${found}; ${reason}`, remedy: 'docs/configuration.md lists what it accepts.' }];
  });
}

function unknownKey(path: string, key: string, known: readonly string[] = SUGGESTED_KEYS): ConfigProblem {
  const meant = closestMatch(key, known);
  return {
    name: path === 'the file' ? quoteForMessage(key) : `${path}.${quoteForMessage(key)}`,
    message: 'is not a key of the configuration',
    remedy: meant === null ? 'docs/configuration.md lists the keys.' : `Did you mean "${meant}"?`,
  };
}

function nameOf(path: readonly PropertyKey[]): string {
  if (path.length === 0) return 'the file';
  return path
    .map((step, at) => (typeof step === 'number' ? `[${step}]` : `${at === 0 ? '' : '.'}${String(step)}`))
    .join('');
}

function memberOf(value: unknown, key: PropertyKey): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  const member: unknown = Reflect.get(value, key);
  return member;
}

function keysOf(schema: z.ZodType): readonly string[] {
  const shape: unknown = Reflect.get(schema, 'shape');
  return typeof shape === 'object' && shape !== null ? Object.keys(shape) : [];
}

/** A larger configuration is a mistake. */
const MAX_FILE_BYTES = 5 * 1024 * 1024;

/** A file with its names in problems. */
export interface TextFile {
  readonly path: string;
  /** Its name in a problem. */
  readonly name: string;
  /** The setting that names it. */
  readonly setting: string;
  /** The remedy if the file does not exist; null: it is optional. */
  readonly missing: string | null;
}

/** Reads a file of the configuration. Returns null if an optional one does not exist. */
function readTextFile({ path, name, setting, missing }: TextFile): string | ConfigProblem | null {
  const problem = (message: string, remedy: string): ConfigProblem => ({ name, message, remedy });
  try {
    const stats = statSync(path);
    if (!stats.isFile()) return problem('is not a file', `Point ${setting} at a JSON file.`);
    if (stats.size > MAX_FILE_BYTES)
      return problem(`has ${stats.size} bytes; at most 5 MiB are allowed`, 'Make it smaller.');
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path));
  } catch (error) {
    const code = systemErrorCodeOr(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return missing === null ? null : problem('does not exist', missing);
    if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return problem('is not UTF-8', 'Save it as UTF-8.');
    return problem(`cannot be read (${code})`, 'Check its permissions.');
  }
}

/** Maximum number of invalid entries in one error. */
const LISTED = 10;

/**
 * Reads the file of golden queries that the configuration names.
 *
 * @throws {AskdexError} invalid_configuration: it names the file and the invalid entries, counted from 0
 */
export function readGoldenQueries(path: string): readonly GoldenQuery[] {
  const name = basename(path);
  const text = readTextFile({
    ...{ path, name: `the file of golden queries ${name}`, setting: 'goldenQueries' },
    missing: 'Correct goldenQueries; its path starts at the folder of the configuration file.',
  });
  if (typeof text !== 'string') throw configurationError(text === null ? [] : [text]);
  const json = parseJson(text, name);
  if ('problem' in json) throw configurationError([json.problem]);
  const parsed = goldenQueryList.safeParse(json.value);
  if (parsed.success) return parsed.data;
  const problems = problemsOf(parsed.error, json.value, name, ['query', 'expect']);
  throw configurationError(problems.slice(0, LISTED));
}
