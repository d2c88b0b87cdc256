import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBuildCache } from '../../../src/adapters/build-cache/build-cache.js';
import type { BuildState, ParsedFile } from '../../../src/core/model/ports.js';

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
    cache.saveSegment(A, Uint8Array.of(1, 2, 3));
    cache.saveSegment(B, Uint8Array.of(4));
    cache.save(BUILD);
    return cache;
  };

  it('is empty at first', () => {
    const cache = createBuildCache(index);
    assert.deepEqual([cache.load(), cache.segment(A), [...cache.names()]], [null, null, []]);
  });

  it('returns what was stored, and drops entries that are not stored again', () => {
    const cache = filled();
    assert.deepEqual([...(cache.segment(A) ?? [])], [1, 2, 3]);
    assert.equal(cache.load()?.generation, 'g');
    cache.retainSegments(new Set([B]));
    assert.deepEqual([...cache.names()], [B]);
  });

  const reading = (path: string, version: string) => ({ path, version, documents: [], problems: [] });
  const READINGS = Array.from({ length: 64 }, (_, at) => reading(`${String(at)}.md`, '1'));
  const plain = (build: BuildState | null) =>
    build === null ? null : [build.source, build.build, build.generation, build.readings];

  it('returns parsed files of which a few changed, build after build, and writes the unchanged ones once', () => {
    createBuildCache(index).save({ ...BUILD, readings: READINGS });
    const written = readFileSync(at('build.json'));
    let last: readonly ParsedFile[] = READINGS;
    for (const [round, place] of [3, 0, 63].entries()) {
      const cache = createBuildCache(index);
      const loaded = cache.load();
      assert.deepEqual(loaded?.readings, last);
      const version = `2-${String(round)}`;
      last = loaded.readings.map((one, number) => (number === place ? reading(one.path, version) : one));
      const next = { ...BUILD, build: version, generation: version, readings: last };
      cache.save(next);
      assert.deepEqual(plain(createBuildCache(index).load()), plain(next));
    }
    assert.ok(readFileSync(at('build.json')).equals(written));
  });

  it('returns parsed files that were added, removed, reordered, or changed in great number', () => {
    const first = reading('0.md', '2');
    for (const readings of [
      [...READINGS, reading('new.md', '1')],
      READINGS.slice(1),
      [...READINGS].reverse(),
      [reading('other.md', '1'), ...READINGS.slice(1)],
      READINGS.map(({ path }) => reading(path, '2')),
    ]) {
      createBuildCache(index).save({ ...BUILD, readings: READINGS });
      for (const given of [[first, ...READINGS.slice(1)], readings]) {
        const cache = createBuildCache(index);
        // Unchanged entries are returned as the same objects.
        const loaded = new Map(cache.load()?.readings.map((one) => [`${one.path} ${one.version}`, one]));
        cache.save({
          ...BUILD,
          readings: given.map((one) => loaded.get(`${one.path} ${one.version}`) ?? one),
        });
        assert.deepEqual(createBuildCache(index).load()?.readings, given);
      }
    }
  });

  it('returns the last full record if the record of changes is damaged or belongs to another', () => {
    createBuildCache(index).save({ ...BUILD, readings: READINGS });
    const cache = createBuildCache(index);
    const loaded = cache.load()?.readings ?? [];
    cache.save({ ...BUILD, generation: 'next', readings: [reading('0.md', '2'), ...loaded.slice(1)] });
    const changes = readFileSync(at('build.changes.json'));
    writeFileSync(at('build.changes.json'), changes.subarray(1));
    assert.deepEqual(plain(createBuildCache(index).load()), ['s', 'b', 'g', READINGS]);
    writeFileSync(at('build.changes.json'), changes);
    assert.equal(createBuildCache(index).load()?.generation, 'next');
    createBuildCache(index).save({ ...BUILD, readings: READINGS });
    assert.equal(createBuildCache(index).load()?.generation, 'g');
  });

  for (const file of ['build.json', `segments/${A}`]) {
    it(`treats ${file} as missing if a bit is flipped, or it is truncated or zeroed`, () => {
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

  it('returns no segment that is stored under the name of another', () => {
    const cache = filled();
    copyFileSync(at(`segments/${A}`), at(`segments/${B}`));
    assert.equal(cache.segment(B), null);
  });
});
