import {
  damagedSnapshotError,
  SNAPSHOT_MANIFEST,
  type ReadSnapshotManifest,
} from '../../core/model/snapshot-manifest.js';
import { sha256, untrustedError } from './web-crypto.js';

/** What a manifest must fulfil before its files are used. */
export interface TrustOptions {
  /** The publisher's Ed25519 public key, PEM (SPKI). */
  readonly publicKey?: string;
  /** Lowest accepted `sequence`. */
  readonly minSequence?: number;
}

/**
 * Verifies a manifest's checksum and, if the options contain them, its signature and sequence.
 *
 * @throws {AskdexError} index_damaged, snapshot_untrusted; invalid_parameter: `publicKey` is not a key
 */
export async function checkManifest(
  read: ReadSnapshotManifest,
  { publicKey, minSequence }: TrustOptions,
): Promise<void> {
  const { manifest, checksummedText, signedText } = read;
  if ((await sha256(utf8(checksummedText))) !== manifest.checksum)
    throw damagedSnapshotError(`${SNAPSHOT_MANIFEST} does not match its own checksum`);
  if (publicKey !== undefined) {
    // Loaded on demand, since most callers give no key.
    const { checkSignature } = await import('./signature.js');
    await checkSignature(publicKey, { signature: manifest.signature, signed: signedText });
  }
  checkSequence(manifest.sequence, minSequence);
}

/** @throws {AskdexError} snapshot_untrusted: the sequence is lower than `minSequence` */
export function checkSequence(sequence: number, minSequence: number | undefined): void {
  if (minSequence === undefined || sequence >= minSequence) return;
  throw untrustedError(
    `its sequence ${sequence} is lower than ${minSequence}, so it is older than a known one`,
    'Try again later. A proxy may still have an old copy.',
  );
}

function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(new TextEncoder().encode(text));
}
