import { createHash, timingSafeEqual } from 'node:crypto';

/** The SHA-256 of a key in lower-case hexadecimal: what is kept of a key instead of the key. */
export function hashKey(key: string): string {
  return createHash('sha256').update(key, 'utf8').digest('hex');
}

/**
 * Makes the check of a key against the hashes of the accepted ones (see {@link hashKey}).
 *
 * It takes the same time wherever a wrong key differs, and for every accepted key: both sides are hashed to one
 * length, and each hash is compared. Without any hash, no key is accepted. A hash that is not 64 hexadecimal digits
 * accepts nothing.
 */
export function keyVerifier(hashes: readonly string[]): (key: string) => boolean {
  const accepted = hashes
    .filter((hash) => /^[0-9a-f]{64}$/.test(hash))
    .map((hash) => Buffer.from(hash, 'hex'));
  return (key) => {
    const given = createHash('sha256').update(key, 'utf8').digest();
    let found = false;
    for (const hash of accepted) found = timingSafeEqual(hash, given) || found;
    return found;
  };
}

/** The key of an `Authorization: Bearer KEY` header; null where there is none or another scheme. */
export function bearerKey(header: string | undefined): string | null {
  return /^Bearer +([^\s,]+) *$/i.exec(header ?? '')?.[1] ?? null;
}
