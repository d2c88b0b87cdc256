import { systemErrorCodeOr } from '../core/errors.js';
import { readFileSync, statSync } from 'node:fs';
import type { ConfigProblem } from './problems.js';

/** Bytes; a larger configuration is a mistake. */
const MAX_FILE_BYTES = 5 * 1024 * 1024;

/** A file, and how problems speak of it. */
export interface TextFile {
  readonly path: string;
  /** What a problem calls it. */
  readonly name: string;
  /** The setting that names it. */
  readonly setting: string;
  /** What to do where there is no such file; null: it may be absent. */
  readonly missing: string | null;
}

/** The text of a file that the configuration consists of; null: there is none, and that is no problem. */
export function readTextFile({ path, name, setting, missing }: TextFile): string | ConfigProblem | null {
  const problem = (message: string, remedy: string): ConfigProblem => ({ name, message, remedy });
  try {
    const stats = statSync(path);
    if (!stats.isFile()) return problem('is not a file', `Point ${setting} at a JSON file.`);
    if (stats.size > MAX_FILE_BYTES) return problem(`has ${stats.size} bytes; 5 MiB is the most`, 'Make it smaller.');
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path));
  } catch (error) {
    const code = systemErrorCodeOr(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return missing === null ? null : problem('does not exist', missing);
    if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return problem('is not UTF-8', 'Save it as UTF-8.');
    return problem(`cannot be read (${code})`, 'Check its permissions.');
  }
}
