import assert from 'node:assert/strict';
import { AskdexError } from '../../../src/core/errors.js';
import { deltaFrom, readSnapshotManifest, type SnapshotDelta } from '../../../src/core/model/snapshot-manifest.js';

const SHA = '0123456789abcdef'.repeat(4);
const OTHER = 'fedcba9876543210'.repeat(4);
const DELTA = {
  generation: '20240101T000000Z-0123456789ab',
  from: SHA,
  name: 'delta-1.bin',
  size: 9,
  sha256: SHA,
};

function manifestWith(deltas: unknown): string {
  return JSON.stringify({
    ...{ snapshot: 1, kind: 'packed', generation: 'g', createdAt: '', sequence: 1, askdex: '', analyzer: '' },
    ...{ text: 'full', settings: {}, subject: null, documents: 1, prefix: '' },
    files: [{ name: 'index.askdex', size: 1, sha256: SHA }],
    deltas,
    checksum: SHA,
  });
}

describe('deltas of a snapshot manifest', () => {
  it('are found by the index that they start from', () => {
    const second: SnapshotDelta = { ...DELTA, from: OTHER, name: 'delta-2.bin' };
    const { manifest } = readSnapshotManifest(manifestWith([DELTA, second]));
    assert.deepEqual(deltaFrom(manifest, OTHER), second);
    assert.equal(deltaFrom(manifest, SHA.replace('0', '1')), null);
  });

  const wrong: readonly (readonly [what: string, deltas: unknown])[] = [
    ['are no list', {}],
    ['are missing', undefined],
    ['are no objects', [null]],
    ['name a file elsewhere', [{ ...DELTA, name: '../delta-1.bin' }]],
    ['name the manifest', [{ ...DELTA, name: 'manifest.json' }]],
    ['name another file of the snapshot', [{ ...DELTA, name: 'index.askdex' }]],
    ['have one name twice', [DELTA, { ...DELTA, from: OTHER }]],
    ['start from one index twice', [DELTA, { ...DELTA, name: 'delta-2.bin' }]],
    ['start from nothing', [{ ...DELTA, from: undefined }]],
    ['start from what is no sha256', [{ ...DELTA, from: 'abc' }]],
    ['have no generation', [{ ...DELTA, generation: 7 }]],
    ['have no size', [{ ...DELTA, size: -1 }]],
    ['have no sha256', [{ ...DELTA, sha256: SHA.toUpperCase() }]],
  ];
  for (const [what, deltas] of wrong) {
    it(`are refused if they ${what}`, () => {
      assert.throws(
        () => readSnapshotManifest(manifestWith(deltas)),
        (error: unknown) => error instanceof AskdexError && error.code === 'index_damaged',
      );
    });
  }
});
