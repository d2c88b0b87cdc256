import { systemErrorCodeOr } from '../../core/errors.js';
import { readFile } from 'node:fs/promises';
import { isAbsolute, resolve } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { evaluationFileError, type TextFile } from '../../core/evaluation/trec-files.js';

const decompress = promisify(gunzip);

/**
 * Returns a function that reads a UTF-8 text file, plain or `.gz`. Relative names start at `folder`.
 *
 * @throws {AskdexError} evaluation_invalid: if the file is missing, unreadable or not UTF-8.
 */
export function textFileReader(folder: string): (name: string) => Promise<TextFile> {
  return async (name) => {
    const bytes = await read(name, isAbsolute(name) ? name : resolve(folder, name));
    try {
      return { name, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
    } catch {
      throw invalid(name, 'it is not UTF-8.', 'Save the file as UTF-8. The name of a compressed file must end in .gz.');
    }
  };
}

async function read(name: string, path: string): Promise<Uint8Array> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    const code = systemErrorCodeOr(error);
    if (code === 'ENOENT') throw invalid(name, 'there is no such file.', 'Check the name of the file.');
    throw invalid(name, `it cannot be read (${code}).`, 'Choose a file that this user can read.');
  }
  if (!name.endsWith('.gz')) return bytes;
  try {
    return await decompress(bytes);
  } catch (error) {
    throw invalid(
      name,
      `it cannot be decompressed (${systemErrorCodeOr(error)}).`,
      'Compress the file again with gzip.',
    );
  }
}

function invalid(file: string, fault: string, remedy: string): Error {
  return evaluationFileError({ file, line: null }, fault, remedy);
}
