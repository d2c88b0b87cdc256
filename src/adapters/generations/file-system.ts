import { mkdir, open, readFile, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { AskdexError, systemErrorCode } from '../../core/errors.js';

/** The steps that the store takes on the file system, one call each, so that a test can fail any of them. */
export interface FileSystem {
  /** With its parents; no error where it exists. */
  createFolder(path: string): Promise<void>;
  /** Names in a folder; empty where there is no such folder. */
  list(path: string): Promise<readonly string[]>;
  read(path: string): Promise<Uint8Array>;
  /** Fails with `EEXIST` where the file exists. */
  create(path: string, bytes: Uint8Array): Promise<void>;
  /** Forces a file or a folder to the medium. */
  sync(path: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** A file or a whole folder; no error where there is none. */
  remove(path: string): Promise<void>;
  /** Sets the modification time, in milliseconds since 1970. */
  touch(path: string, time: number): Promise<void>;
  modified(path: string): Promise<number>;
}

/** The machine's own file system. */
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
    // Windows knows no handle of a folder to sync; there the rename itself is journaled.
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
  EROFS: 'The index folder lies on a read-only file system: mount a writable volume there.',
  ENOSPC: 'The disk is full: free some space, then build again.',
  EDQUOT: 'The quota of the disk is used up: free some space, then build again.',
  ENOTDIR: 'The index folder must be a folder: name another with ASKDEX_INDEX.',
  EEXIST: 'The index folder must be a folder: name another with ASKDEX_INDEX.',
  EMFILE: 'Too many files are open: raise the limit of the process (ulimit -n).',
};

/** Runs a step on the disk; an error of the system becomes `index_unreadable`, which names what was being done. */
export async function withDiskErrors<T>(doing: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    const code = systemErrorCode(error);
    if (error instanceof AskdexError || code === null) throw error;
    throw new AskdexError('index_unreadable', `The index folder cannot be used: ${doing} failed (${code}).`, {
      remedy: REMEDIES[code] ?? 'Check the disk and the rights of the index folder.',
      cause: error,
    });
  }
}
