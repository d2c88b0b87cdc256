import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBuildCache } from '../../../src/adapters/build-cache/cache.js';

const A = 'a'.repeat(40);
const B = 'b'.repeat(40);
const BUILD = { source: 's', build: 'b', generation: 'g', readings: [] };

describe('the build cache', () => {
  let index: string;
  const at = (name: string) => join(index, 'cache', name);

  beforeEach(() => {
    index = mkdtempSync(join(tmpdir(), 'askdex-cache-'));
  });
  afterEach(() => rmSync(index, { recursive: true, force: true }));

  const filled = () => {
    const cache = createBuildCache(index);
    cache.keep(A, Uint8Array.of(1, 2, 3));
    cache.keep(B, Uint8Array.of(4));
    cache.save(BUILD);
    return cache;
  };

  it('is empty where there is none', () => {
    const cache = createBuildCache(index);
    assert.deepEqual([cache.load(), cache.segment(A), [...cache.names()]], [null, null, []]);
  });

  it('gives back what it was given, and forgets what is not kept', () => {
    const cache = filled();
    assert.deepEqual([...(cache.segment(A) ?? [])], [1, 2, 3]);
    assert.equal(cache.load()?.generation, 'g');
    cache.prune(new Set([B]));
    assert.deepEqual([...cache.names()], [B]);
  });

  for (const file of ['build.json', `segments/${A}`]) {
    it(`counts ${file} as missing where any bit of it differs, it is cut, or holds zeros`, () => {
      const cache = filled();
      const given = () => (file === 'build.json' ? cache.load() : cache.segment(A));
      const bytes = readFileSync(at(file));
      for (let bit = 0; bit < bytes.length * 8; bit += 1) {
        const flipped = Buffer.from(bytes);
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        writeFileSync(at(file), flipped);
        assert.equal(given(), null, `bit ${String(bit)}`);
      }
      for (let length = 0; length < bytes.length; length += 1) {
        for (const cut of [bytes.subarray(0, length), Buffer.alloc(length)]) {
          writeFileSync(at(file), cut);
          assert.equal(given(), null, `${String(length)} bytes`);
        }
      }
    });
  }

  it('takes no segment under the name of another', () => {
    const cache = filled();
    copyFileSync(at(`segments/${A}`), at(`segments/${B}`));
    assert.equal(cache.segment(B), null);
  });
});
