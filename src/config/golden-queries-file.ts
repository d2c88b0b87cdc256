import { basename } from 'node:path';
import { parseJson, problemsOf } from './config-file.js';
import { configurationError } from './problems.js';
import { goldenQueryList, type GoldenQuery } from './schema.js';
import { readTextFile } from './text-file.js';

/** Wrong entries that one error lists. */
const LISTED = 10;

/**
 * Reads the file of golden queries that the configuration names. Throws `invalid_configuration`, which names the file, by
 * the last part of its path, and the entry at fault, counted from 0.
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
