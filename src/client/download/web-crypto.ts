import { AskdexError } from '../../core/errors.js';

/** Computes the sha256 as bytes. */
export async function digest(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  return new Uint8Array(await webCrypto().digest('SHA-256', bytes));
}

/** Computes the sha256 in lower-case hexadecimal. */
export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return Array.from(await digest(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** @throws {AskdexError} snapshot_untrusted: the page has no Web Crypto */
export function webCrypto() {
  // Absent on pages served over plain HTTP, in spite of the types.
  const found = (globalThis as { readonly crypto?: typeof crypto }).crypto?.subtle;
  if (found !== undefined) return found;
  throw untrustedError(
    'checksums cannot be compared without Web Crypto',
    'Serve the page over HTTPS, or from localhost.',
  );
}

export function untrustedError(why: string, remedy: string, cause?: unknown): AskdexError {
  return new AskdexError('snapshot_untrusted', `The snapshot is not trusted: ${why}.`, { remedy, cause });
}
