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

/** @throws {AskdexError} build_failed: if file names are invalid or duplicate, which is a bug of the writer. */
export function checkDraft(draft: GenerationDraft): void {
  const names = draft.files.map((file) => file.name);
  const bad = names.find((name, index) => !isGenerationFileName(name) || names.indexOf(name) !== index);
  if (bad === undefined) return;
  throw new AskdexError(
    'build_failed',
    `${quoteForMessage(bad)} is not a valid name of a generation's file, or is used twice.`,
  );
}

/** Writes a generation to a temporary folder, syncs it and renames it. The manifest is written last. */
export async function writeGeneration(
  disk: FileSystem,
  paths: IndexPaths,
  { draft, manifest }: { readonly draft: GenerationDraft; readonly manifest: Manifest },
): Promise<void> {
  const temporary = join(paths.generations, tempName());
  try {
    await disk.createFolder(temporary);
    for (const file of draft.files) await writeFile(disk, join(temporary, file.name), file.bytes);
    await writeFile(disk, join(temporary, MANIFEST_FILE), manifestBytes(manifest));
    await disk.sync(temporary);
    await disk.rename(temporary, join(paths.generations, manifest.generation));
  } catch (error) {
    await disk.remove(temporary).catch(() => undefined);
    throw error;
  }
  await disk.sync(paths.generations);
}

async function writeFile(disk: FileSystem, path: string, bytes: Uint8Array): Promise<void> {
  await disk.create(path, bytes);
  await disk.sync(path);
}

/** Removes a generation. If the process is killed meanwhile, a temporary folder remains, which nothing reads. */
export async function removeGeneration(disk: FileSystem, paths: IndexPaths, generation: string): Promise<void> {
  const temporary = join(paths.generations, tempName());
  await disk.rename(join(paths.generations, generation), temporary);
  await disk.remove(temporary);
  // Its snapshots were built from it.
  await disk.remove(join(paths.snapshots, generation));
}

/** Removes leftovers of killed builds. Requires the lock, because the files of a running build have such names too. */
export async function removeLeftovers(disk: FileSystem, paths: IndexPaths): Promise<void> {
  for (const folder of [paths.folder, paths.generations]) {
    for (const name of await disk.list(folder)) {
      if (name.startsWith(TEMP_PREFIX)) await disk.remove(join(folder, name));
    }
  }
}

/** The generations with a valid manifest, newest first. Calls `onDamaged` for the others. */
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
      // Removed since the folder was read, or an empty folder.
      if (error instanceof AskdexError && error.code === 'generation_not_found') continue;
      onDamaged(name, error);
    }
  }
  return found.sort((a, b) => b.manifest.sequence - a.manifest.sequence);
}
