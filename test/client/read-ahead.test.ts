import assert from 'node:assert/strict';
import type { AskdexError } from '../../src/client/index.js';
import { readAhead } from '../../src/client/read-ahead.js';
import { openRemote } from '../../src/client/remote.js';
import { SKY, TIDES } from '../cli/harness.js';
import type { MemoryCaches } from './support/caches.js';
import type { Hosted } from './support/host.js';
import type { Publisher } from './support/publisher.js';
import { visitedSite, type VisitedSite } from './support/visited-site.js';

describe('a kept snapshot that one thread reads for another', () => {
  let visited: VisitedSite;
  let site: Publisher;
  let host: Hosted;
  let caches: MemoryCaches;

  beforeEach(async () => {
    visited = await visitedSite();
    ({ site, host, caches } = visited);
  });
  afterEach(() => visited.close());

  const url = (): URL => new URL(host.url);
  const keep = async (): Promise<void> => (await openRemote(url(), { update: 'manual' })).close();

  it('is none before the first visit, and where half of it is gone', async () => {
    assert.equal(await readAhead(url()), null);
    await keep();
    for (const entry of [...caches.entries.keys()])
      if (!entry.endsWith('=manifest')) caches.entries.delete(entry);
    assert.equal(await readAhead(url()), null);
  });

  it('is opened without a look at the store or the network', async () => {
    await keep();
    const ahead = await readAhead(url());
    assert.ok(ahead !== null);
    caches.entries.clear();
    host.close();
    const snapshot = await openRemote(url(), { update: 'manual' }, ahead);
    assert.equal((await snapshot.search('sky')).totalHits, 1);
    await snapshot.close();
  });

  it('is not believed where it changed: what the store has by then is taken', async () => {
    await keep();
    const ahead = await readAhead(url());
    assert.ok(ahead !== null);
    for (const piece of ahead.index) piece.fill(0, piece.length >> 1);
    const problems: AskdexError[] = [];
    const onProblem = (problem: AskdexError): void => void problems.push(problem);
    await site.publish({ 'sky.md': SKY, 'tides.md': TIDES });
    const other = await openRemote(url(), { update: 'manual' });
    assert.equal(await other.update(), true);
    await other.close();
    const snapshot = await openRemote(url(), { update: 'manual', onProblem }, ahead);
    assert.equal(snapshot.manifest.documents, 2);
    assert.deepEqual(problems, []);
    await snapshot.close();
  });
});
