import { join } from 'node:path';

const GENERATION = /^\d{8}T\d{6}Z-[0-9a-f]{12}(?:-[1-9]\d{0,3})?$/;
const FILE = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;
export const MANIFEST = 'manifest.json';
/** Whatever begins so is unfinished: it is never read, and removed under the next lock. */
export const ASIDE = '.tmp-';

/** Whether a text can name a generation. Such a name has no dot and no slash, so no path made of it leaves its folder. */
export function isGenerationName(text: string): boolean {
  return GENERATION.test(text);
}

/** Whether a text can name a file of a generation; the manifest is not one of them. */
export function isFileName(text: string): boolean {
  return FILE.test(text) && text !== MANIFEST;
}

/** The name of a generation built at `time` (ms since 1970) with this content hash, that is not in `taken`. */
export function generationName(time: number, contentHash: string, taken: readonly string[]): string {
  const stamp = new Date(time).toISOString().replace(/[-:]|\.\d+/g, '');
  const name = `${stamp}-${contentHash.slice(0, 12)}`;
  if (!taken.includes(name)) return name;
  let number = 2;
  while (taken.includes(`${name}-${number}`)) number += 1;
  return `${name}-${number}`;
}

/** Where things lie in an index folder. */
export interface Places {
  readonly folder: string;
  readonly generations: string;
  /** Made of generations for clients, one folder for each. */
  readonly snapshots: string;
  readonly current: string;
  readonly held: string;
  readonly lock: string;
}

export function placesIn(folder: string): Places {
  return {
    folder,
    generations: join(folder, 'generations'),
    snapshots: join(folder, 'snapshots'),
    current: join(folder, 'CURRENT'),
    held: join(folder, 'HELD'),
    lock: join(folder, 'lock'),
  };
}
