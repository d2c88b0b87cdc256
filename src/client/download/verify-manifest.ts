import {
  damagedSnapshotError,
  SNAPSHOT_MANIFEST,
  type ReadSnapshotManifest,
} from '../../core/model/snapshot-manifest.js';
import { sha256, untrustedError } from './web-crypto.js';

/** What a caller demands of a snapshot before a byte of its files is believed. */
export interface TrustOptions {
  /** The publisher's Ed25519 public key, PEM (SPKI). */
  readonly publicKey?: string;
  /** Lowest `sequence` that is taken. */
  readonly minSequence?: number;
}

/**
 * Checks a manifest: its own checksum, its signature where a key is given, its sequence where one is. Web Crypto alone.
 *
 * Throws `index_damaged`, `snapshot_untrusted`, `invalid_parameter` (the key is none).
 */
export async function checkManifest(
  read: ReadSnapshotManifest,
  { publicKey, minSequence }: TrustOptions,
): Promise<void> {
  const { manifest, checksummedText, signedText } = read;
  if ((await sha256(utf8(checksummedText))) !== manifest.checksum)
    throw damagedSnapshotError(`${SNAPSHOT_MANIFEST} does not match its own checksum`);
  if (publicKey !== undefined) {
    // Loaded on demand: most callers give no key.
    const { checkSignature } = await import('./signature.js');
    await checkSignature(publicKey, { signature: manifest.signature, signed: signedText });
  }
  checkSequence(manifest.sequence, minSequence);
}

/** Throws `snapshot_untrusted` where a sequence is lower than what the caller has seen. */
export function checkSequence(sequence: number, minSequence: number | undefined): void {
  if (minSequence === undefined || sequence >= minSequence) return;
  throw untrustedError(
    `its sequence is ${sequence}, lower than ${minSequence}: it is older than one that was seen`,
    'Fetch it again later; a proxy may hold an old copy.',
  );
}

function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(new TextEncoder().encode(text));
}
