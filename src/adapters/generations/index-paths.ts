import { join } from 'node:path';

/** Prefix of temporary files and folders. They are never read, and removed under the next lock. */
export const TEMP_PREFIX = '.tmp-';

/** The name of a generation built at `time` (milliseconds since 1970) with this content hash. It is not in `taken`. */
export function generationName(time: number, contentHash: string, taken: readonly string[]): string {
  const stamp = new Date(time).toISOString().replace(/[-:]|\.\d+/g, '');
  const name = `${stamp}-${contentHash.slice(0, 12)}`;
  if (!taken.includes(name)) return name;
  let number = 2;
  while (taken.includes(`${name}-${number}`)) number += 1;
  return `${name}-${number}`;
}

/** The paths in an index folder. */
export interface IndexPaths {
  readonly folder: string;
  readonly generations: string;
  /** Snapshots, in a folder per generation. */
  readonly snapshots: string;
  readonly current: string;
  readonly held: string;
  readonly lock: string;
}

export function indexPaths(folder: string): IndexPaths {
  return {
    folder,
    generations: join(folder, 'generations'),
    snapshots: join(folder, 'snapshots'),
    current: join(folder, 'CURRENT'),
    held: join(folder, 'HELD'),
    lock: join(folder, 'lock'),
  };
}
