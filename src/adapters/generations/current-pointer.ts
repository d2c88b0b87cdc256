import { isGenerationName } from '../../core/model/generation-manifest.js';
import { isSha256 } from '../../core/guards.js';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { AskdexError, quoteForMessage, systemErrorCode } from '../../core/errors.js';
import type { FileSystem } from './file-system.js';
import { TEMP_PREFIX, type IndexPaths } from './index-paths.js';

/** Replaces a file atomically: after a crash there is the old or the new file. */
export async function replaceFile(
  disk: FileSystem,
  folder: string,
  target: { path: string; bytes: Uint8Array },
): Promise<void> {
  const temporary = join(folder, tempName());
  try {
    await disk.create(temporary, target.bytes);
    await disk.sync(temporary);
    await disk.rename(temporary, target.path);
  } catch (error) {
    await disk.remove(temporary).catch(() => undefined);
    throw error;
  }
  await disk.sync(folder);
}

export function tempName(): string {
  return `${TEMP_PREFIX}${randomBytes(8).toString('hex')}`;
}

/**
 * Returns the generation that `CURRENT` names, or null if there is no such file.
 *
 * @throws {AskdexError} index_damaged: if its text is not the name of a generation.
 */
export async function readPointer(disk: FileSystem, paths: IndexPaths): Promise<string | null> {
  const text = await readText(disk, paths.current);
  if (text === null) return null;
  const name = text.replace(/\r?\n$/, '');
  if (isGenerationName(name)) return name;
  throw new AskdexError(
    'index_damaged',
    `CURRENT contains ${quoteForMessage(text)}, which is not the name of a generation.`,
    {
      remedy: 'Build again with `askdex index`, or choose a generation with `askdex rollback GENERATION`.',
    },
  );
}

export async function writePointer(disk: FileSystem, paths: IndexPaths, generation: string): Promise<void> {
  await replaceFile(disk, paths.folder, {
    path: paths.current,
    bytes: new TextEncoder().encode(`${generation}\n`),
  });
}

/**
 * The content that was rolled back. It applies only while the current manifest has this `sequence`, so it starts and
 * ends with the switch of `CURRENT`, and a crash between the two writes does no harm.
 */
export interface RollbackHold {
  readonly sequence: number;
  readonly contentHashes: readonly string[];
}

/** Returns null if there is none or it is malformed. */
export async function readRollbackHold(disk: FileSystem, paths: IndexPaths): Promise<RollbackHold | null> {
  const text = await readText(disk, paths.held);
  if (text === null) return null;
  const [sequence, ...contentHashes] = text.trim().split('\n');
  if (!/^\d{1,15}$/.test(sequence ?? '') || !contentHashes.every(isSha256)) return null;
  return { sequence: Number(sequence), contentHashes };
}

export async function writeRollbackHold(disk: FileSystem, paths: IndexPaths, hold: RollbackHold): Promise<void> {
  const text = `${[hold.sequence, ...hold.contentHashes].join('\n')}\n`;
  await replaceFile(disk, paths.folder, { path: paths.held, bytes: new TextEncoder().encode(text) });
}

async function readText(disk: FileSystem, path: string): Promise<string | null> {
  try {
    return new TextDecoder().decode(await disk.read(path));
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return null;
    throw error;
  }
}
