import { isGenerationFileName, isGenerationName, MANIFEST_FILE } from '../../core/model/generation-manifest.js';
import { join } from 'node:path';
import { AskdexError, quoteForMessage } from '../../core/errors.js';
import type { GenerationDraft, Manifest } from '../../core/model/generation-manifest.js';
import type { OnDamaged, StoredGeneration } from '../../core/model/ports.js';
import type { FileSystem } from './file-system.js';
import { manifestBytes } from './manifest-file.js';
import { TEMP_PREFIX, type IndexPaths } from './index-paths.js';
import { tempName } from './current-pointer.js';
import { openGeneration } from './generation.js';

/** Throws (a bug of the writer) where a draft's files cannot stand in one folder. */
export function checkDraft(draft: GenerationDraft): void {
  const names = draft.files.map((file) => file.name);
  const bad = names.find((name, index) => !isGenerationFileName(name) || names.indexOf(name) !== index);
  if (bad === undefined) return;
  throw new AskdexError(
    'build_failed',
    `${quoteForMessage(bad)} cannot be the name of a generation's file, or stands twice.`,
  );
}

/** Writes a generation's folder aside, all of it synced, the manifest last; then gives it its name. */
export async function writeGeneration(
  disk: FileSystem,
  paths: IndexPaths,
  what: { draft: GenerationDraft; manifest: Manifest },
): Promise<void> {
  const aside = join(paths.generations, tempName());
  try {
    await disk.createFolder(aside);
    for (const file of what.draft.files) await writeFile(disk, join(aside, file.name), file.bytes);
    await writeFile(disk, join(aside, MANIFEST_FILE), manifestBytes(what.manifest));
    await disk.sync(aside);
    await disk.rename(aside, join(paths.generations, what.manifest.generation));
  } catch (error) {
    await disk.remove(aside).catch(() => undefined);
    throw error;
  }
  await disk.sync(paths.generations);
}

async function writeFile(disk: FileSystem, path: string, bytes: Uint8Array): Promise<void> {
  await disk.create(path, bytes);
  await disk.sync(path);
}

/** Removes a generation; killed halfway, it leaves a folder that nothing reads. */
export async function removeGeneration(disk: FileSystem, paths: IndexPaths, generation: string): Promise<void> {
  const aside = join(paths.generations, tempName());
  await disk.rename(join(paths.generations, generation), aside);
  await disk.remove(aside);
  // What clients downloaded of it was made from it, and goes with it.
  await disk.remove(join(paths.snapshots, generation));
}

/** Removes what killed builds left. Only under the lock: another build's unfinished folder has the same kind of name. */
export async function removeLeftovers(disk: FileSystem, paths: IndexPaths): Promise<void> {
  for (const folder of [paths.folder, paths.generations]) {
    for (const name of await disk.list(folder)) {
      if (name.startsWith(TEMP_PREFIX)) await disk.remove(join(folder, name));
    }
  }
}

/** Every generation whose manifest is sound, newest first. */
export async function readGenerations(
  disk: FileSystem,
  paths: IndexPaths,
  onDamaged: OnDamaged = () => undefined,
): Promise<readonly StoredGeneration[]> {
  const found: StoredGeneration[] = [];
  for (const name of (await disk.list(paths.generations)).filter(isGenerationName)) {
    try {
      found.push(await openGeneration(disk, paths, name));
    } catch (error) {
      // Gone since the folder was read, or a folder without a file: no generation.
      if (error instanceof AskdexError && error.code === 'generation_not_found') continue;
      onDamaged(name, error);
    }
  }
  return found.sort((a, b) => b.manifest.sequence - a.manifest.sequence);
}
