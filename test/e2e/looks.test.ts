import assert from 'node:assert/strict';
import axe from 'axe-core';
import type { AxeResults } from 'axe-core';
import { describeSite } from './support/site.js';

const BLOOD_PRESSURE = encodeURIComponent(
  '/learn/medicine/questions/what-do-the-two-numbers-in-a-blood-pressure-reading-mean',
);

const PLACES = {
  'before a question': '/',
  'with hits': '/?q=difference+between+heat+and+temperature&subject=Physics',
  'with no hits': '/?q=zzqxv',
  'in a document with a table, code and LaTeX': `/?q=blood&doc=${BLOOD_PRESSURE}`,
  'in the description of the API': '/docs',
  'in the list of errors': '/docs/errors',
} as const;

/** sRGB of `rgb(…)`, 0 black to 1 white. */
function brightness(color: unknown): number {
  const [red = 0, green = 0, blue = 0] = (String(color).match(/\d+(?:\.\d+)?/g) ?? []).map(Number);
  return (red + green + blue) / (3 * 255);
}

describeSite('the appearance of the page', {}, (site) => {
  for (const [place, path] of Object.entries(PLACES)) {
    for (const colorScheme of ['light', 'dark'] as const) {
      it(`passes the accessibility checks ${place}, ${colorScheme}`, async () => {
        const page = await site.open(path, { colorScheme });
        await page.evaluate(axe.source);
        // The checker lists what it found. Only advice may be ignored.
        const results = await page.evaluate<AxeResults>("axe.run(document, { resultTypes: ['violations'] })");
        const grave = results.violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
        assert.deepEqual(
          grave.map(({ id, help, nodes }) => [id, help, nodes.map((node) => node.html)]),
          [],
        );
      });
    }

    for (const width of [320, 390, 768]) {
      it(`fits a screen of ${width} pixels ${place}`, async () => {
        const page = await site.open(path, { viewport: { width, height: 640 } });
        assert.equal(
          await page.evaluate('document.documentElement.scrollWidth'),
          await page.evaluate('document.documentElement.clientWidth'),
        );
      });
    }
  }

  it('is dark if the visitor prefers a dark scheme', async () => {
    const colors = 'getComputedStyle(document.body)';
    for (const [colorScheme, dark] of [
      ['light', false],
      ['dark', true],
    ] as const) {
      const page = await site.open('/', { colorScheme });
      const paper = brightness(await page.evaluate(`${colors}.backgroundColor`));
      const ink = brightness(await page.evaluate(`${colors}.color`));
      assert.equal(paper < 0.2, dark);
      assert.equal(ink > 0.7, dark);
    }
  });

  it('shows where the keyboard focus is', async () => {
    const page = await site.open('/?q=ice');
    const outline = "getComputedStyle(document.activeElement).outlineStyle + ' ' + document.activeElement.tagName";
    const seen = new Set<unknown>();
    for (let step = 0; step < 12; step += 1) {
      await page.keyboard.press('Tab');
      seen.add(await page.evaluate(outline));
    }
    assert.deepEqual(
      [...seen].filter((one) => String(one).startsWith('none')),
      [],
    );
    assert.ok(seen.size >= 3, String([...seen]));
  });

  it('explains without JavaScript what works without it', async () => {
    const page = await site.open('/docs', { javaScriptEnabled: false });
    await page.goto(`${site.url()}/`);
    assert.match(await page.innerText('noscript'), /needs JavaScript/);
  });
});
