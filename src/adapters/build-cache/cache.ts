import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { BuildCache, CachedBuild } from '../../core/ports.js';

const FORMAT = 1;
const SEGMENT_NAME = /^[0-9a-f]{40}$/;
const CHECKSUM_BYTES = 4;

/**
 * What builds remember, in `<index>/cache/`. Losing any of it costs time and nothing else: every file ends with a checksum,
 * and one that does not match counts as missing. Its calls block: builds have a thread of their own.
 */
export function createBuildCache(indexFolder: string): BuildCache {
  const folder = join(indexFolder, 'cache');
  const segments = join(folder, 'segments');
  const stateFile = join(folder, 'build.json');
  const names = (): string[] => {
    try {
      return readdirSync(segments).filter((name) => SEGMENT_NAME.test(name));
    } catch {
      return [];
    }
  };
  return {
    load() {
      const bytes = readChecked(stateFile);
      if (bytes === null) return null;
      const parsed: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
      return isCachedBuild(parsed) ? parsed : null;
    },
    save(build) {
      mkdirSync(folder, { recursive: true });
      replaceFile(stateFile, Buffer.from(JSON.stringify({ format: FORMAT, ...build })));
    },
    names: () => new Set(names()),
    segment: (name) => readChecked(join(segments, name)),
    keep(name, bytes) {
      mkdirSync(segments, { recursive: true });
      replaceFile(join(segments, name), bytes);
    },
    prune(kept) {
      for (const name of names()) if (!kept.has(name)) rmSync(join(segments, name), { force: true });
    },
  };
}

function readChecked(path: string): Uint8Array | null {
  let file: Buffer;
  try {
    file = readFileSync(path);
  } catch {
    return null;
  }
  if (file.length < CHECKSUM_BYTES) return null;
  const bytes = file.subarray(0, file.length - CHECKSUM_BYTES);
  return crc32(bytes) === file.readUInt32LE(bytes.length) ? bytes : null;
}

/** A reader sees the old file or the new one. Not synced: what a crash cuts short fails its checksum. */
function replaceFile(path: string, bytes: Uint8Array): void {
  const checksum = Buffer.alloc(CHECKSUM_BYTES);
  checksum.writeUInt32LE(crc32(bytes));
  writeFileSync(`${path}.tmp`, Buffer.concat([bytes, checksum]));
  renameSync(`${path}.tmp`, path);
}

/** The checksum says that this program wrote it; its format, that it was this version of it. */
function isCachedBuild(value: unknown): value is CachedBuild {
  return typeof value === 'object' && value !== null && 'format' in value && value.format === FORMAT;
}
