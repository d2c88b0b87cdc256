import { createHash } from 'node:crypto';
import { AskdexError } from '../../src/core/errors.js';
import type { GenerationDraft, Manifest } from '../../src/core/model/generation-manifest.js';
import type { StoredGeneration } from '../../src/core/model/ports.js';

function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** A draft as a published generation that lives in memory; `changes` override members of its manifest. */
export function storedInMemory(draft: GenerationDraft, changes: Partial<Manifest> = {}): StoredGeneration {
  const files = draft.files.map(({ name, bytes }) => ({
    name,
    size: bytes.byteLength,
    sha256: sha256(bytes),
  }));
  const contentHash = sha256(JSON.stringify([draft.analyzer, files]));
  const manifest: Omit<Manifest, 'checksum'> = {
    format: 1,
    generation: `20240102T030405Z-${contentHash.slice(0, 12)}`,
    createdAt: '2024-01-02T03:04:05.000Z',
    sequence: 1,
    contentHash,
    askdex: '0.0.0',
    analyzer: draft.analyzer,
    documents: draft.documents,
    files,
    ...changes,
  };
  return {
    manifest: { ...manifest, checksum: sha256(JSON.stringify(manifest)) },
    read(name) {
      const file = draft.files.find((candidate) => candidate.name === name);
      if (file === undefined) return Promise.reject(new AskdexError('index_damaged', `There is no file ${name}.`));
      return Promise.resolve(file.bytes);
    },
  };
}
