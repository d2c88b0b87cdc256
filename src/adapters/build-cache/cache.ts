import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { BuildCache, CachedBuild } from '../../core/ports.js';

const FORMAT = 1;
const SEGMENT_NAME = /^[0-9a-f]{40}$/;
const CHECKSUM_BYTES = 4;
const STATE_NAME = 'build.json';
const MEMORY_NAME = 'index.memory';

/**
 * What builds remember, in `<index>/cache/`. Losing any of it costs time and nothing else: every file ends with a checksum,
 * and one that does not match counts as missing. Its calls block: builds have a thread of their own.
 */
export function createBuildCache(indexFolder: string): BuildCache {
  const folder = join(indexFolder, 'cache');
  const segments = join(folder, 'segments');
  const stateFile = join(folder, STATE_NAME);
  const names = (): string[] => {
    try {
      return readdirSync(segments).filter((name) => SEGMENT_NAME.test(name));
    } catch {
      return [];
    }
  };
  return {
    load() {
      const bytes = readChecked(stateFile, STATE_NAME);
      if (bytes === null) return null;
      const parsed: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
      return isCachedBuild(parsed) ? parsed : null;
    },
    save(build) {
      mkdirSync(folder, { recursive: true });
      replaceFile(stateFile, STATE_NAME, Buffer.from(JSON.stringify({ format: FORMAT, ...build })));
    },
    memory: () => readChecked(join(folder, MEMORY_NAME), MEMORY_NAME),
    keepMemory(bytes) {
      mkdirSync(folder, { recursive: true });
      replaceFile(join(folder, MEMORY_NAME), MEMORY_NAME, bytes);
    },
    names: () => new Set(names()),
    segment: (name) => readChecked(join(segments, name), name),
    keep(name, bytes) {
      mkdirSync(segments, { recursive: true });
      replaceFile(join(segments, name), name, bytes);
    },
    prune(kept) {
      for (const name of names()) if (!kept.has(name)) rmSync(join(segments, name), { force: true });
    },
  };
}

function readChecked(path: string, name: string): Uint8Array | null {
  let file: Buffer;
  try {
    file = readFileSync(path);
  } catch {
    return null;
  }
  if (file.length < CHECKSUM_BYTES) return null;
  const bytes = file.subarray(0, file.length - CHECKSUM_BYTES);
  return checksumOf(name, bytes) === file.readUInt32LE(bytes.length) ? bytes : null;
}

/** Over the name too: one segment's file under another's name is none of it, nor is a file of zeros. */
function checksumOf(name: string, bytes: Uint8Array): number {
  return crc32(bytes, crc32(name));
}

/** A reader sees the old file or the new one. Not synced: what a crash cuts short fails its checksum. */
function replaceFile(path: string, name: string, bytes: Uint8Array): void {
  const checksum = Buffer.alloc(CHECKSUM_BYTES);
  checksum.writeUInt32LE(checksumOf(name, bytes));
  writeFileSync(`${path}.tmp`, Buffer.concat([bytes, checksum]));
  renameSync(`${path}.tmp`, path);
}

/** The checksum says that this program wrote it; its format, that it was this version of it. */
function isCachedBuild(value: unknown): value is CachedBuild {
  return typeof value === 'object' && value !== null && 'format' in value && value.format === FORMAT;
}
