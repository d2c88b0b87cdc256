import { sha256 } from './trust.js';

/** The sha256 of bytes, as bytes. Rejects with `snapshot_untrusted` where there is no Web Crypto. */
export async function digest(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const hex = await sha256(bytes);
  return Uint8Array.from({ length: hex.length / 2 }, (_, at) => parseInt(hex.slice(2 * at, 2 * at + 2), 16));
}
