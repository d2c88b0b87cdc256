import { AskdexError } from '../../core/errors.js';

/** The sha256 of bytes, as bytes. Throws `snapshot_untrusted` where there is no Web Crypto. */
export async function digest(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  return new Uint8Array(await webCrypto().digest('SHA-256', bytes));
}

/** The same in lower-case hexadecimal. */
export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return Array.from(await digest(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Throws `snapshot_untrusted` where there is none. */
export function webCrypto() {
  // Absent on pages that came over plain HTTP, whatever the types say.
  const found = (globalThis as { readonly crypto?: typeof crypto }).crypto?.subtle;
  if (found !== undefined) return found;
  throw untrustedError(
    'checksums cannot be compared without Web Crypto',
    'Serve the page over HTTPS, or from localhost.',
  );
}

/** `snapshot_untrusted`, saying why. */
export function untrustedError(why: string, remedy: string, cause?: unknown): AskdexError {
  return new AskdexError('snapshot_untrusted', `The snapshot is not trusted: ${why}.`, { remedy, cause });
}
