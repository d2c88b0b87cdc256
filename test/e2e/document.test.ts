import assert from 'node:assert/strict';
import { describeSite } from './support/site.js';

const MERGE_SORT = '/learn/computer-science/questions/why-does-merge-sort-run-in-o-n-log-n-time';
const address = (key: string, rest = ''): string => `/?${rest}doc=${encodeURIComponent(key)}`;

describeSite('the document page', {}, (site) => {
  it('opens from a hit, and the back button returns to the same position in the same hits', async () => {
    const page = await site.open('/');
    await page.click('#more');
    const link = page.locator('#hits > li:nth-child(15) h2 a');
    await link.waitFor();
    const title = await link.textContent();
    await link.scrollIntoViewIfNeeded();
    const scrolled = await page.evaluate('scrollY');
    await link.click();
    const heading = page.locator('#document-view h1');
    await heading.waitFor();
    assert.equal(await heading.textContent(), title);
    assert.equal(await page.title(), `${title} · Askdex`);
    assert.equal(await page.evaluate('document.activeElement.tagName'), 'H1');
    assert.equal(await page.evaluate('scrollY'), 0);
    assert.ok(await page.locator('#search-view').isHidden());

    await page.goBack();
    await page.locator('#hits').waitFor();
    assert.ok(await page.locator('#document-view').isHidden());
    assert.equal(await page.locator('#hits > li').count(), 20);
    assert.equal(await page.evaluate('document.activeElement.textContent'), title);
    assert.equal(await page.evaluate('scrollY'), scrolled);
    assert.equal(await page.title(), 'Askdex');

    await page.goForward();
    await heading.waitFor();
    assert.equal(await heading.textContent(), title);
  });

  it('shows headings, lists, a table and LaTeX as in the source', async () => {
    const page = await site.open(address(MERGE_SORT));
    const answer = page.locator('#document-view .answer');
    assert.deepEqual(await answer.locator('h2').allTextContents(), ['The recurrence', 'Level by level', 'Remarks']);
    assert.deepEqual(await answer.locator('th').allTextContents(), [
      'Level',
      'Sublists',
      'Length of each',
      'Work on the level',
    ]);
    assert.deepEqual(await answer.locator('tbody tr:last-child td').allTextContents(), ['\\log_2 n', 'n', '1', 'cn']);
    assert.equal(await answer.locator('ul').count(), 2);
    assert.match((await answer.locator('pre.math').textContent()) ?? '', /^\\begin\{aligned\}\n.*\\\\\n/);
    assert.equal(await answer.locator('li code').first().textContent(), 'n');
    assert.equal(await page.locator('#document-view .facts').first().textContent(), 'Computer Science · Nov 2, 2022');
  });

  it('links back to the hits that it was opened from', async () => {
    const page = await site.open('/?q=energy');
    const link = page.locator('#hits h2 a').last();
    await link.scrollIntoViewIfNeeded();
    const scrolled = await page.evaluate('scrollY');
    assert.notEqual(scrolled, 0);
    await link.click();
    await page.click('#document-view .back');
    await page.locator('#hits').waitFor();
    assert.equal(new URL(page.url()).search, '?q=energy');
    assert.equal(await page.inputValue('#q'), 'energy');
    assert.equal(await page.evaluate('scrollY'), scrolled);
  });

  it('links to related documents, and from its keywords to a search', async () => {
    const page = await site.open(address(MERGE_SORT));
    const related = page.locator('#document-view .related a').first();
    const title = (await related.textContent()) ?? '';
    await related.click();
    await page.locator('#document-view h1', { hasText: title }).waitFor();
    await page.goBack();
    await page.locator('#document-view h1', { hasText: 'merge sort' }).waitFor();
    await page.locator('.keywords a', { hasText: 'O(n log n)' }).click();
    await page.waitForURL('**/?q=O%28n+log+n%29');
    await page.locator('#hits h2', { hasText: 'merge sort' }).waitFor();
  });

  it('has its own address, which can be reloaded and shared', async () => {
    const page = await site.open(address(MERGE_SORT, 'q=sort&'));
    await page.reload();
    await page.locator('#document-view h1', { hasText: 'merge sort' }).waitFor();
    assert.equal(await page.inputValue('#q'), 'sort');
    await page.fill('#q', 'heat pump');
    await page.locator('#hits h2', { hasText: 'heat pump' }).waitFor();
    assert.ok(await page.locator('#document-view').isHidden());
    await page.goBack();
    await page.locator('#document-view h1', { hasText: 'merge sort' }).waitFor();
  });

  it('opens in a new tab if the visitor asks the browser for one', async () => {
    const page = await site.open('/?q=merge+sort');
    const opened = page.context().waitForEvent('page');
    await page
      .locator('#hits h2 a')
      .first()
      .click({ modifiers: ['ControlOrMeta'] });
    const tab = await opened;
    await tab.locator('#document-view h1', { hasText: 'merge sort' }).waitFor();
    assert.ok(await page.locator('#document-view').isHidden());
  });

  it('shows a message if the index has no such document', async () => {
    site.allow(/status of 404/);
    for (const key of ['/nowhere', '../../etc/passwd', '<script>alert(1)</script>']) {
      const page = await site.open(address(key));
      await page.locator('#message [role=alert] h2', { hasText: 'That question is not here' }).waitFor();
      await page.click('#message a');
      await page.locator('#hits > li').first().waitFor();
    }
  });
});
