import { isGenerationName } from '../../core/model/generation-manifest.js';
import { isSha256 } from '../../core/guards.js';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { errorCode } from '../../core/system-error-code.js';
import { AskdexError, shown } from '../../core/errors.js';
import type { Disk } from './file-system.js';
import { ASIDE, type Places } from './index-paths.js';

/** Puts a whole new file in the place of an old one: after a crash at any moment there is the old or the new one. */
export async function replaceFile(
  disk: Disk,
  folder: string,
  target: { path: string; bytes: Uint8Array },
): Promise<void> {
  const aside = join(folder, asideName());
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

export function asideName(): string {
  return `${ASIDE}${randomBytes(8).toString('hex')}`;
}

/** The name in `CURRENT`; null where there is no such file. Throws `index_damaged` where it names no generation. */
export async function readPointer(disk: Disk, places: Places): Promise<string | null> {
  const text = await readText(disk, places.current);
  if (text === null) return null;
  const name = text.replace(/\r?\n$/, '');
  if (isGenerationName(name)) return name;
  throw new AskdexError(
    'index_damaged',
    `CURRENT holds ${shown(text)}, which is not the name of a generation.`,
    {
      remedy: 'Build again with `askdex index`, or name a generation: `askdex rollback GENERATION`.',
    },
  );
}

export async function writePointer(disk: Disk, places: Places, generation: string): Promise<void> {
  await replaceFile(disk, places.folder, {
    path: places.current,
    bytes: new TextEncoder().encode(`${generation}\n`),
  });
}

/**
 * What was rolled back from. It counts only while the current manifest has this very `sequence`: so it begins and ends
 * with the switch of `CURRENT`, and a crash between the two writes leaves nothing half true.
 */
export interface Hold {
  readonly sequence: number;
  readonly contentHashes: readonly string[];
}

/** null: there is none that can be read. */
export async function readHold(disk: Disk, places: Places): Promise<Hold | null> {
  const text = await readText(disk, places.held);
  if (text === null) return null;
  const [sequence, ...contentHashes] = text.trim().split('\n');
  if (!/^\d{1,15}$/.test(sequence ?? '') || !contentHashes.every(isSha256)) return null;
  return { sequence: Number(sequence), contentHashes };
}

export async function writeHold(disk: Disk, places: Places, hold: Hold): Promise<void> {
  const text = `${[hold.sequence, ...hold.contentHashes].join('\n')}\n`;
  await replaceFile(disk, places.folder, { path: places.held, bytes: new TextEncoder().encode(text) });
}

async function readText(disk: Disk, path: string): Promise<string | null> {
  try {
    return new TextDecoder().decode(await disk.read(path));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}
