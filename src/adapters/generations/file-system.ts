import { mkdir, open, readFile, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { AskdexError, systemErrorCode } from '../../core/errors.js';

/** The file system calls of the store. Tests can make each of them fail. */
export interface FileSystem {
  /** Also creates the parents. No error if the folder exists. */
  createFolder(path: string): Promise<void>;
  /** The names in a folder. Empty if there is no such folder. */
  list(path: string): Promise<readonly string[]>;
  read(path: string): Promise<Uint8Array>;
  /** Fails with `EEXIST` if the file exists. */
  create(path: string, bytes: Uint8Array): Promise<void>;
  /** Flushes a file or a folder to the disk. */
  sync(path: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** Removes a file or a folder with its contents. No error if there is none. */
  remove(path: string): Promise<void>;
  /** Sets the modification time, in milliseconds since 1970. */
  touch(path: string, time: number): Promise<void>;
  modified(path: string): Promise<number>;
}

/** The system's file system. */
export const nodeFileSystem: FileSystem = {
  async createFolder(path) {
    await mkdir(path, { recursive: true });
  },
  async list(path) {
    try {
      return await readdir(path);
    } catch (error) {
      if (systemErrorCode(error) === 'ENOENT') return [];
      throw error;
    }
  },
  read: (path) => readFile(path),
  async create(path, bytes) {
    const file = await open(path, 'wx', 0o644);
    try {
      await file.writeFile(bytes);
    } finally {
      await file.close();
    }
  },
  async sync(path) {
    // Windows cannot sync a folder, but its renames are journaled.
    if (process.platform === 'win32') return;
    const handle = await open(path, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
  rename,
  async remove(path) {
    await rm(path, { recursive: true, force: true });
  },
  async touch(path, time) {
    await utimes(path, time / 1000, time / 1000);
  },
  async modified(path) {
    return (await stat(path)).mtimeMs;
  },
};

const REMEDIES: Readonly<Record<string, string>> = {
  EACCES: 'Give the process read and write access to the index folder.',
  EPERM: 'Give the process read and write access to the index folder.',
  EROFS: 'The index folder is on a read-only file system: mount a writable volume there.',
  ENOSPC: 'The disk is full: free some space, then build again.',
  EDQUOT: 'The quota of the disk is used up: free some space, then build again.',
  ENOTDIR: 'The index path must be a folder: choose another with ASKDEX_INDEX.',
  EEXIST: 'The index path must be a folder: choose another with ASKDEX_INDEX.',
  EMFILE: 'Too many files are open: raise the limit of the process (ulimit -n).',
};

/**
 * Runs `step`. `doing` names it in messages.
 *
 * @throws {AskdexError} index_unreadable: if `step` fails with a system error.
 */
export async function withDiskErrors<T>(doing: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    const code = systemErrorCode(error);
    if (error instanceof AskdexError || code === null) throw error;
    throw new AskdexError('index_unreadable', `The index folder cannot be used: ${doing} failed (${code}).`, {
      remedy: REMEDIES[code] ?? 'Check the disk and the permissions of the index folder.',
      cause: error,
    });
  }
}
