import assert from 'node:assert/strict';
import axe from 'axe-core';
import type { AxeResults } from 'axe-core';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import type { SnapshotManifest } from '../../src/core/model/snapshot-manifest.js';
import { SKY, TIDES } from '../cli/harness.js';
import { flipped, hosted, type Hosted } from '../client/support/host.js';
import { publisher, type Publisher } from '../client/support/publisher.js';
import { findChromium, launchWith } from './support/chromium.js';

const SKY_TITLE = 'Why is the sky blue?';
const TIDES_TITLE = 'What causes the tides?';

describe('the page of an exported snapshot', function () {
  const found = findChromium();
  if ('why' in found) {
    it.skip(`is skipped: ${found.why}`);
    return;
  }
  this.timeout(120_000);
  let site: Publisher;
  let host: Hosted;
  let profile: string;
  let browser: BrowserContext;
  let errors: string[];

  beforeEach(async () => {
    site = publisher({ page: true });
    await site.publish({ 'sky.md': SKY });
    host = await hosted(site.folder);
    profile = mkdtempSync(join(tmpdir(), 'askdex-profile-'));
    errors = [];
    await start();
  });
  afterEach(async () => {
    await browser.close();
    host.close();
    site.remove();
    rmSync(profile, { recursive: true, force: true });
  });

  async function start(): Promise<void> {
    browser = await launchWith(found as { path: string }, profile);
  }

  async function visit(query = ''): Promise<Page> {
    const page = await browser.newPage();
    page.on('pageerror', (error) => errors.push(error.message));
    await page.goto(host.url + query);
    return page;
  }

  const noted = (page: Page, text: string) => page.locator('#snapshot').filter({ hasText: text }).waitFor();
  const titles = async (page: Page): Promise<string[]> => {
    await page.locator('#hits a').first().waitFor();
    return (await page.locator('#hits h2').allTextContents()).sort();
  };

  /** A complete first visit, after which everything is stored. */
  async function visited(): Promise<Page> {
    const page = await visit();
    await noted(page, 'works without a network');
    return page;
  }

  it('works without a network, also after a restart of the browser', async () => {
    await visited();
    host.close();
    await browser.close();
    await start();
    const page = await visit('?q=sky');
    assert.deepEqual(await titles(page), [SKY_TITLE]);
    await noted(page, 'no network now');
    await page.fill('#q', 'why is the sk');
    assert.equal(await page.locator('[role=option]').first().textContent(), SKY_TITLE);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByText('Air scatters short waves').waitFor();
    assert.deepEqual(errors, []);
  });

  it('passes the accessibility checks', async () => {
    const page = await visited();
    await page.evaluate(axe.source);
    const { violations } = await page.evaluate<AxeResults>("axe.run(document, { resultTypes: ['violations'] })");
    assert.deepEqual(
      violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html)]),
      [],
    );
  });

  it('answers a first visitor before the download is complete, without answers', async () => {
    site.remove();
    host.close();
    site = publisher({ page: true, text: 'none' });
    await site.publish({ 'sky.md': SKY, 'tides.md': TIDES });
    host = await hosted(site.folder);
    let answerAll: () => void = () => undefined;
    const searched = new Promise<void>((resolve) => (answerAll = resolve));
    host.altered.set('index.askdex.gz', (bytes) => searched.then(() => bytes));
    const page = await visit('?q=tides');
    assert.deepEqual(await titles(page), [TIDES_TITLE]);
    answerAll();
    await noted(page, 'works without a network');
    host.close();
    await page.reload();
    assert.deepEqual(await titles(page), [TIDES_TITLE]);
    assert.deepEqual(errors, []);
  });

  it('switches to a newer snapshot while it is open', async () => {
    await visited();
    await site.publish({ 'tides.md': TIDES });
    const page = await visit();
    await noted(page, '2 questions');
    await page.fill('#q', 'tides');
    await page.getByText(TIDES_TITLE).first().waitFor();
    assert.deepEqual(errors, []);
  });

  it('has the previous snapshot if the page is closed during an update', async () => {
    await (await visited()).close();
    await site.publish({ 'tides.md': TIDES });
    const asked = new Promise<void>((resolve) => {
      const { deltas } = JSON.parse(readFileSync(join(site.folder, 'manifest.json'), 'utf8')) as SnapshotManifest;
      for (const name of ['index.askdex.gz', ...deltas.map((delta) => delta.name)])
        host.altered.set(name, () => {
          resolve();
          return new Promise(() => undefined);
        });
    });
    const page = await visit();
    await asked;
    await page.close();
    host.close();
    const after = await visit();
    assert.deepEqual(await titles(after), [SKY_TITLE]);
    assert.deepEqual(errors, []);
  });

  it('uses a newer snapshot and reports it if there is no room to store it', async () => {
    const first = await visited();
    await site.publish({ 'tides.md': TIDES });
    const session = await browser.newCDPSession(first);
    await session.send('Storage.overrideQuotaForOrigin', { origin: new URL(host.url).origin, quotaSize: 1 });
    const page = await visit();
    await noted(page, 'cannot store');
    await page.fill('#q', 'tides');
    await page.getByText(TIDES_TITLE).first().waitFor();
    await page.close();
    host.close();
    assert.deepEqual(await titles(await visit()), [SKY_TITLE], 'what was kept before is still there');
    assert.deepEqual(errors, []);
  });

  /** Damages the index that the browser has stored. */
  const damageStore = (page: Page) =>
    page.evaluate(`(async () => {
      const cache = await caches.open('askdex-snapshots');
      for (const request of await cache.keys()) {
        if (request.url.endsWith('=manifest')) continue;
        const bytes = new Uint8Array(await (await cache.match(request)).arrayBuffer());
        bytes[bytes.length >> 1] ^= 1;
        await cache.put(request, new Response(bytes));
      }
    })()`);

  it('downloads the snapshot again if the stored one is damaged', async () => {
    await damageStore(await visited());
    const page = await visit();
    assert.deepEqual(await titles(page), [SKY_TITLE]);
    assert.equal(host.asked.filter(({ path }) => path === '/index.askdex.gz').length, 2);
    assert.deepEqual(errors, []);
  });

  it('reports that it cannot search if the stored snapshot is damaged and there is no network', async () => {
    await damageStore(await visited());
    host.close();
    const page = await visit();
    await page.getByRole('alert').getByText('cannot be fetched').waitFor();
    assert.equal(await page.locator('#hits li').count(), 0);
    assert.deepEqual(errors, []);
  });

  const served: readonly (readonly [string, string, (bytes: Buffer) => Buffer, string])[] = [
    ['a truncated file', 'index.askdex', (bytes) => bytes.subarray(0, -9), 'index.askdex has'],
    ['an altered file', 'index.askdex', flipped, 'index.askdex does not match its checksum'],
    ['half a manifest', 'manifest.json', (bytes) => bytes.subarray(0, 99), 'manifest.json is not JSON'],
  ];
  for (const [what, file, change, message] of served) {
    it(`shows only an error if the host serves ${what}`, async () => {
      host.altered.set(file, change);
      host.altered.set('index.askdex.gz', change);
      const page = await visit();
      await page.getByRole('alert').getByText(message).waitFor();
      assert.equal(await page.locator('#hits li').count(), 0);
      assert.deepEqual(errors, []);
    });
  }

  it('refuses, in a worker too, a snapshot that another key signed', async () => {
    const page = await visited();
    const other = publisher().publicKey;
    const codes = await page.evaluate(`(async ({ right, wrong }) => {
      const { openSnapshot } = await import('/page/client.js');
      const codeOf = (options) =>
        openSnapshot('/', { ...options, store: false }).then(
          (snapshot) => snapshot.close().then(() => 'opened'),
          (error) => error.code,
        );
      return Promise.all([
        codeOf({ publicKey: right }),
        codeOf({ publicKey: wrong }),
        codeOf({ publicKey: wrong, worker: false }),
        codeOf({ minSequence: 2 }),
      ]);
    })(${JSON.stringify({ right: site.publicKey, wrong: other })})`);
    assert.deepEqual(codes, ['opened', 'snapshot_untrusted', 'snapshot_untrusted', 'snapshot_untrusted']);
  });
});
