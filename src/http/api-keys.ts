import { isSha256 } from '../core/guards.js';
import { sha256, sha256Bytes } from '../sha256.js';
import { timingSafeEqual } from 'node:crypto';

/** The SHA-256 of a key in lower-case hexadecimal: what is kept of a key instead of the key. */
export function hashKey(key: string): string {
  return sha256(key);
}

/**
 * Makes the check of a key against the hashes of the accepted ones (see {@link hashKey}).
 *
 * It takes the same time wherever a wrong key differs, and for every accepted key: both sides are hashed to one
 * length, and each hash is compared. Without any hash, no key is accepted. A hash that is not 64 hexadecimal digits
 * accepts nothing.
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

/** The key of an `Authorization: Bearer KEY` header; null where there is none or another scheme. */
export function bearerKey(header: string | undefined): string | null {
  return /^Bearer +([^\s,]+) *$/i.exec(header ?? '')?.[1] ?? null;
}
