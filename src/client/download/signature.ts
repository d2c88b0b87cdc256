import { AskdexError, quoteForMessage } from '../../core/errors.js';
import { webCrypto, untrustedError } from './web-crypto.js';

export interface Signed {
  /** In base64; undefined: there is none. */
  readonly signature: string | undefined;
  /** The text whose UTF-8 bytes are signed. */
  readonly signed: string;
}

/** @throws {AskdexError} snapshot_untrusted; invalid_parameter: `publicKey` is not a key */
export async function checkSignature(publicKey: string, { signature, signed }: Signed): Promise<void> {
  const remedy = 'Use the public key of the publisher.';
  const key = await importKey(publicKey);
  if (signature === undefined) throw untrustedError('it is not signed', remedy);
  const bytes = base64(signature);
  if (bytes === null || !(await webCrypto().verify('Ed25519', key, bytes, new TextEncoder().encode(signed))))
    throw untrustedError('its signature does not belong to the given key', remedy);
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
      const remedy = 'Use a newer browser, which can check signatures.';
      throw untrustedError('Ed25519 signatures cannot be checked here', remedy, error);
    }
    throw wrongKey(pem, error);
  }
}

function wrongKey(pem: string, cause?: unknown): AskdexError {
  return new AskdexError(
    'invalid_parameter',
    `The option "publicKey" is ${quoteForMessage(pem)}, which is not an Ed25519 public key.`,
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
