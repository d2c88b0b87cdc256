import { isRecord } from '../../core/guards.js';
import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { BuildCache, BuildState } from '../../core/model/ports.js';

const FORMAT = 1;
const SEGMENT_NAME = /^[0-9a-f]{40}$/;
const CHECKSUM_BYTES = 4;
const STATE_NAME = 'build.json';
const CHANGES_NAME = 'build.changes.json';
/** If a larger share of the readings changed, all are written instead of the changes. */
const MAX_CHANGES_RATIO = 1 / 16;

/**
 * The build cache in `<index>/cache/`. Losing it only costs time, so a file whose checksum does not match counts as
 * missing. The calls block, because builds have their own thread.
 */
export function createBuildCache(indexFolder: string): BuildCache {
  const folder = join(indexFolder, 'cache');
  const segments = join(folder, 'segments');
  const stateFile = join(folder, STATE_NAME);
  const changesFile = join(folder, CHANGES_NAME);
  /** The state as loaded, without the changes. */
  let base: State | null = null;
  const names = (): string[] => {
    try {
      return readdirSync(segments).filter((name) => SEGMENT_NAME.test(name));
    } catch {
      return [];
    }
  };
  return {
    load() {
      base = readState(stateFile);
      if (base === null) return null;
      const changes = readChanges(changesFile);
      return changes?.base === base.state ? withChanges(base, changes) : base;
    },
    save(build) {
      mkdirSync(folder, { recursive: true });
      const changes = base === null ? null : changesSince(base, build);
      if (changes !== null) {
        replaceFile(changesFile, CHANGES_NAME, toBytes(changes));
        return;
      }
      base = null;
      replaceFile(stateFile, STATE_NAME, toBytes({ ...build, state: randomUUID() }));
    },
    names: () => new Set(names()),
    segment: (name) => readChecked(join(segments, name), name),
    saveSegment(name, bytes) {
      mkdirSync(segments, { recursive: true });
      replaceFile(join(segments, name), name, bytes);
    },
    retainSegments(kept) {
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

/** Includes the name, so that a renamed file or a file of zeros does not match. */
function checksumOf(name: string, bytes: Uint8Array): number {
  return crc32(bytes, crc32(name));
}

/** Replaces a file by renaming. Not synced: a file that a crash truncated fails its checksum. */
function replaceFile(path: string, name: string, bytes: Uint8Array): void {
  const checksum = Buffer.alloc(CHECKSUM_BYTES);
  checksum.writeUInt32LE(checksumOf(name, bytes));
  writeFileSync(`${path}.tmp`, Buffer.concat([bytes, checksum]));
  renameSync(`${path}.tmp`, path);
}

/** The saved state of a build; `state` is its unique id. */
interface State extends BuildState {
  readonly state: string;
}

/** The state of a later build; `readings` are only those that differ from the state with the id `base`. */
interface StateChanges extends BuildState {
  readonly base: string;
}

/** Most builds change few readings, so only these are written. Returns null if all must be written. */
function changesSince(base: State, { readings, ...build }: BuildState): StateChanges | null {
  if (base.source !== build.source || base.readings.length !== readings.length) return null;
  const changed = readings.filter((reading, at) => reading !== base.readings[at]);
  if (changed.length > readings.length * MAX_CHANGES_RATIO) return null;
  if (readings.some(({ path }, at) => path !== base.readings[at]?.path)) return null;
  return { ...build, readings: changed, base: base.state };
}

function withChanges({ readings }: State, { readings: changed, ...build }: StateChanges): BuildState {
  const changes = new Map(changed.map((reading) => [reading.path, reading]));
  return { ...build, readings: readings.map((reading) => changes.get(reading.path) ?? reading) };
}

function readState(path: string): State | null {
  const value = readJson(path, STATE_NAME);
  return isCachedBuild(value) && 'state' in value && typeof value.state === 'string'
    ? { ...value, state: value.state }
    : null;
}

function readChanges(path: string): StateChanges | null {
  const value = readJson(path, CHANGES_NAME);
  return isCachedBuild(value) && 'base' in value && typeof value.base === 'string'
    ? { ...value, base: value.base }
    : null;
}

function readJson(path: string, name: string): unknown {
  const bytes = readChecked(path, name);
  return bytes === null ? null : JSON.parse(Buffer.from(bytes).toString('utf8'));
}

function toBytes(build: State | StateChanges): Uint8Array {
  return Buffer.from(JSON.stringify({ format: FORMAT, ...build }));
}

/** The checksum proves that Askdex wrote the file, the format that it was a compatible version. */
function isCachedBuild(value: unknown): value is BuildState {
  return isRecord(value) && value['format'] === FORMAT;
}
