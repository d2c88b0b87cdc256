import { isSha256 } from '../core/guards.js';
import { sha256, sha256Bytes } from '../sha256.js';
import { timingSafeEqual } from 'node:crypto';

/** The SHA-256 of a key in lower-case hexadecimal. It is stored instead of the key. */
export function hashKey(key: string): string {
  return sha256(key);
}

/**
 * Creates a function that checks keys against the hashes of the accepted ones (see {@link hashKey}).
 *
 * Its duration reveals nothing about the accepted keys: hashes have one length, and all of them are compared. Invalid
 * hashes are ignored. If there are no hashes, no key is accepted.
 */
export function keyVerifier(hashes: readonly string[]): (key: string) => boolean {
  const accepted = hashes.filter(isSha256).map((hash) => Buffer.from(hash, 'hex'));
  return (key) => {
    const given = sha256Bytes(key);
    let found = false;
    for (const hash of accepted) found = timingSafeEqual(hash, given) || found;
    return found;
  };
}

/** The key of an `Authorization: Bearer KEY` header; null if there is none or the scheme is another one. */
export function bearerKey(header: string | undefined): string | null {
  return /^Bearer +([^\s,]+) *$/i.exec(header ?? '')?.[1] ?? null;
}
