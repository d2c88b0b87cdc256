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
 * Reads the manifest of `generation`.
 *
 * @throws {AskdexError} index_damaged: if it is invalid or names another generation.
 */
export function readManifestBytes(bytes: Uint8Array, generation: string): Manifest {
  const fail = (what: string, cause?: unknown): AskdexError => damaged(generation, what, cause);
  const manifest = parseManifest(decode(bytes, generation), { sha256, damaged: fail });
  if (manifest.generation !== generation)
    throw fail(`its manifest names another generation, ${quoteForMessage(manifest.generation)}`);
  return manifest;
}

function decode(bytes: Uint8Array, generation: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw damaged(generation, 'its manifest is not JSON', error);
  }
}

/** The `index_damaged` error of a generation. */
export function damaged(generation: string, what: string, cause?: unknown): AskdexError {
  return new AskdexError('index_damaged', `The generation ${quoteForMessage(generation)} is damaged: ${what}.`, {
    remedy: 'Build again with `askdex index`, or go back with `askdex rollback`.',
    cause,
  });
}

/** The names, sizes and checksums of a draft's files, in order of name. */
export function manifestFiles(draft: GenerationDraft): readonly ManifestFile[] {
  return draft.files
    .map(({ name, bytes }) => ({ name, size: bytes.byteLength, sha256: sha256(bytes) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Hash of a generation's content. Names contain no spaces or line feeds, so the lines are unambiguous. */
export function contentHashOf(analyzer: string, files: readonly ManifestFile[]): string {
  const lines = files.map((file) => `${file.name} ${file.size} ${file.sha256}\n`);
  return sha256(`${JSON.stringify(analyzer)}\n${lines.join('')}`);
}

/** Returns the manifest with its checksum computed. */
export function withChecksum(manifest: Omit<Manifest, 'checksum'>): Manifest {
  const { format, generation, createdAt, sequence, contentHash, askdex, analyzer, documents, files } = manifest;
  const body = { format, generation, createdAt, sequence, contentHash, askdex, analyzer, documents, files };
  return { ...body, checksum: checksumOf(body) };
}

/** The sha256 of the JSON of a manifest without `checksum`. */
export function checksumOf(body: Omit<Manifest, 'checksum'>): string {
  return sha256(JSON.stringify(body));
}
