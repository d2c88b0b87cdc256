import assert from 'node:assert/strict';
import { handleMessage } from '../../src/client/worker/host.js';
import type { AskdexError, Snapshot, SnapshotOptions } from '../../src/client/index.js';
import type { WorkerLike, MessageEventLike } from '../../src/client/store/platform.js';
import { openRemote } from '../../src/client/open-remote.js';
import { type StoredSnapshot, prefetchStored } from '../../src/client/store/snapshot-store.js';
import { openWorkerSnapshot } from '../../src/client/worker-snapshot.js';
import { visitedSite, type VisitedSite } from './support/visited-site.js';

/** The worker's code in this thread. Messages are copied and transferred as between threads. */
class ThreadInPlace implements WorkerLike {
  /** The messages of the page: the request's name, or the part of an index. */
  readonly heard: unknown[] = [];
  #listeners: ((event: MessageEventLike) => void)[] = [];
  /** Closes the channels, as the end of a worker would. Open ones would keep the process alive. */
  readonly #channel: unknown = Reflect.get(globalThis, 'BroadcastChannel');

  constructor() {
    Reflect.set(globalThis, 'BroadcastChannel', undefined);
    Reflect.set(globalThis, 'postMessage', (message: unknown) => {
      const data: unknown = structuredClone(message);
      setImmediate(() => {
        for (const listener of this.#listeners) listener({ data });
      });
    });
  }

  postMessage(message: unknown, transfer: readonly ArrayBuffer[] = []): void {
    const data: unknown = structuredClone(message, { transfer: [...transfer] });
    this.heard.push(nameOf(data));
    setImmediate(() => handleMessage(data));
  }

  terminate(): void {
    this.#listeners = [];
    Reflect.deleteProperty(globalThis, 'postMessage');
    Reflect.set(globalThis, 'BroadcastChannel', this.#channel);
  }

  addEventListener(type: 'message' | 'error' | 'messageerror', listener: (event: MessageEventLike) => void): void {
    if (type === 'message') this.#listeners.push(listener);
  }
}

function nameOf(message: unknown): unknown {
  if (typeof message !== 'object' || message === null) return message;
  const request: unknown = Reflect.get(message, 'request');
  return typeof request === 'object' && request !== null ? Reflect.get(request, 'type') : Reflect.get(message, 'kept');
}

describe('a page and its worker', () => {
  let visited: VisitedSite;
  let thread: ThreadInPlace;
  let problems: AskdexError[];

  beforeEach(async () => {
    visited = await visitedSite();
    thread = new ThreadInPlace();
    problems = [];
    await (await openRemote(url(), { update: 'manual' })).close();
  });
  afterEach(() => {
    thread.terminate();
    visited.close();
  });

  const url = (): URL => new URL(visited.host.url);
  const open = (ahead: Promise<StoredSnapshot | null>): Promise<Snapshot> => {
    const onProblem = (problem: AskdexError): void => void problems.push(problem);
    const options: SnapshotOptions = { update: 'manual', onProblem };
    return openWorkerSnapshot(thread, { url: url(), options, prefetched: ahead });
  };

  it('share the stored index, so that the worker neither reads it nor uses the network', async () => {
    const kept = await prefetchStored(url());
    assert.ok(kept !== null);
    // The page has read the index, and the worker no longer finds it in the store.
    const { hashes } = kept.index();
    await hashes;
    visited.caches.entries.clear();
    visited.host.close();
    const snapshot = await open(Promise.resolve(kept));
    assert.deepEqual(thread.heard, ['open', 'bytes', 'hashes']);
    const { hits } = await snapshot.search('sky');
    assert.equal(hits[0]?.title, 'Why is the sky blue?');
    assert.deepEqual(problems, []);
    await snapshot.close();
    await assert.rejects(snapshot.search('sky'), { code: 'index_not_ready' });
  });

  it('open it in the worker if the page cannot read it', async () => {
    const kept = await prefetchStored(url());
    assert.ok(kept !== null);
    const broken = Promise.reject<Uint8Array<ArrayBuffer>>(new Error('The disk is gone.'));
    broken.catch(() => undefined);
    visited.host.close();
    const snapshot = await open(
      Promise.resolve({ manifest: kept.manifest, index: () => ({ bytes: broken, hashes: broken }) }),
    );
    assert.equal((await snapshot.search('sky')).totalHits, 1);
    assert.deepEqual(problems, []);
    await snapshot.close();
  });

  it('report an error if the hashes belong to other bytes, and read it again', async () => {
    const kept = await prefetchStored(url());
    assert.ok(kept !== null);
    const { bytes, hashes } = kept.index();
    const wrong = hashes.then((list) => list.map((byte, at) => (at === 0 ? byte ^ 1 : byte)));
    visited.caches.entries.delete(visited.indexEntry());
    const snapshot = await open(Promise.resolve({ manifest: kept.manifest, index: () => ({ bytes, hashes: wrong }) }));
    assert.equal((await snapshot.search('sky')).totalHits, 1);
    // The store has no index when it is read again, so the index is downloaded.
    assert.deepEqual(
      problems.map(({ code }) => code),
      ['index_damaged'],
    );
    await snapshot.close();
  });
});
