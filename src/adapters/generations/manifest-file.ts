import { AskdexError, quoteForMessage } from '../../core/errors.js';
import { parseManifest, type Manifest } from '../../core/model/generation-manifest.js';
import { sha256 } from '../../sha256.js';

/** The bytes of `manifest.json`. */
export function manifestBytes(manifest: Manifest): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(manifest, null, 2)}\n`);
}

/**
 * Reads the manifest of the generation named.
 *
 * @throws AskdexError `index_damaged`, which names the generation and what is wrong.
 */
export function readManifestBytes(bytes: Uint8Array, generation: string): Manifest {
  const damagedHere = (what: string, cause?: unknown): AskdexError => damaged(generation, what, cause);
  const manifest = parseManifest(decode(bytes, generation), { sha256, damaged: damagedHere });
  if (manifest.generation !== generation)
    throw damagedHere(`its manifest names another generation, ${quoteForMessage(manifest.generation)}`);
  return manifest;
}

function decode(bytes: Uint8Array, generation: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw damaged(generation, 'its manifest is not JSON', error);
  }
}

/** `index_damaged` for a generation. */
export function damaged(generation: string, what: string, cause?: unknown): AskdexError {
  return new AskdexError('index_damaged', `The generation ${quoteForMessage(generation)} is damaged: ${what}.`, {
    remedy: 'Build again with `askdex index`, or go back with `askdex rollback`.',
    cause,
  });
}
