import { systemErrorCodeOr } from '../../core/errors.js';
import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import type { ProblemCode } from './problems.js';
import { FILE_SIZE, versionOf } from './scan-folder.js';
import { isUtf8 } from 'node:buffer';

export type FileRead =
  /** `bytes` are valid until the next file is read. */
  | { readonly ok: true; readonly bytes: Buffer; readonly version: string }
  | { readonly ok: false; readonly code: ProblemCode; readonly reason: string };

/** The file system calls of reading. Tests can make them fail. */
export interface FileSystemCalls {
  readonly open: (path: string, flags: number) => number;
  readonly stat: (descriptor: number) => Stats;
  /** Reads from `offset` of the file to `offset` of the buffer. Returns the number of bytes. */
  readonly read: (descriptor: number, buffer: Buffer, offset: number) => number;
  readonly close: (descriptor: number) => void;
}

const NODE_CALLS: FileSystemCalls = {
  open: openSync,
  stat: fstatSync,
  read: (descriptor, buffer, offset) => readSync(descriptor, buffer, offset, buffer.length - offset, offset),
  close: closeSync,
};

// If the file was replaced meanwhile, a pipe must not block the thread and a link must not be followed.
// Some systems lack these flags.
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0);
const TRIES = 3;
/** Suffix of the version if the number of bytes read differs from the file's size. */
const PARTIAL_READ_SUFFIX = '?';
/** Shared by all files, which a build reads one after the other. The extra byte detects files that are too large. */
let shared: Buffer | null = null;

/**
 * Reads a file of at most 2 MiB. `version` is that of the listing. If the file has another version now, it is read
 * until two readings agree, so that no half-written text is returned.
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
    // Taken after reading, so that the version is not older than the bytes.
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
    return { ok: false, code: 'file_vanished', reason: 'It was deleted after the content was listed.' };
  }
  if (code === 'ELOOP') return { ok: false, code: 'file_changed', reason: 'It became a link while the build ran.' };
  // The errors of a pipe, a socket or a folder.
  if (code === 'ESPIPE' || code === 'EISDIR' || code === 'ENXIO' || code === 'EAGAIN') {
    return { ok: false, code: 'file_not_regular', reason: `It is not a regular file (${code}).` };
  }
  return { ok: false, code: 'file_unreadable', reason: `It cannot be read (${code}).` };
}

export type Decoded =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly code: ProblemCode; readonly reason: string; readonly remedy?: string };

const SAMPLE = 4096;

/**
 * Decodes UTF-8 with or without a byte order mark. Line ends become `\n`, and characters are composed (NFC). Other
 * contents are not decoded; the error names the probable encoding.
 */
export function decodeText(bytes: Buffer): Decoded {
  const wide = wideEncoding(bytes);
  if (wide !== null) return wrongEncoding(wide);
  if (bytes.includes(0)) {
    return { ok: false, code: 'file_binary', reason: 'It contains NUL bytes, so it is not a text file.' };
  }
  if (!isUtf8(bytes)) return wrongEncoding('Latin-1 (ISO 8859-1) or Windows-1252');
  const start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  const text = bytes.toString('utf8', start).normalize('NFC');
  return { ok: true, text: text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text };
}

function wrongEncoding(name: string): Decoded {
  return {
    ok: false,
    code: 'file_encoding',
    reason: `It is not UTF-8; it looks like ${name}.`,
    remedy: `Save the file as UTF-8 (it looks like ${name} now).`,
  };
}

/** Detects UTF-16 and UTF-32 by their byte order mark, or by NUL bytes at only even or only odd positions. */
function wideEncoding(bytes: Buffer): string | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) {
    return bytes.length >= 4 && bytes[2] === 0 && bytes[3] === 0 ? 'UTF-32 little-endian' : 'UTF-16 little-endian';
  }
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'UTF-16 big-endian';
  const sample = bytes.subarray(0, SAMPLE);
  if (sample.length < 4 || !sample.includes(0)) return null;
  const nuls = [0, 0];
  for (const [at, byte] of sample.entries()) if (byte === 0) nuls[at % 2] = (nuls[at % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = nuls;
  const half = sample.length / 2;
  if (odd > half * 0.4 && even < half * 0.05) return 'UTF-16 little-endian';
  if (even > half * 0.4 && odd < half * 0.05) return 'UTF-16 big-endian';
  return null;
}
