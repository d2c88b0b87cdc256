import assert from 'node:assert/strict';
import { openSnapshot } from '../../src/client/index.js';
import { findChromium, launch } from './support/chromium.js';
import { sampleExport, type SampleExport } from './support/sample-export.js';

const QUERIES = ['why is the sky blue', 'newton', 'nwton law', 'binary sear', '"sky blue"', 'cell -animal', ''];

describe('a lazy snapshot in a browser', function () {
  const found = findChromium();
  if ('why' in found) {
    it.skip(`is skipped: ${found.why}`);
    return;
  }
  this.timeout(120_000);
  let sample: SampleExport;
  before(async () => {
    sample = await sampleExport('none');
  });
  after(() => sample.close());

  it('finds what a whole snapshot finds, then downloads the rest', async () => {
    const snapshot = await openSnapshot(sample.folder);
    const whole = await Promise.all(QUERIES.map((q) => snapshot.search(q)));
    const browser = await launch(found.path);
    try {
      const page = await browser.newPage();
      const errors: string[] = [];
      page.on('pageerror', (error) => errors.push(error.message));
      await page.goto(sample.origin);
      const code = `(async (queries) => {
        const { openSnapshot } = await import('/dist/browser/client.js');
        const snapshot = await openSnapshot('search/', { form: 'lazy' });
        const lazy = [];
        for (const query of queries) lazy.push(await snapshot.search(query));
        await snapshot.fill();
        const kept = await openSnapshot('search/', { form: 'lazy' });
        const again = 'fill' in kept;
        const filled = [];
        for (const query of queries) filled.push(JSON.stringify(await snapshot.search(query)));
        return { lazy, filled, again };
      })(${JSON.stringify(QUERIES)})`;
      const { lazy, filled, again } = await page.evaluate<{
        lazy: typeof whole;
        filled: string[];
        again: boolean;
      }>(code);
      const shown = (answers: typeof whole) =>
        answers.map(({ hits, ...rest }) => ({ ...rest, hits: hits.map((hit) => ({ ...hit, related: [] })) }));
      assert.deepEqual(shown(lazy), JSON.parse(JSON.stringify(shown(whole))));
      assert.deepEqual(
        filled,
        whole.map((answer) => JSON.stringify(answer)),
      );
      assert.equal(again, false, 'what is kept is opened whole');
      assert.ok(!sample.whole.some((path) => path.endsWith('/index.lazy')));
      assert.deepEqual(errors, []);
    } finally {
      await browser.close();
    }
  });
});
