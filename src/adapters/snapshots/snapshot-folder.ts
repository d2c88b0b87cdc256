import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AskdexError, quoteForMessage, systemErrorCode } from '../../core/errors.js';
import type { OutputFile } from '../../core/model/generation-manifest.js';
import { isSnapshotManifest, SNAPSHOT_MANIFEST } from '../../core/model/snapshot-manifest.js';

/**
 * Writes a snapshot's files to the folder `path`. A file's name may contain a folder. The files are written to a
 * temporary folder, synced and renamed, so that no reader sees a part of them. Replaces a folder that is empty or has a
 * snapshot.
 *
 * @throws {AskdexError} invalid_parameter: if `path` is a file or a folder with other files. snapshot_unwritable: if
 *   the disk fails.
 */
export async function writeSnapshotFolder(path: string, files: readonly OutputFile[]): Promise<void> {
  await withDiskErrors(async () => {
    await assertReplaceable(path);
    const parent = dirname(path);
    await mkdir(parent, { recursive: true });
    const temporary = join(parent, tempName(path));
    try {
      await mkdir(temporary);
      for (const { name, bytes } of files) {
        await mkdir(dirname(join(temporary, name)), { recursive: true });
        await writeSynced(join(temporary, name), bytes);
      }
      await replaceFolder(path, temporary);
    } catch (error) {
      await rm(temporary, { recursive: true, force: true });
      throw error;
    }
  });
}

/** Throws like `writeSnapshotFolder` if it would refuse `path`. Call it before minutes of work. */
export async function assertReplaceable(path: string): Promise<void> {
  const names = await withDiskErrors(() => namesIn(path));
  if (names === 'file') throw refused(path, 'is a file');
  if (names === null || names.length === 0) return;
  if (!(await isSnapshot(path))) throw refused(path, 'contains other files');
}

/** Reads a file of a snapshot's folder. Returns null if there is none. */
export async function readSnapshotFile(folder: string, name: string): Promise<Uint8Array | null> {
  try {
    return await readFile(join(folder, name));
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT' || systemErrorCode(error) === 'ENOTDIR') return null;
    throw new AskdexError(
      'index_unreadable',
      `${quoteForMessage(name)} cannot be read (${systemErrorCode(error) ?? 'unknown'}).`,
      {
        remedy: 'Make the folder readable for this user.',
        cause: error,
      },
    );
  }
}

async function writeSynced(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx', 0o644);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Moves the old folder away first, because a folder cannot be renamed to one that has files. */
async function replaceFolder(path: string, temporary: string): Promise<void> {
  const old = join(dirname(path), tempName(path));
  const moved = await rename(path, old).then(
    () => true,
    (error: unknown) => {
      if (systemErrorCode(error) === 'ENOENT') return false;
      throw error;
    },
  );
  try {
    await rename(temporary, path);
  } catch (error) {
    if (moved) await rename(old, path);
    throw error;
  }
  if (moved) await rm(old, { recursive: true, force: true });
}

function tempName(path: string): string {
  return `.tmp-${basename(path)}-${randomBytes(6).toString('hex')}`;
}

async function namesIn(path: string): Promise<readonly string[] | 'file' | null> {
  try {
    return await readdir(path);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return null;
    if (systemErrorCode(error) === 'ENOTDIR') return 'file';
    throw error;
  }
}

async function isSnapshot(path: string): Promise<boolean> {
  try {
    return isSnapshotManifest(JSON.parse(await readFile(join(path, SNAPSHOT_MANIFEST), 'utf8')));
  } catch {
    return false;
  }
}

function refused(path: string, why: string): AskdexError {
  return new AskdexError(
    'invalid_parameter',
    `${quoteForMessage(basename(path))} ${why}, so no snapshot is written there.`,
    {
      parameter: '--out',
      remedy: 'Choose a new or empty folder, or one that an earlier export wrote.',
    },
  );
}

async function withDiskErrors<T>(step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    if (error instanceof AskdexError) throw error;
    throw new AskdexError(
      'snapshot_unwritable',
      `The snapshot cannot be written (${systemErrorCode(error) ?? 'unknown error'}).`,
      {
        remedy: 'Check the permissions of the folder and the free disk space.',
        cause: error,
      },
    );
  }
}
