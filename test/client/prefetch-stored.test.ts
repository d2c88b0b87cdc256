import { TransferredIndex } from '../../src/client/worker/host.js';
import { prefetchStored } from '../../src/client/store/snapshot-store.js';
import assert from 'node:assert/strict';
import type { AskdexError } from '../../src/client/index.js';
import { openRemote } from '../../src/client/open-remote.js';
import { SKY, TIDES } from '../cli/harness.js';
import type { MemoryCaches } from './support/caches.js';
import { flipped, type Hosted } from './support/host.js';
import type { Publisher } from './support/publisher.js';
import { visitedSite, type VisitedSite } from './support/visited-site.js';

describe('a stored snapshot that one thread prefetches for another', () => {
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

  const indexEntry = (): string => visited.indexEntry();

  it('is absent before the first visit', async () => {
    assert.equal(await prefetchStored(url()), null);
  });

  it('is read again if the other thread could not read it', async () => {
    await keep();
    const ahead = await prefetchStored(url());
    assert.ok(ahead !== null);
    const failed = new TransferredIndex();
    failed.receive({ kept: 'bytes', data: null });
    failed.receive({ kept: 'hashes', data: null });
    host.close();
    const problems: AskdexError[] = [];
    const onProblem = (problem: AskdexError): void => void problems.push(problem);
    const kept = { manifest: ahead.manifest, index: () => failed };
    const snapshot = await openRemote(url(), { update: 'manual', onProblem }, kept);
    assert.equal((await snapshot.search('sky')).totalHits, 1);
    assert.deepEqual(problems, []);
    await snapshot.close();
  });

  it('is downloaded again if half of it is missing', async () => {
    await keep();
    caches.entries.delete(indexEntry());
    const ahead = await prefetchStored(url());
    assert.ok(ahead !== null);
    const problems: AskdexError[] = [];
    const onProblem = (problem: AskdexError): void => void problems.push(problem);
    const snapshot = await openRemote(url(), { update: 'manual', onProblem }, ahead);
    assert.equal((await snapshot.search('sky')).totalHits, 1);
    assert.match(problems[0]?.message ?? '', /is incomplete/);
    await snapshot.close();
    assert.notEqual(indexEntry(), '', 'it is kept again');
  });

  it('is opened without reading the store or the network', async () => {
    await keep();
    const ahead = await prefetchStored(url());
    assert.ok(ahead !== null);
    await ahead.index().hashes;
    caches.entries.clear();
    host.close();
    const snapshot = await openRemote(url(), { update: 'manual' }, ahead);
    assert.equal((await snapshot.search('sky')).totalHits, 1);
    await snapshot.close();
  });

  it('is discarded if the store changed meanwhile, and the stored one is read', async () => {
    await keep();
    const whole = caches.entries.get(indexEntry());
    assert.ok(whole !== undefined);
    caches.entries.set(indexEntry(), { ...whole, body: flipped(whole.body) });
    const ahead = await prefetchStored(url());
    assert.ok(ahead !== null);
    await ahead.index().hashes;
    caches.entries.set(indexEntry(), whole);
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
