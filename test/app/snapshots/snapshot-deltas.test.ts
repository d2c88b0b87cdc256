import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { deflate, gunzip, gzip, inflate } from '../../../src/adapters/snapshots/compression.js';
import { buildSnapshot, type SnapshotExport, type SnapshotSource } from '../../../src/app/snapshots/export-snapshot.js';
import { previousIndexes, buildDeltas, type PreviousIndex } from '../../../src/app/snapshots/snapshot-deltas.js';
import { verifySnapshot } from '../../../src/app/snapshots/verify-snapshot.js';
import type { Document } from '../../../src/core/model/document.js';
import { AskdexError } from '../../../src/core/errors.js';
import { applyDelta } from '../../../src/core/delta/apply-delta.js';
import { INDEX_FILE } from '../../../src/core/index/format/container.js';
import { decodeUtf8 } from '../../../src/core/index/documents/token-vocabulary.js';
import { withDescriptions } from '../../../src/core/build/strip-answers.js';
import { DEFAULT_SETTINGS } from '../../../src/core/model/settings.js';
import { TEXT_MODES, type TextMode } from '../../../src/core/model/snapshot-manifest.js';
import { ANALYZER, packed } from '../../core/support.js';
import { documentOf } from '../../support/documents.js';
import { storedInMemory } from '../../support/generations.js';

function site(size: number): Document[] {
  return Array.from({ length: size }, (_, at) =>
    documentOf({
      url: `/${at}`,
      title: `Question ${at}`,
      answer: `Answer ${at} says ${at * 13} and ${at * 17}.`,
      description: `What ${at} is about.`,
    }),
  );
}

const storedOf = (index: Uint8Array, analyzer = ANALYZER.id) =>
  storedInMemory({ analyzer, documents: 1, files: [{ name: INDEX_FILE, bytes: index }] });
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const FIRST = packed(site(60));
const SECOND = packed(site(62));
const THIRD = packed(site(63).slice(1));

function snapshotOf(earlier: readonly PreviousIndex[], text: TextMode = 'full'): SnapshotExport {
  const { manifest } = storedOf(THIRD);
  const source: SnapshotSource = {
    manifest,
    index: THIRD,
    analyzer: ANALYZER,
    settings: DEFAULT_SETTINGS,
    previous: earlier,
  };
  const choices = { kind: 'packed', text, subject: null, prefix: '', signKey: null } as const;
  return buildSnapshot(source, choices, { brotli: gzip, gzip, deflate, tokenizer: () => [] });
}

const fileOf = ({ files }: SnapshotExport, name: string): Uint8Array =>
  files.find((file) => file.name === name)?.bytes ?? new Uint8Array(0);

describe('deltas of a snapshot', () => {
  const earlier = [
    { generation: 'second', index: SECOND, isExported: false },
    { generation: 'first', index: FIRST, isExported: false },
  ];

  for (const text of TEXT_MODES) {
    it(`lead from each previous generation to the exported index, text ${text}`, async () => {
      const snapshot = snapshotOf(earlier, text);
      const { deltas } = snapshot.manifest;
      assert.deepEqual(
        deltas.map(({ generation }) => generation),
        ['second', 'first'],
      );
      for (const [at, { index }] of earlier.entries()) {
        const before = text === 'full' ? index : withDescriptions(index);
        const delta = deltas[at];
        assert.equal(delta?.from, sha256(before));
        const given = await applyDelta(before, fileOf(snapshot, delta.name), {
          analyzer: ANALYZER,
          decode: decodeUtf8,
          inflate,
        });
        assert.equal(Buffer.compare(given, fileOf(snapshot, INDEX_FILE)), 0);
      }
      const checks: string[] = [];
      await verifySnapshot({
        read: (name) => Promise.resolve(snapshot.files.find((file) => file.name === name)?.bytes ?? null),
        brotliDecompress: gunzip,
        gunzip,
        inflate,
        publicKey: null,
        onChecked: (what) => checks.push(what),
      });
      assert.equal(checks.filter((what) => what.includes('leads from generation')).length, 2);
    });
  }

  it('are not made twice for one index, for an equal index, or from an unreadable one', () => {
    const { deltas } = snapshotOf([
      { generation: 'same', index: THIRD, isExported: true },
      { generation: 'damaged', index: FIRST.slice(0, 1000), isExported: false },
      { generation: 'second', index: SECOND, isExported: true },
      { generation: 'again', index: SECOND, isExported: false },
    ]).manifest;
    assert.deepEqual(
      deltas.map(({ generation }) => generation),
      ['second'],
    );
  });

  it('are omitted if they are larger than a limit', () => {
    const target = { index: THIRD, analyzer: ANALYZER, text: 'full', deflate } as const;
    const [made] = buildDeltas(earlier, { ...target, maxBytes: Infinity }).deltas;
    assert.ok(made !== undefined);
    const sizes = (largest: number): number[] =>
      buildDeltas(earlier.slice(0, 1), { ...target, maxBytes: largest }).deltas.map(({ size }) => size);
    assert.deepEqual(sizes(made.size), [made.size]);
    assert.deepEqual(sizes(made.size - 1), []);
  });

  it('start from retained generations of the same analyzer, the newest first', async () => {
    const [first, second, third] = [FIRST, SECOND, THIRD].map((index) => storedOf(index));
    const other = storedOf(packed(site(3)), 'another');
    assert.ok(first !== undefined && second !== undefined && third !== undefined);
    const all = [third, other, second, first];
    const store = {
      list: () => Promise.resolve(all.map(({ manifest }) => manifest)),
      open(generation: string) {
        const found = all.find(({ manifest }) => manifest.generation === generation);
        if (found === undefined || found === second) throw new AskdexError('index_damaged', 'No.');
        return Promise.resolve(found);
      },
    };
    const sources = {
      stored: third,
      store,
      text: 'full',
      subject: null,
      read: () => Promise.resolve(null),
    } as const;
    const found = await previousIndexes(sources);
    assert.deepEqual(found, [{ generation: first.manifest.generation, index: FIRST, isExported: false }]);
    assert.deepEqual(await previousIndexes({ ...sources, subject: 'Physics' }), []);
  });

  it('start from the replaced export if it is of the same kind', async () => {
    const snapshot = snapshotOf([]);
    const read = (name: string): Promise<Uint8Array | null> =>
      Promise.resolve(snapshot.files.find((file) => file.name === name)?.bytes ?? null);
    const store = { list: () => Promise.resolve([]), open: () => Promise.reject(new Error('None.')) };
    const sources = { stored: storedOf(SECOND), store, text: 'full', subject: null, read } as const;
    const found = await previousIndexes(sources);
    assert.deepEqual(
      found.map(({ generation, isExported }) => [generation, isExported]),
      [[snapshot.manifest.generation, true]],
    );
    const others = [
      { ...sources, text: 'none' },
      { ...sources, subject: 'Physics' },
      { ...sources, stored: storedOf(SECOND, 'another') },
      { ...sources, read: (name: string) => (name === INDEX_FILE ? Promise.resolve(SECOND) : read(name)) },
      { ...sources, read: () => Promise.resolve(Buffer.from('{')) },
    ] as const;
    for (const one of others) assert.deepEqual(await previousIndexes(one), []);
  });
});
