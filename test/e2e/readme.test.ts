import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { serveLocally } from '../support/local-server.js';
import { describeSite } from './support/site.js';

const README = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const ADDRESS = 'http://127.0.0.1:7373';

/** The search box example of the README. */
function searchBox(): string {
  const example = /```html\n(.*?)```/s.exec(README)?.[1];
  if (example?.includes(ADDRESS) !== true) throw new Error('The README has no example that calls the API.');
  return example;
}

describeSite('the search box of the README', { environment: { ASKDEX_CORS_ORIGINS: '*' } }, (site) => {
  it('works on a page of another origin', async () => {
    const html = `<!doctype html><title>A site</title>${searchBox().replaceAll(ADDRESS, site.url())}`;
    const server = await serveLocally((_request, response) => {
      response.setHeader('Content-Type', 'text/html; charset=utf-8').end(html);
    });
    try {
      const { origin } = server;
      site.allow(new RegExp(`^request to ${origin}/`));
      const page = await site.open('/docs');
      await page.goto(`${origin}/`);
      await page.fill('#ask', 'how do central banks fight rising prices');
      const answer = page.locator('#answers li').first();
      await answer.locator('a', { hasText: 'What causes inflation' }).waitFor();
      assert.ok((await answer.locator('p mark').allTextContents()).includes('rise'));
    } finally {
      await server.close();
    }
  });
});
