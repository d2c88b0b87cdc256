import assert from 'node:assert/strict';
import type { FileSystem } from '../../../src/adapters/generations/file-system.js';
import { memoryDisk } from './memory-file-system.js';
import { publish, testStore } from './support.js';

/** Records each step that changes the disk, without the random parts of names. */
function recording(disk: FileSystem, log: string[]): FileSystem {
  const short = (path: string): string =>
    path
      .replace(/\.tmp-[0-9a-f]+/, '.tmp')
      .replace(/\d{8}T\d{6}Z-[0-9a-f]{12}/, 'ID')
      .replace('/index/', '');
  return {
    ...disk,
    create: (path, bytes) => (log.push(`create ${short(path)}`), disk.create(path, bytes)),
    sync: (path) => (log.push(`sync ${short(path)}`), disk.sync(path)),
    rename: (from, to) => (log.push(`rename ${short(from)} ${short(to)}`), disk.rename(from, to)),
  };
}

describe('the disk operations of publishing', () => {
  it('sync each file, then the folder, rename it, and only then switch CURRENT', async () => {
    const log: string[] = [];
    await publish(testStore('/index', { disk: recording(memoryDisk(), log) }), 'one');
    assert.deepEqual(log, [
      'create lock',
      'create generations/.tmp/index.bin',
      'sync generations/.tmp/index.bin',
      'create generations/.tmp/documents.json',
      'sync generations/.tmp/documents.json',
      'create generations/.tmp/manifest.json',
      'sync generations/.tmp/manifest.json',
      'sync generations/.tmp',
      'rename generations/.tmp generations/ID',
      'sync generations',
      'create .tmp',
      'sync .tmp',
      'rename .tmp CURRENT',
      'sync /index',
    ]);
  });
});
