import assert from 'node:assert/strict';
import { describeSite } from './support/site.js';

const ADMIN_KEY = 'an-admin-key-for-this-test';
const SEARCH_KEY = 'a-search-key-for-this-test';
const ICE = '---\ntitle: Why does ice float?\nsubject: Physics\n---\n\nIce is lighter than water.\n';

describeSite('a server that stops', {}, (site) => {
  it('is reported, and the search continues once the server is back', async () => {
    site.allow(/ERR_CONNECTION_REFUSED|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET/);
    const page = await site.open('/?q=ice');
    await site.stopServer();
    await page.fill('#q', 'inflation');
    const notice = page.locator('#message [role=alert]');
    await notice.locator('h2', { hasText: 'That did not work' }).waitFor();
    assert.match((await notice.textContent()) ?? '', /The server cannot be reached/);
    assert.equal(await page.locator('#hits > li').count(), 0);

    await notice.locator('button').click();
    await notice.waitFor();
    await site.restartServer();
    await page.locator('#message button', { hasText: 'Try again' }).click();
    await page.locator('#hits h2', { hasText: 'What causes inflation' }).waitFor();
    assert.equal(await page.locator('#message').textContent(), '');
  });
});

describeSite(
  'a site without an index',
  { content: {}, environment: { ASKDEX_ADMIN_KEY: ADMIN_KEY }, until: 'listening' },
  (site) => {
    it('is reported as being built, and the page searches once it is', async () => {
      site.allow(/status of 503/);
      const page = await site.open('/?q=ice');
      await page.locator('#message h2', { hasText: 'The index is being built' }).waitFor();

      site.write('ice.md', ICE);
      const headers = { Authorization: `Bearer ${ADMIN_KEY}` };
      const accepted = await page.request.post(`${site.url()}/v1/admin/reindex`, { headers });
      assert.equal(accepted.status(), 202);
      // The stream ends with the task.
      const stream = await page.request.get(`${site.url()}${accepted.headers()['location']}/stream`, {
        headers,
      });
      assert.match(await stream.text(), /"status":"succeeded"/);
      await page.locator('#message button', { hasText: 'Try again' }).click();
      await page.locator('#hits h2', { hasText: 'Why does ice float?' }).waitFor();
    });
  },
);

describeSite('a search key that a site requires', { environment: { ASKDEX_SEARCH_KEYS: SEARCH_KEY } }, (site) => {
  it('is accepted from the visitor and kept as long as the tab is open', async () => {
    site.allow(/status of 401/);
    const page = await site.open('/?q=ice');
    await page.getByLabel('Search key').fill(' not the kéy at all ');
    await page.getByText('Use it').click();
    await page.locator('#message', { hasText: 'not a search key' }).waitFor();
    await page.getByLabel('Search key').fill(SEARCH_KEY);
    await page.getByText('Use it').click();
    await page.locator('#hits h2', { hasText: 'Why does ice float on water?' }).waitFor();
    await page.reload();
    await page.locator('#hits h2', { hasText: 'Why does ice float on water?' }).waitFor();
  });
});

describeSite('a site under a base path', { environment: { ASKDEX_BASE_PATH: '/help/search' } }, (site) => {
  it('searches, opens documents and keeps its links below the base path', async () => {
    const page = await site.open('/?q=ice+float');
    await page.locator('#hits h2 a').first().click();
    await page.locator('#document-view h1', { hasText: 'Why does ice float' }).waitFor();
    assert.ok(page.url().startsWith(`${site.url()}/?`), page.url());
    await page.reload();
    await page.locator('#document-view h1', { hasText: 'Why does ice float' }).waitFor();
    await page.click('#home');
    await page.locator('#hits > li').first().waitFor();
    assert.equal(page.url(), `${site.url()}/`);
    for (const name of ['API', 'Errors', 'OpenAPI']) {
      await page.goto(`${site.url()}/`);
      const answer = page.waitForResponse((one) => one.request().isNavigationRequest());
      await page.getByRole('link', { name, exact: true }).click();
      assert.equal((await answer).status(), 200, name);
      assert.ok(page.url().startsWith(`${site.url()}/`), page.url());
    }
  });

  it('redirects to the slash at its end and keeps the query', async () => {
    const page = await site.open('?q=ice+float');
    await page.locator('#hits h2', { hasText: 'Why does ice float' }).waitFor();
    assert.equal(page.url(), `${site.url()}/?q=ice+float`);
  });
});
