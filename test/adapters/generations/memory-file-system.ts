import type { FileSystem } from '../../../src/adapters/generations/file-system.js';

export interface MemoryDisk extends FileSystem {
  /** An independent copy. */
  readonly copy: () => MemoryDisk;
}

/** A file system in memory, fast enough for a test to fail each of its steps in turn. */
export function memoryDisk(nodes = new Map<string, Uint8Array | 'folder'>()): MemoryDisk {
  const fail = (code: string): never => {
    throw Object.assign(new Error(code), { code });
  };
  const below = (path: string): string[] => [...nodes.keys()].filter((name) => name.startsWith(`${path}/`));
  const parents = (path: string): string[] => path.split('/').map((_, index, parts) => parts.slice(0, index).join('/'));
  const later = <T>(step: () => T): Promise<T> => Promise.resolve().then(step);
  return {
    copy: () => memoryDisk(new Map(nodes)),
    createFolder: (path) =>
      later(() => {
        for (const folder of [...parents(path).slice(2), path]) nodes.set(folder, 'folder');
      }),
    list: (path) =>
      later(() => [...new Set(below(path).map((name) => name.slice(path.length + 1).split('/')[0] ?? ''))]),
    read: (path) =>
      later(() => {
        const node = nodes.get(path);
        return node === undefined ? fail('ENOENT') : node === 'folder' ? fail('EISDIR') : node;
      }),
    create: (path, bytes) =>
      later(() => {
        if (nodes.has(path)) fail('EEXIST');
        if (nodes.get(parents(path).at(-1) ?? '') !== 'folder') fail('ENOENT');
        nodes.set(path, bytes.slice());
      }),
    sync: (path) => later(() => void (nodes.has(path) || fail('ENOENT'))),
    rename: (from, to) =>
      later(() => {
        const node = nodes.get(from) ?? fail('ENOENT');
        if (node === 'folder' && below(to).length > 0) fail('ENOTEMPTY');
        for (const name of [from, ...below(from)]) {
          const moved = nodes.get(name) ?? fail('ENOENT');
          nodes.delete(name);
          nodes.set(to + name.slice(from.length), moved);
        }
      }),
    remove: (path) =>
      later(() => {
        for (const name of [path, ...below(path)]) nodes.delete(name);
      }),
    touch: () => Promise.resolve(),
    modified: () => Promise.resolve(0),
  };
}
