import { sha256 } from '../../sha256.js';
import type { GenerationDraft, Manifest, ManifestFile } from '../../core/model/generation-manifest.js';

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
