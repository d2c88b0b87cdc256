import { AskdexError, shown } from '../core/errors.js';
import { damagedSnapshot, SNAPSHOT_MANIFEST, type ReadSnapshotManifest } from '../core/snapshot.js';
import { untrusted } from './untrusted.js';
import { sha256, webCrypto } from './web-crypto.js';

/** What a caller demands of a snapshot before a byte of its files is believed. */
export interface Trust {
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
  { publicKey, minSequence }: Trust,
): Promise<void> {
  const { manifest, summed, signed } = read;
  if ((await sha256(utf8(summed))) !== manifest.checksum)
    throw damagedSnapshot(`${SNAPSHOT_MANIFEST} does not match its own checksum`);
  if (publicKey !== undefined) await checkSignature(publicKey, { signature: manifest.signature, signed });
  checkSequence(manifest.sequence, minSequence);
}

/** Throws `snapshot_untrusted` where a sequence is lower than what the caller has seen. */
export function checkSequence(sequence: number, minSequence: number | undefined): void {
  if (minSequence === undefined || sequence >= minSequence) return;
  throw untrusted(
    `its sequence is ${sequence}, lower than ${minSequence}: it is older than one that was seen`,
    'Fetch it again later; a proxy may hold an old copy.',
  );
}

interface Signed {
  readonly signature: string | undefined;
  readonly signed: string;
}

async function checkSignature(publicKey: string, { signature, signed }: Signed): Promise<void> {
  const remedy = 'Use the public key of who exported it.';
  const key = await importKey(publicKey);
  if (signature === undefined) throw untrusted('it is not signed', remedy);
  const bytes = base64(signature);
  if (bytes === null || !(await webCrypto().verify('Ed25519', key, bytes, utf8(signed))))
    throw untrusted('its signature is not of the key that was given', remedy);
}

async function importKey(pem: string) {
  const [, body = ''] = /-----BEGIN PUBLIC KEY-----([\s\S]+?)-----END PUBLIC KEY-----/.exec(pem) ?? [];
  const der = base64(body.replace(/\s+/g, ''));
  if (der === null || der.length === 0) throw wrongKey(pem);
  try {
    return await webCrypto().importKey('spki', der, { name: 'Ed25519' }, false, ['verify']);
  } catch (error) {
    if (error instanceof AskdexError) throw error;
    if (error instanceof Error && error.name === 'NotSupportedError') {
      const remedy = 'Use a newer browser; an older one cannot tell whether the snapshot is genuine.';
      throw untrusted('Ed25519 signatures cannot be checked here', remedy, error);
    }
    throw wrongKey(pem, error);
  }
}

function wrongKey(pem: string, cause?: unknown): AskdexError {
  return new AskdexError(
    'invalid_parameter',
    `The option "publicKey" is ${shown(pem)}, no Ed25519 public key.`,
    {
      parameter: 'publicKey',
      remedy: 'Give it in PEM, from "-----BEGIN PUBLIC KEY-----" to its end.',
      cause,
    },
  );
}

function base64(text: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Uint8Array.from(atob(text), (unit) => unit.charCodeAt(0));
  } catch {
    return null;
  }
}

function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(new TextEncoder().encode(text));
}
