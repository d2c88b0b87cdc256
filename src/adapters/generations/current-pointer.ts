import { isGenerationName } from '../../core/model/generation-manifest.js';
import { isSha256 } from '../../core/guards.js';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { AskdexError, quoteForMessage, systemErrorCode } from '../../core/errors.js';
import type { FileSystem } from './file-system.js';
import { TEMP_PREFIX, type IndexPaths } from './index-paths.js';

/** Puts a whole new file in the place of an old one: after a crash at any moment there is the old or the new one. */
export async function replaceFile(
  disk: FileSystem,
  folder: string,
  target: { path: string; bytes: Uint8Array },
): Promise<void> {
  const aside = join(folder, tempName());
  try {
    await disk.create(aside, target.bytes);
    await disk.sync(aside);
    await disk.rename(aside, target.path);
  } catch (error) {
    await disk.remove(aside).catch(() => undefined);
    throw error;
  }
  await disk.sync(folder);
}

export function tempName(): string {
  return `${TEMP_PREFIX}${randomBytes(8).toString('hex')}`;
}

/** The name in `CURRENT`; null where there is no such file. Throws `index_damaged` where it names no generation. */
export async function readPointer(disk: FileSystem, places: IndexPaths): Promise<string | null> {
  const text = await readText(disk, places.current);
  if (text === null) return null;
  const name = text.replace(/\r?\n$/, '');
  if (isGenerationName(name)) return name;
  throw new AskdexError(
    'index_damaged',
    `CURRENT holds ${quoteForMessage(text)}, which is not the name of a generation.`,
    {
      remedy: 'Build again with `askdex index`, or name a generation: `askdex rollback GENERATION`.',
    },
  );
}

export async function writePointer(disk: FileSystem, places: IndexPaths, generation: string): Promise<void> {
  await replaceFile(disk, places.folder, {
    path: places.current,
    bytes: new TextEncoder().encode(`${generation}\n`),
  });
}

/**
 * What was rolled back from. It counts only while the current manifest has this very `sequence`: so it begins and ends
 * with the switch of `CURRENT`, and a crash between the two writes leaves nothing half true.
 */
export interface RollbackHold {
  readonly sequence: number;
  readonly contentHashes: readonly string[];
}

/** null: there is none that can be read. */
export async function readRollbackHold(disk: FileSystem, places: IndexPaths): Promise<RollbackHold | null> {
  const text = await readText(disk, places.held);
  if (text === null) return null;
  const [sequence, ...contentHashes] = text.trim().split('\n');
  if (!/^\d{1,15}$/.test(sequence ?? '') || !contentHashes.every(isSha256)) return null;
  return { sequence: Number(sequence), contentHashes };
}

export async function writeRollbackHold(disk: FileSystem, places: IndexPaths, hold: RollbackHold): Promise<void> {
  const text = `${[hold.sequence, ...hold.contentHashes].join('\n')}\n`;
  await replaceFile(disk, places.folder, { path: places.held, bytes: new TextEncoder().encode(text) });
}

async function readText(disk: FileSystem, path: string): Promise<string | null> {
  try {
    return new TextDecoder().decode(await disk.read(path));
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return null;
    throw error;
  }
}
