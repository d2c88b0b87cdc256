import { systemErrorCodeOr } from '../../core/errors.js';
import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import type { ProblemCode } from './problems.js';
import { FILE_SIZE, versionOf } from './scan-folder.js';

export type FileRead =
  /** `bytes` are valid until the next file is read. */
  | { readonly ok: true; readonly bytes: Buffer; readonly version: string }
  | { readonly ok: false; readonly code: ProblemCode; readonly reason: string };

/** The calls that reading needs, so that a test can let them fail. */
export interface FileSystemCalls {
  readonly open: (path: string, flags: number) => number;
  readonly stat: (descriptor: number) => Stats;
  /** Reads from `offset` of the file to `offset` of the buffer; the number of bytes. */
  readonly read: (descriptor: number, buffer: Buffer, offset: number) => number;
  readonly close: (descriptor: number) => void;
}

const NODE_CALLS: FileSystemCalls = {
  open: openSync,
  stat: fstatSync,
  read: (descriptor, buffer, offset) => readSync(descriptor, buffer, offset, buffer.length - offset, offset),
  close: closeSync,
};

// A pipe that took the file's place must not block the thread, nor a link lead elsewhere. (0 where a system lacks them.)
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0);
const TRIES = 3;
/** Ends the version of a reading that is shorter or longer than the file says it is. */
const PARTIAL_READ_SUFFIX = '?';
/** One for all files: a build reads one after the other. One byte more than allowed shows that a file is too large. */
let shared: Buffer | null = null;

/**
 * Reads a file of at most 2 MiB whole. `version` is what it had when it was listed; where it has another now, it is read
 * until two readings agree, so that no half-written text is taken.
 */
export function readWholeFile(path: string, version: string, calls: FileSystemCalls = NODE_CALLS): FileRead {
  let last = version;
  for (let tries = 1; ; tries += 1) {
    const read = readOnce(path, calls);
    if (!read.ok || (read.version === last && !read.version.endsWith(PARTIAL_READ_SUFFIX))) return read;
    if (tries === TRIES) return { ok: false, code: 'file_changed', reason: 'It kept changing while it was read.' };
    last = read.version;
  }
}

function readOnce(path: string, calls: FileSystemCalls): FileRead {
  let descriptor: number;
  try {
    descriptor = calls.open(path, FLAGS);
  } catch (error) {
    return failed(error);
  }
  try {
    const buffer = (shared ??= Buffer.allocUnsafe(FILE_SIZE + 1));
    let length = 0;
    for (let count = -1; count !== 0 && length < buffer.length; length += count) {
      count = calls.read(descriptor, buffer, length);
    }
    // After reading: the version is that of bytes which were all there before it.
    const stats = calls.stat(descriptor);
    if (!stats.isFile()) return { ok: false, code: 'file_not_regular', reason: 'It is not a regular file.' };
    if (stats.size > FILE_SIZE || length > FILE_SIZE) {
      return {
        ok: false,
        code: 'file_too_large',
        reason: `It has more than ${FILE_SIZE.toLocaleString('en')} bytes.`,
      };
    }
    return {
      ok: true,
      bytes: buffer.subarray(0, length),
      version: versionOf(stats) + (length === stats.size ? '' : PARTIAL_READ_SUFFIX),
    };
  } catch (error) {
    return failed(error);
  } finally {
    calls.close(descriptor);
  }
}

function failed(error: unknown): FileRead {
  const code = systemErrorCodeOr(error);
  if (code === 'ENOENT') {
    return { ok: false, code: 'file_vanished', reason: 'It is gone since the content was listed.' };
  }
  if (code === 'ELOOP') return { ok: false, code: 'file_changed', reason: 'It became a link while the build ran.' };
  // What a pipe, a socket or a folder in the file's place says.
  if (code === 'ESPIPE' || code === 'EISDIR' || code === 'ENXIO' || code === 'EAGAIN') {
    return { ok: false, code: 'file_not_regular', reason: `It is not a regular file (${code}).` };
  }
  return { ok: false, code: 'file_unreadable', reason: `It cannot be read (${code}).` };
}
