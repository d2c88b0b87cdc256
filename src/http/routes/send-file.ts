import { open, type FileHandle } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { Request, Response } from 'express';
import { AskdexError, systemErrorCode } from '../../core/errors.js';
import { randomUUID } from 'node:crypto';
import type { Backend } from '../../core/model/ports.js';
import type { HttpSettings } from './services.js';

/** One encoding of a file that never changes. */
export interface FileVariant {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** A strong ETag, in quotes; each encoding has its own. */
  readonly etag: string;
  /** null: not encoded. */
  readonly encoding: 'br' | 'gzip' | null;
}

interface ByteRange {
  readonly start: number;
  /** Inclusive. */
  readonly end: number;
}

/**
 * Streams a file from disk in the first encoding that the caller accepts; the list ends with the plain file. Responds
 * 304 if the caller's copy is current, and 206 to a single range of the plain file.
 *
 * @throws {AskdexError} range_not_satisfiable; file_not_found: the file was removed meanwhile
 */
export async function sendFile(request: Request, response: Response, forms: readonly FileVariant[]): Promise<void> {
  const plain = forms.at(-1);
  if (plain === undefined) throw removed();
  if (forms.length > 1) response.vary('Accept-Encoding');
  response.set('Accept-Ranges', 'bytes').type('application/octet-stream');
  const range = parseRange(request, response, plain);
  const form = range === null ? preferred(request, forms, plain) : plain;
  response.set('ETag', form.etag);
  if (request.fresh) {
    response.status(304).end();
    return;
  }
  const file = await opened(form.path);
  try {
    await send(request, response, { file, form, range });
  } finally {
    await file.close().catch(() => undefined);
  }
}

interface Sending {
  readonly file: FileHandle;
  readonly form: FileVariant;
  readonly range: ByteRange | null;
}

async function send(request: Request, response: Response, { file, form, range }: Sending): Promise<void> {
  if ((await file.stat()).size !== form.size)
    throw new AskdexError('index_damaged', 'A file of the snapshot does not have the size that its manifest gives.');
  const { start, end } = range ?? { start: 0, end: form.size - 1 };
  if (form.encoding !== null) response.set('Content-Encoding', form.encoding);
  if (range !== null) response.status(206).set('Content-Range', `bytes ${start}-${end}/${form.size}`);
  response.set('Content-Length', String(end - start + 1));
  if (request.method === 'HEAD' || end < start) {
    response.end();
    return;
  }
  // Together with the log, the metrics and the pipeline there are more than ten listeners, Node's limit for a leak.
  response.setMaxListeners(20);
  try {
    await pipeline(file.createReadStream({ start, end, autoClose: false }), response);
  } catch (error) {
    // The caller disconnected, so there is no response to send.
    if (systemErrorCode(error) !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  }
}

/** The first variant whose encoding the caller accepts. */
function preferred(request: Request, forms: readonly FileVariant[], plain: FileVariant): FileVariant {
  const accepted = request.acceptsEncodings();
  return forms.find(({ encoding }) => encoding !== null && accepted.includes(encoding)) ?? plain;
}

/** The requested range; null: there is none, several, or it is for another version of the file (`If-Range`). */
function parseRange(request: Request, response: Response, plain: FileVariant): ByteRange | null {
  const condition = request.get('If-Range');
  if (condition !== undefined && condition !== plain.etag) return null;
  const ranges = request.range(plain.size, { combine: true });
  if (ranges === -1) {
    response.set('Content-Range', `bytes */${plain.size}`);
    throw new AskdexError('range_not_satisfiable', `The file has ${plain.size} bytes; the range is beyond its end.`, {
      parameter: 'Range',
    });
  }
  if (ranges === undefined || ranges === -2 || ranges.type !== 'bytes' || ranges.length !== 1) return null;
  const [range] = ranges;
  return range === undefined ? null : { start: range.start, end: range.end };
}

async function opened(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (error) {
    throw systemErrorCode(error) === 'ENOENT' ? removed(error) : error;
  }
}

function removed(cause?: unknown): AskdexError {
  return new AskdexError('file_not_found', 'The file was removed with its generation.', {
    remedy: 'Fetch the newest manifest: /v1/snapshots/latest.',
    cause,
  });
}

/** Sets the caching headers, sends 304 if the caller's copy is current, and returns whether it did. */
export type RespondNotModified = (request: Request, response: Response, backend: Backend) => boolean;

/**
 * Creates the caching check. A response depends on the URL, the generation and this process's settings. Only its
 * duration
 * differs, so the ETag is weak. Caches revalidate each time, so a new generation is visible at once.
 */
export function createConditionalGet({ searchKeyRequired }: HttpSettings): RespondNotModified {
  const run = randomUUID().slice(0, 8);
  return (request, response, backend) => {
    response.set('Cache-Control', `${searchKeyRequired ? 'private' : 'public'}, no-cache`);
    if (searchKeyRequired) response.vary('Authorization');
    response.set('ETag', `W/"${backend.manifest.generation}-${run}"`);
    if (!request.fresh) return false;
    response.status(304).end();
    return true;
  };
}
