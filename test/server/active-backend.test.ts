import assert from 'node:assert/strict';
import { queryOf } from '../../src/core/model/query.js';
import type { Manifest } from '../../src/core/model/generation-manifest.js';
import type { Backend, GenerationStore, StoredGeneration } from '../../src/core/model/ports.js';
import type { SearchResponse } from '../../src/core/model/search-response.js';
import { createLog } from '../../src/server/log.js';
import { createActiveBackend } from '../../src/server/active-backend.js';

const manifestOf = (generation: string): Manifest => ({
  format: 1,
  generation,
  createdAt: '2025-01-01T00:00:00.000Z',
  sequence: 1,
  contentHash: '',
  askdex: '0.0.0',
  analyzer: '',
  documents: 1,
  files: [],
  checksum: '',
});
const storedOf = (generation: string): StoredGeneration => ({
  manifest: manifestOf(generation),
  read: () => Promise.reject(new Error('not read here')),
});

/** A backend whose searches the test ends. */
function fakeBackend(generation: string) {
  const running: (() => void)[] = [];
  const state = { closed: false, release: () => running.splice(0).forEach((end) => end()) };
  const answer: SearchResponse = {
    query: '',
    hits: [],
    totalHits: 0,
    totalHitsExact: true,
    droppedTerms: [],
    limit: 10,
    offset: 0,
    generation,
  };
  const backend: Backend = {
    name: 'fake',
    manifest: manifestOf(generation),
    search: () =>
      new Promise((resolve, reject) =>
        running.push(() => (state.closed ? reject(new Error('closed under a running search')) : resolve(answer))),
      ),
    suggest: () => Promise.resolve([]),
    document: () => Promise.resolve(null),
    related: () => Promise.resolve(null),
    close: () => {
      state.closed = true;
      return Promise.resolve();
    },
  };
  return { backend, state };
}

/** A store, a clock and a log that the test controls. */
function stage(options: { readonly fails?: readonly string[] } = {}) {
  const backends = new Map<string, ReturnType<typeof fakeBackend>>();
  const timers = new Set<() => void>();
  let current: string | null = null;
  let changed = (_: string): void => undefined;
  let following = false;
  const never = () => Promise.reject(new Error('not used here'));
  const store: GenerationStore = {
    list: never,
    open: never,
    publish: never,
    rollback: never,
    lock: never,
    current: () => Promise.resolve(current === null ? null : storedOf(current)),
    follow(onChange) {
      changed = onChange;
      following = true;
      return () => {
        following = false;
      };
    },
  };
  const lines: string[] = [];
  const serving = createActiveBackend({
    store,
    open: ({ manifest: { generation } }) => {
      if (options.fails?.includes(generation) === true) return Promise.reject(new Error('damaged'));
      const made = fakeBackend(generation);
      backends.set(generation, made);
      return Promise.resolve(made.backend);
    },
    log: createLog({ level: 'info', terminal: (line) => void lines.push(line) }),
    timer: (_, callback) => {
      timers.add(callback);
      return () => timers.delete(callback);
    },
  });
  return {
    serving,
    lines,
    state: (generation: string) => backends.get(generation)!.state,
    publish: async (generation: string) => {
      current = generation;
      changed(generation);
      await serving.refresh();
    },
    fireTimers: () => [...timers].forEach((callback) => (timers.delete(callback), callback())),
    timers: () => timers.size,
    following: () => following,
  };
}

describe('the active backend', () => {
  it('is absent before the first generation, then follows CURRENT', async () => {
    const { serving, publish } = stage();
    serving.start(null);
    assert.equal(serving.backend(), null);
    await publish('a');
    assert.equal(serving.backend()?.manifest.generation, 'a');
    await publish('b');
    assert.equal(serving.backend()?.manifest.generation, 'b');
  });

  it('is closed after a swap, once its last search has ended', async () => {
    const { serving, publish, state, fireTimers, timers } = stage();
    serving.start(null);
    await publish('a');
    const search = serving.backend()!.search(queryOf('x'));
    await publish('b');
    fireTimers();
    assert.equal(state('a').closed, false, 'a search runs');
    state('a').release();
    assert.equal((await search).generation, 'a');
    assert.equal(state('a').closed, false, 'the same request may ask again');
    assert.equal(timers(), 1);
    fireTimers();
    assert.equal(state('a').closed, true);
    assert.equal(state('b').closed, false);
  });

  it('is awaited again by a request that asks a second time after the swap', async () => {
    const { serving, publish, state, fireTimers, timers } = stage();
    serving.start(null);
    await publish('a');
    const held = serving.backend()!;
    await publish('b');
    const second = held.search(queryOf('x'));
    assert.equal(timers(), 0, 'no closing while it runs');
    state('a').release();
    await second;
    fireTimers();
    assert.equal(state('a').closed, true);
  });

  it('stays in use if the new generation cannot be opened, which is logged', async () => {
    const { serving, publish, lines } = stage({ fails: ['bad'] });
    serving.start(null);
    await publish('a');
    await publish('bad');
    assert.equal(serving.backend()?.manifest.generation, 'a');
    assert.match(lines.join(''), /error the current generation cannot be opened.*damaged/);
    await publish('c');
    assert.equal(serving.backend()?.manifest.generation, 'c');
  });

  it('is not opened again for the same generation', async () => {
    const { serving, publish } = stage();
    const { backend } = fakeBackend('a');
    serving.start(backend);
    const before = serving.backend();
    await publish('a');
    assert.equal(serving.backend(), before);
  });

  it('is closed and no longer follows CURRENT after stop', async () => {
    const { serving, publish, state, following } = stage();
    serving.start(null);
    await publish('a');
    await serving.stop();
    assert.equal(following(), false);
    assert.equal(state('a').closed, true);
    await publish('b');
    assert.equal(serving.backend()?.manifest.generation, 'a', 'nothing is opened any more');
  });
});
