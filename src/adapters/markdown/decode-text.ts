import { isUtf8 } from 'node:buffer';
import type { ProblemCode } from './problems.js';

export type Decoded =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly code: ProblemCode; readonly reason: string; readonly remedy?: string };

const SAMPLE = 4096;

/**
 * The text of a file's bytes: UTF-8, with or without a byte order mark; line ends become `\n`, characters are composed (NFC).
 * Anything else is named (binary, UTF-16, Latin-1), never guessed into text.
 */
export function decodeText(bytes: Buffer): Decoded {
  const wide = wideEncoding(bytes);
  if (wide !== null) return wrongEncoding(wide);
  if (bytes.includes(0)) {
    return { ok: false, code: 'file_binary', reason: 'It holds NUL bytes: this is not a text file.' };
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

/** UTF-16 and UTF-32 show in their mark, or in NUL bytes that stand at one parity alone (plain letters in UTF-16). */
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
