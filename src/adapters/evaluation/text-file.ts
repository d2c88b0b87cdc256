import { systemErrorCodeOr } from '../../core/errors.js';
import { readFile } from 'node:fs/promises';
import { isAbsolute, resolve } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { evaluationFileError, type TextFile } from '../../core/evaluation/trec-files.js';

const unpack = promisify(gunzip);

/** Reads text files of UTF-8, plain or `.gz`; relative names start at `folder`. They reject with `evaluation_invalid`. */
export function textFileReader(folder: string): (name: string) => Promise<TextFile> {
  return async (name) => {
    const bytes = await read(name, isAbsolute(name) ? name : resolve(folder, name));
    try {
      return { name, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
    } catch {
      throw wrong(name, 'it is not UTF-8.', 'Save the file as UTF-8; a packed one needs a name that ends in .gz.');
    }
  };
}

async function read(name: string, path: string): Promise<Uint8Array> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    const code = systemErrorCodeOr(error);
    if (code === 'ENOENT') throw wrong(name, 'there is no such file.', 'Check the name of the file.');
    throw wrong(name, `it cannot be read (${code}).`, 'Name a file that this user may read.');
  }
  if (!name.endsWith('.gz')) return bytes;
  try {
    return await unpack(bytes);
  } catch (error) {
    throw wrong(name, `it cannot be unpacked (${systemErrorCodeOr(error)}).`, 'Compress the file again with gzip.');
  }
}

function wrong(file: string, fault: string, remedy: string): Error {
  return evaluationFileError({ file, line: null }, fault, remedy);
}
