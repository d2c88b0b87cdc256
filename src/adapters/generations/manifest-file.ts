import { AskdexError, quoteForMessage } from '../../core/errors.js';
import {
  parseManifest,
  type GenerationDraft,
  type Manifest,
  type ManifestFile,
} from '../../core/model/generation-manifest.js';
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

/** Names, sizes and checksums of a draft's files, in order of name. */
export function manifestFiles(draft: GenerationDraft): readonly ManifestFile[] {
  return draft.files
    .map(({ name, bytes }) => ({ name, size: bytes.byteLength, sha256: sha256(bytes) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** One hash for the whole content of a generation. A space or line feed stands in no name, so lines cannot collide. */
export function contentHashOf(analyzer: string, files: readonly ManifestFile[]): string {
  const lines = files.map((file) => `${file.name} ${file.size} ${file.sha256}\n`);
  return sha256(`${JSON.stringify(analyzer)}\n${lines.join('')}`);
}

/** A manifest without or with an outdated checksum, given its right one. */
export function withChecksum(manifest: Omit<Manifest, 'checksum'>): Manifest {
  const { format, generation, createdAt, sequence, contentHash, askdex, analyzer, documents, files } = manifest;
  const body = { format, generation, createdAt, sequence, contentHash, askdex, analyzer, documents, files };
  return { ...body, checksum: checksumOf(body) };
}

/** sha256 of the JSON of a manifest without its `checksum`. */
export function checksumOf(body: Omit<Manifest, 'checksum'>): string {
  return sha256(JSON.stringify(body));
}
