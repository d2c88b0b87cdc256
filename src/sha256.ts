import { createHash } from 'node:crypto';

/** The sha256 of bytes, or of a text in UTF-8, as lower-case hexadecimal. */
export function sha256(data: Uint8Array | string): string {
  return createHash('sha256').update(data).digest('hex');
}

/** The sha256 as 32 bytes. */
export function sha256Bytes(data: Uint8Array | string): Uint8Array {
  return createHash('sha256').update(data).digest();
}
