import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { describeSite, until } from './support/site.js';

const CONTENT = new URL('../../content/', import.meta.url);
const DOCUMENTS = readdirSync(CONTENT, { recursive: true }).filter((name) => String(name).endsWith('.md')).length;

const titles = (page: Page): Promise<string[]> => page.locator('#hits h2').allTextContents();
const firstHit = (page: Page, title: string): Promise<void> =>
  page.locator('#hits > li:first-child h2', { hasText: title }).waitFor();
const focused = (page: Page): Promise<unknown> =>
  page.evaluate('document.activeElement?.id || document.activeElement?.textContent');

describeSite('the search page', {}, (site) => {
  it('shows every document before a query is typed', async () => {
    const page = await site.open('/');
    assert.equal(await page.title(), 'Askdex');
    assert.equal(await page.locator('h1:visible').textContent(), 'What would you like to know?');
    assert.equal(await page.locator('#status').textContent(), `${DOCUMENTS} questions`);
    assert.equal(await page.locator('#hits > li').count(), 10);
    assert.equal(await focused(page), 'q');
  });

  it('answers while a query is typed, the best hit first and its words highlighted', async () => {
    const page = await site.open('/');
    await page.keyboard.type('why does ice float');
    await firstHit(page, 'Why does ice float on water?');
    const hit = page.locator('#hits > li:first-child');
    assert.deepEqual(await hit.locator('h2 mark').allTextContents(), ['ice', 'float']);
    const marked = await hit.locator('p mark').allTextContents();
    assert.ok(marked.includes('Ice') && marked.includes('floats'), String(marked));
    assert.equal(await hit.locator('.facts').textContent(), 'Chemistry · Jan 19, 2022');
    assert.match((await page.locator('#status').textContent()) ?? '', /^\d+ answers in \d+ ms$/);
    assert.equal(new URL(page.url()).search, '?q=why+does+ice+float');
    assert.equal(await page.title(), 'why does ice float · Askdex');
  });

  it('finds a question with other words', async () => {
    const page = await site.open('/?q=fighting+rising+prices+by+interest+rates');
    await firstHit(page, 'What causes inflation');
  });

  it('returns from a query to the state before with one step back, not letter by letter', async () => {
    const page = await site.open('/');
    await page.keyboard.type('merge');
    await firstHit(page, 'merge sort');
    await page.keyboard.type(' sort');
    await page.waitForURL('**/?q=merge+sort');
    await page.goBack();
    await until(page, "document.querySelector('#q').value === ''");
    await page.locator('#status', { hasText: `${DOCUMENTS} questions` }).waitFor();
  });

  it('searches at once with Enter, and closes the suggestions', async () => {
    const page = await site.open('/');
    await page.keyboard.type('vaccine');
    await page.locator('#suggestions li').first().waitFor();
    await page.keyboard.press('Enter');
    await page.locator('#suggestions').waitFor({ state: 'hidden' });
    await firstHit(page, 'How do vaccines train the immune system?');
    assert.equal(await focused(page), 'q');
  });

  it('moves through suggestions with the arrow keys, closes them with Escape and opens one with Enter', async () => {
    const page = await site.open('/');
    await page.keyboard.type('what is the difference');
    const options = page.locator('#suggestions li');
    await options.first().waitFor();
    assert.equal(await page.getAttribute('#q', 'aria-expanded'), 'true');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    assert.equal(await options.nth(1).getAttribute('aria-selected'), 'true');
    assert.equal(await page.getAttribute('#q', 'aria-activedescendant'), await options.nth(1).getAttribute('id'));
    await page.keyboard.press('ArrowUp');
    assert.equal(await options.first().getAttribute('aria-selected'), 'true');
    await page.keyboard.press('Escape');
    assert.equal(await page.getAttribute('#q', 'aria-expanded'), 'false');
    assert.equal(await page.inputValue('#q'), 'what is the difference');

    await page.keyboard.type(' ');
    await options.first().waitFor();
    const chosen = await options.first().textContent();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.locator('#document-view h1').waitFor();
    assert.equal(await page.locator('#document-view h1').textContent(), chosen);
  });

  it('opens a suggestion that is clicked', async () => {
    const page = await site.open('/');
    await page.keyboard.type('escape vel');
    const option = page.locator('#suggestions li').first();
    await option.click();
    await page.locator('#document-view h1', { hasText: 'escape velocity' }).waitFor();
  });

  it('works with the keyboard alone, from the skip link to a document', async () => {
    const page = await site.open('/?q=escape+velocity');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Shift+Tab');
    assert.equal(await focused(page), 'Skip to the results');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    assert.equal(await focused(page), 'sort');
    for (let step = 0; step < 60 && !String(await focused(page)).startsWith('How do you'); step += 1) {
      await page.keyboard.press('Tab');
    }
    assert.equal(await focused(page), 'How do you compute the escape velocity of a planet?');
    await page.keyboard.press('Enter');
    await page.locator('#document-view h1').waitFor();
    assert.equal(await focused(page), 'How do you compute the escape velocity of a planet?');
  });

  it('filters by one or more subjects, and keeps them in the address', async () => {
    const page = await site.open('/?q=energy');
    const chip = (subject: string) => page.locator('#subjects button', { hasText: subject });
    const subjects = async (): Promise<string[]> => {
      const facts = await page.locator('#hits .facts').allTextContents();
      return [...new Set(facts.map((fact) => fact.split(' · ')[0] ?? ''))].sort();
    };
    const total = async (): Promise<number> => parseInt((await page.textContent('#status')) ?? '', 10);
    const counted = parseInt(/\d+/.exec((await chip('Physics').textContent()) ?? '')?.[0] ?? '', 10);

    await chip('Physics').click();
    await page.waitForURL('**/?q=energy&subject=Physics');
    await page.locator('#status', { hasText: new RegExp(`^${counted} answers?`) }).waitFor();
    assert.deepEqual(await subjects(), ['Physics']);
    assert.equal(await chip('Physics').getAttribute('aria-pressed'), 'true');
    assert.equal(await total(), counted);

    await chip('Biology').click();
    await until(page, "document.querySelectorAll('[aria-pressed=true]').length === 2");
    assert.deepEqual(await subjects(), ['Biology', 'Physics']);
    assert.ok((await total()) > counted);

    await page.reload();
    await until(page, "document.querySelectorAll('[aria-pressed=true]').length === 2");
    assert.deepEqual(await subjects(), ['Biology', 'Physics']);

    await chip('Physics').click();
    await chip('Biology').click();
    await page.waitForURL('**/?q=energy');
  });

  it('sorts by date, in both directions', async () => {
    const page = await site.open('/?q=energy');
    const years = async (): Promise<string[]> =>
      (await page.locator('#hits .facts').allTextContents()).map((fact) => fact.slice(-4));
    for (const [order, sorted] of [
      ['date:desc', (a: string, b: string) => b.localeCompare(a)],
      ['date:asc', (a: string, b: string) => a.localeCompare(b)],
    ] as const) {
      const before = await titles(page);
      await page.selectOption('#sort', order);
      await page.waitForURL(`**sort=${encodeURIComponent(order)}`);
      await until(
        page,
        `JSON.stringify([...document.querySelectorAll('#hits h2')].map((h) => h.textContent)) !== ${JSON.stringify(JSON.stringify(before))}`,
      );
      const found = await years();
      assert.deepEqual(found, [...found].sort(sorted));
    }
  });

  it('shows more hits and moves the focus to the first new one, until there are no more', async () => {
    const page = await site.open('/');
    for (let shown = 10; shown < DOCUMENTS; shown += 10) {
      assert.equal(await page.locator('#hits > li').count(), shown);
      await page.click('#more');
      await page.locator(`#hits > li:nth-child(${shown + 1})`).waitFor();
      assert.equal(await focused(page), (await titles(page))[shown]);
    }
    assert.equal(await page.locator('#hits > li').count(), DOCUMENTS);
    assert.equal(new Set(await titles(page)).size, DOCUMENTS);
    assert.ok(await page.locator('#more').isHidden());
  });

  it('reports that nothing was found, and offers every subject again', async () => {
    const page = await site.open('/?q=zzqxv&subject=Physics');
    await page.locator('#message h2', { hasText: 'Nothing found for “zzqxv”' }).waitFor();
    assert.equal(await page.locator('#hits > li').count(), 0);
    assert.ok(await page.locator('#more').isHidden());
    assert.match((await page.textContent('#status')) ?? '', /^0 answers/);
    await page.click('#message button');
    await page.waitForURL('**/?q=zzqxv');
    assert.equal(await page.locator('#message button').count(), 0);
    await page.fill('#q', 'ice');
    await firstHit(page, 'ice');
    assert.equal(await page.locator('#message').textContent(), '');
  });

  it('offers the proposed spelling', async () => {
    const page = await site.open('/?q=hepatits', {
      // The page must show any proposal of the ranking.
      prepare: async (one) => {
        await one.route('**/v1/search?q=hepatits&**', async (route) => {
          const answer: unknown = await (await route.fetch()).json();
          await route.fulfill({ json: Object.assign({}, answer, { didYouMean: 'vaccines <b>' }) });
        });
      },
    });
    const link = page.locator('#meant a');
    assert.equal(await page.locator('#meant').textContent(), 'Did you mean vaccines <b>?');
    await link.click();
    await page.waitForURL('**/?q=vaccines+%3Cb%3E');
    await firstHit(page, 'How do vaccines train the immune system?');
    assert.equal(await page.inputValue('#q'), 'vaccines <b>');
  });

  it('never replaces a newer answer by an older one', async () => {
    const page = await site.open('/');
    let release = (): void => undefined;
    const newerShown = new Promise<void>((resolve) => (release = resolve));
    let late = (): void => undefined;
    const lateGone = new Promise<void>((resolve) => (late = resolve));
    await page.route('**/v1/search?q=bridge&**', async (route) => {
      await newerShown;
      // The page may have aborted the request by then.
      await route.continue().catch(() => undefined);
      late();
    });
    const older = page.waitForRequest('**/v1/search?q=bridge&**');
    await page.fill('#q', 'bridge');
    await older;
    await page.fill('#q', 'inflation');
    await firstHit(page, 'What causes inflation');
    release();
    await lateGone;
    // The answer to a third query arrives after the first has been handled.
    await page.evaluate("fetch('v1/search?q=bridges').then((answer) => answer.text())");
    assert.match((await titles(page))[0] ?? '', /inflation/);
    assert.equal(await page.inputValue('#q'), 'inflation');
  });

  for (const [what, typed] of [
    ['markup', '<img src=x onerror="alert(1)">'],
    ['an operator', '"OR 1=1; -- \\ * ~ ^ :'],
    ['an emoji cut in half', '\ud83d ice'],
    ['a word of 2000 letters', 'x'.repeat(2000)],
  ] as const) {
    it(`treats ${what} as a query`, async () => {
      const page = await site.open('/');
      await page.fill('#q', typed);
      await until(page, "document.title !== 'Askdex'");
      await until(page, "document.querySelector('#search-view').ariaBusy === 'false'");
      assert.equal(await page.locator('#message .error').count(), 0, await page.innerText('#message'));
    });
  }
});
