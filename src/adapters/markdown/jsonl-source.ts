import { decodeText } from './read-file.js';
import { createReadStream, statSync } from 'node:fs';
import { basename } from 'node:path';
import { createGunzip } from 'node:zlib';
import { pipeline } from 'node:stream';
import { quoteForMessage, systemErrorCodeOr } from '../../core/errors.js';
import type { Scan, SourceEntry, SourceItem } from '../../core/model/ports.js';
import { toDocument, type Address } from './document.js';
import type { FieldReader } from './field-reader.js';
import { isMapping } from './front-matter.js';
import type { FieldNames } from './field-mapping.js';
import { createProblem, type ReportProblem } from './problems.js';
import { hasControl, isScriptUrl, urlError } from './field-values.js';
import { unreadable, versionOf } from './scan-folder.js';

export interface JsonlOptions {
  readonly allowEmptyText: boolean;
  /** Maximum number of bytes read from the file, counted after decompression. */
  readonly maxBytes: number;
}

const NAMES: FieldNames = {
  title: ['title'],
  answer: ['answer', 'text'],
  keywords: ['keywords'],
  subject: ['subject'],
  url: ['url'],
  date: ['date'],
  language: ['language'],
  description: ['description'],
  related: ['related'],
  boost: ['boost'],
};
const KEY_LENGTH = 500;

/** The documents of one `.jsonl` or `.jsonl.gz` file with one JSON object per line. */
export class JsonlSource {
  private readonly file: string;

  constructor(
    private readonly path: string,
    private readonly options: JsonlOptions,
  ) {
    this.file = basename(path);
  }

  scan(): Promise<Scan> {
    try {
      const stats = statSync(this.path);
      const entry = { path: this.file, version: versionOf(stats) };
      return Promise.resolve({ entries: [entry], problems: [] });
    } catch (error) {
      return Promise.reject(unreadable(error));
    }
  }

  async *read(_entry: SourceEntry): AsyncGenerator<SourceItem> {
    try {
      for await (const line of linesOf(this.bytes(), this.options.maxBytes)) yield* this.readLine(line);
    } catch (error) {
      const code = systemErrorCodeOr(error);
      const limit = `It has more than ${this.options.maxBytes.toLocaleString('en')} bytes. The rest was not read.`;
      if (error instanceof LimitExceededError) yield this.problem('jsonl_too_large', limit);
      else if (/^Z_|^ERR_/.test(code)) {
        yield this.problem(
          'gzip_damaged',
          `It cannot be decompressed completely (${code}). The documents before the error are indexed.`,
        );
      } else if (code === 'ENOENT') yield this.problem('file_vanished', 'It was deleted after the content was listed.');
      else yield this.problem('file_unreadable', `It cannot be read (${code}).`);
    }
  }

  private problem(...[code, reason]: Parameters<ReportProblem>): SourceItem {
    return { kind: 'problem', problem: createProblem(this.file, code, reason) };
  }

  private bytes(): AsyncIterable<Uint8Array> {
    const file = createReadStream(this.path);
    if (!this.path.endsWith('.gz')) return file;
    // The pipeline passes errors of the file to the reader, so the callback has nothing to do.
    return pipeline(file, createGunzip(), () => undefined);
  }

  private readLine(line: Line): SourceItem[] {
    const items: SourceItem[] = [];
    const report: ReportProblem = (code, reason, details) => {
      const position = {
        line: line.number,
        ...details,
        ...(details?.line === null ? { line: line.number } : {}),
      };
      items.push({ kind: 'problem', problem: createProblem(this.file, code, reason, position) });
    };
    if (line.bytes === null) {
      report('line_too_long', 'The line has more than 2 MiB.');
      return items;
    }
    const data = parseLine(line.bytes, report);
    if (data === null) return items;
    const document = toDocument(
      {
        file: this.file,
        data,
        body: '',
        names: NAMES,
        lineOf: () => line.number,
        escapedBreaks: false,
        site: false,
        allowEmptyText: this.options.allowEmptyText,
        address: addressOf,
      },
      report,
    );
    if (document !== null) items.push({ kind: 'document', document, line: line.number });
    return items;
  }
}

/** The line's object. null for an empty line, and for a line without an object, which is reported. */
function parseLine(bytes: Buffer, report: ReportProblem): Record<string, unknown> | null {
  const decoded = decodeText(bytes);
  if (!decoded.ok) {
    report(decoded.code, decoded.reason, decoded.remedy === undefined ? {} : { remedy: decoded.remedy });
    return null;
  }
  if (decoded.text.trim() === '') return null;
  let value: unknown;
  try {
    value = JSON.parse(decoded.text, normalizeStrings);
  } catch (error) {
    report('json_invalid', `The line is not JSON: ${error instanceof Error ? error.message : 'unknown error'}.`);
    return null;
  }
  if (isMapping(value)) return value;
  report('json_invalid', `The line is not an object: ${quoteForMessage(value)}.`);
  return null;
}

/** The url, or else the id, which is then used as url too. */
function addressOf(fields: FieldReader, report: ReportProblem): Address | null {
  const found = fields.find(NAMES.url);
  if (found !== null) {
    const url = fields.text(found, true);
    if (url === null) return null;
    const fault = urlError(url);
    if (fault === null) return { key: url, url };
    report('url_invalid', `The url ${quoteForMessage(url)} ${fault}.`);
    return null;
  }
  const id = fields.find(['id', '_id']);
  if (id === null) {
    report('key_missing', 'It has neither a url nor an id.');
    return null;
  }
  if (typeof id.value === 'number' && !Number.isSafeInteger(id.value)) {
    report(
      'field_type',
      `${quoteForMessage(id.name)} is a number that JavaScript cannot hold exactly (${String(id.value)}).`,
      {
        remedy: `Write ${id.name} in quotes.`,
      },
    );
    return null;
  }
  const key = typeof id.value === 'number' ? String(id.value) : fields.text(id, true);
  if (key === null) return null;
  if (key.length > KEY_LENGTH || hasControl(key) || isScriptUrl(key)) {
    report(
      'url_invalid',
      `The id ${quoteForMessage(key)} cannot be a key: it is too long, or contains control characters or a script.`,
      {
        remedy: 'Write an id of at most 500 printable characters.',
      },
    );
    return null;
  }
  return { key, url: key };
}

const KEY_FIELDS = new Set(['id', '_id', 'url']);

/**
 * JSON reviver. Escapes such as `\ud800` can encode lone surrogates, which become U+FFFD. Accents are composed as in
 * Markdown files. Keys and urls stay unchanged, so that invalid ones are reported.
 */
function normalizeStrings(name: string, value: unknown): unknown {
  if (typeof value !== 'string' || KEY_FIELDS.has(name)) return value;
  return value.replace(/\p{Surrogate}/gu, '\ufffd').normalize('NFC');
}

/** One line of a file without its line end. `bytes` is null if the line is too long. */
export interface Line {
  readonly number: number;
  readonly bytes: Buffer | null;
}

/** Maximum number of bytes of a line. */
const LINE_SIZE = 2 * 1024 * 1024;

/** Thrown when a stream has more than `limit` bytes. */
class LimitExceededError extends Error {}

/** Splits a stream of bytes into lines. The bytes of a line of more than `LINE_SIZE` bytes are not retained. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>, limit: number): AsyncGenerator<Line> {
  let number = 1;
  let total = 0;
  let parts: Buffer[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    total += chunk.length;
    if (total > limit) throw new LimitExceededError();
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    let start = 0;
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
      length += end - start;
      if (length <= LINE_SIZE) parts.push(bytes.subarray(start, end));
      yield { number, bytes: length > LINE_SIZE ? null : Buffer.concat(parts) };
      number += 1;
      parts = [];
      length = 0;
      start = end + 1;
    }
    length += bytes.length - start;
    if (length <= LINE_SIZE) parts.push(bytes.subarray(start));
    else parts = [];
  }
  if (length > 0) yield { number, bytes: length > LINE_SIZE ? null : Buffer.concat(parts) };
}
