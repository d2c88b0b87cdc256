import assert from 'node:assert/strict';
import { openLatestUsable } from '../../src/app/open-latest-generation.js';
import { AskdexError } from '../../src/core/errors.js';
import type { Manifest } from '../../src/core/model/generation-manifest.js';
import type { GenerationStore, StoredGeneration } from '../../src/core/model/ports.js';
import { publish } from '../adapters/generations/support.js';
import { memoryStore } from './support.js';

describe('openLatestUsable', () => {
  let store: GenerationStore;
  let manifests: Manifest[];
  beforeEach(async () => {
    store = memoryStore();
    manifests = [await publish(store, 'one'), await publish(store, 'two'), await publish(store, 'three')];
    await store.rollback(manifests[1]?.generation);
  });

  const nameOf = ({ manifest }: StoredGeneration): Promise<string> => Promise.resolve(manifest.generation);
  const open = async (bad: readonly number[], from: GenerationStore = store) => {
    const told: (string | null)[] = [];
    const refuse = async (generation: StoredGeneration): Promise<string> => {
      if (bad.some((index) => manifests[index]?.generation === generation.manifest.generation)) throw new Error('bad');
      return nameOf(generation);
    };
    const opened = await openLatestUsable(from, refuse, (generation) => told.push(generation));
    const index = (name: string | null) => manifests.findIndex(({ generation }) => generation === name);
    return { opened: opened === null ? null : index(opened), told: told.map(index) };
  };

  const CASES: [string, number[], number | null, number[]][] = [
    ['the current one', [], 1, []],
    ['the newest of the others', [1], 2, [1]],
    ['the last that is good', [1, 2], 0, [1, 2]],
    ['none', [0, 1, 2], null, [1, 2, 0]],
  ];
  for (const [what, bad, opened, told] of CASES) {
    it(`opens ${what}, and reports the damaged ones`, async () => assert.deepEqual(await open(bad), { opened, told }));
  }

  it('opens none if there is none', async () =>
    assert.deepEqual(await open([], memoryStore()), { opened: null, told: [] }));

  it('opens another generation if CURRENT is damaged', async () => {
    const damaged = { ...store, current: () => Promise.reject(new AskdexError('index_damaged', 'x')) };
    assert.deepEqual(await open([], damaged), { opened: 1, told: [-1] });
  });

  it('opens none if the folder cannot be read', async () => {
    const fail = () => Promise.reject(new AskdexError('index_unreadable', 'x'));
    assert.deepEqual(await open([], { ...store, current: fail, list: fail }), {
      opened: null,
      told: [-1, -1],
    });
  });
});
