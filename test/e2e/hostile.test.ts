import assert from 'node:assert/strict';
import { describeSite, until } from './support/site.js';

const TITLE = '<img src=x onerror="window.hacked=1"> & <b>ice</b>: <script>window.hacked=2</script>';
const SUBJECT = '"><svg onload=window.hacked=3>';
const KEYWORD = 'javascript:window.hacked=4//<i>';
const URL = '/"><svg/onload=window.hacked=5>';
const LONG = `ice${'W'.repeat(300)}`;

const HOSTILE = `---
title: '${TITLE}'
subject: '${SUBJECT}'
url: '${URL}'
seo:
  page_keywords: '${KEYWORD}'
related_article1:
  title: '${TITLE.replace('ice', 'water')}'
  url: 'javascript:window.hacked=6'
  subject: '${SUBJECT}'
question: '${TITLE}'
answer: >-
    Ice <img src=y onerror=window.hacked=7> \`<script>window.hacked=8</script>\` [link](javascript:window.hacked=9) ${LONG}\\n\\n| ice | <b>b</b> |\\n|---|---|\\n| \`a | b\` | c |
---
`;

const OTHER = `---
title: Another question about ice
url: /other
answer: Ice is frozen water.
---
`;

const SCRIPT_URL = OTHER.replace('/other', 'javascript:window.hacked=10');

const CONTENT = { 'hostile.md': HOSTILE, 'other.md': OTHER, 'script-url.md': SCRIPT_URL };

describeSite('a hostile document', { content: CONTENT }, (site) => {
  it('is shown as plain text in a hit, a suggestion, a filter and a document', async () => {
    const page = await site.open('/?q=ice', { viewport: { width: 360, height: 700 } });
    const hit = page.locator('#hits > li', { has: page.locator('h2', { hasText: TITLE }) });
    assert.equal(await hit.locator('h2').textContent(), TITLE);
    assert.equal(await hit.locator('.facts').textContent(), SUBJECT);

    await page.locator('#subjects button', { hasText: SUBJECT }).click();
    await until(page, "document.querySelectorAll('#hits > li').length === 1");

    await page.fill('#q', 'img');
    assert.equal(await page.locator('#suggestions li').first().textContent(), TITLE);

    await hit.locator('h2 a').click();
    await page.locator('#document-view h1').waitFor();
    assert.equal(await page.locator('#document-view h1').textContent(), TITLE);
    assert.equal(await page.locator('.keywords a').first().textContent(), KEYWORD);
    assert.match((await page.locator('.answer').textContent()) ?? '', /<script>window\.hacked=8<\/script>/);

    assert.equal(await page.evaluate('window.hacked'), undefined);
    const foreign = 'main img, main svg, main script, main iframe, main b, main i, [onerror], [onload]';
    assert.equal(await page.locator(foreign).count(), 0);
    const links: unknown = await page.evaluate("[...document.links].map((link) => link.protocol).join(' ')");
    assert.doesNotMatch(String(links), /javascript/);
    assert.equal(await page.evaluate('document.documentElement.scrollWidth > innerWidth'), false);
  });
});
