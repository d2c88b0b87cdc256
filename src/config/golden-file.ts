import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { LARGEST_FILE, parseJson, problemsOf } from './file.js';
import { configurationError } from './problems.js';
import { goldenQueryList, type GoldenQuery } from './schema.js';

/** Wrong entries that one error lists. */
const LISTED = 10;

/**
 * Reads the file of golden queries that the configuration names. Throws `invalid_configuration`, which names the file, by
 * the last part of its path, and the entry at fault, counted from 0.
 */
export function readGoldenQueries(path: string): readonly GoldenQuery[] {
  const name = basename(path);
  const json = parseJson(readText(path, name), name);
  if ('problem' in json) throw configurationError([json.problem]);
  const parsed = goldenQueryList.safeParse(json.value);
  if (parsed.success) return parsed.data;
  const problems = problemsOf(parsed.error, json.value, name, ['query', 'expect']);
  throw configurationError(problems.slice(0, LISTED));
}

function readText(path: string, name: string): string {
  const fail = (message: string, remedy: string) =>
    configurationError([{ name: `the file of golden queries ${name}`, message, remedy }]);
  try {
    const stats = statSync(path);
    if (!stats.isFile()) throw fail('is not a file', 'Point goldenQueries at a JSON file.');
    if (stats.size > LARGEST_FILE)
      throw fail(`has ${stats.size} bytes; 5 MiB is the most`, 'Make it smaller.');
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'ENOENT' || code === 'ENOTDIR')
      throw fail(
        'does not exist',
        'Correct goldenQueries; its path starts at the folder of the configuration file.',
      );
    if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') throw fail('is not UTF-8', 'Save it as UTF-8.');
    if (code === 'invalid_configuration') throw error;
    throw fail(`cannot be read (${code})`, 'Check its permissions.');
  }
}
