import type { DraftFile } from '../core/manifest.js';
import { INDEX_FILE } from '../core/packed/layout.js';
import type { BuildCache, CachedBuild, PatchBase, StoredGeneration } from '../core/ports.js';
import type { ChangedDocument } from './changed-documents.js';
import type { Content } from './content.js';
import {
  type Changes,
  compareHashes,
  documentHashes,
  HASHES_FILE,
  hashesFile,
  patchedHashesFile,
  readHashes,
} from './document-hashes.js';

/** Changed documents for which an index is patched; with more of them merging all segments is no slower. */
const PATCHED = 64;

/** What a build comes after. */
export interface Before {
  /** The current generation. */
  readonly previous: StoredGeneration | null;
  readonly remembered: CachedBuild | null;
  readonly content: Content;
}

/** The hashes of a build's documents, with what changed since the current generation. */
export interface Hashes {
  readonly file: DraftFile;
  readonly changes: Changes;
}

export async function hashesOf(before: Before): Promise<Hashes> {
  return (await patchedHashes(before)) ?? (await allHashes(before));
}

async function allHashes({ previous, content }: Before): Promise<Hashes> {
  const hashes = documentHashes(content.gathered.documents);
  return { file: hashesFile(hashes), changes: compareHashes(await readHashes(previous), hashes) };
}

/** As `allHashes`, without a hash of every document. */
async function patchedHashes(before: Before): Promise<Hashes | null> {
  const since = changesSince(before);
  const old = since === null ? null : await readOrNull(since.previous, HASHES_FILE);
  const file = since === null || old === null ? null : patchedHashesFile(old, since.changed);
  if (since === null || file === null) return null;
  const changed = since.changed.length;
  const unchanged = before.content.gathered.documents.length - changed;
  return { file, changes: { added: 0, changed, removed: 0, unchanged } };
}

/** The index that the build before made, where it is current still and few of its documents changed. */
export async function patchBase(cache: BuildCache, before: Before): Promise<PatchBase | null> {
  const since = changesSince(before);
  if (since === null || since.changed.length > PATCHED) return null;
  const memory = cache.memory();
  const index = memory === null ? null : await readOrNull(since.previous, INDEX_FILE);
  return memory === null || index === null ? null : { index, memory };
}

interface Since {
  readonly previous: StoredGeneration;
  readonly changed: readonly ChangedDocument[];
}

/** What changed since the current generation; null: that is not known, or documents came or went. */
function changesSince({ previous, remembered, content: { changed } }: Before): Since | null {
  if (previous === null || remembered === null || changed === null) return null;
  if (remembered.build === '' || remembered.generation !== previous.manifest.generation) return null;
  return { previous, changed };
}

/** A file of a generation; null: it is damaged, and what would come of it is made without it. */
async function readOrNull(generation: StoredGeneration, name: string): Promise<Uint8Array | null> {
  try {
    return await generation.read(name);
  } catch {
    return null;
  }
}
