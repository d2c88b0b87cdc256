// Bytes that the first and the second query of a first visit download, from Chromium's network log, beside Pagefind over
// the same questions as pages.
// usage: node bench/first-visit.mjs CORPUS [--index FOLDER]
import { join } from 'node:path';
import { hostFolders, launchBrowser } from './lib/browser.mjs';
import { readCorpus } from './lib/corpus.mjs';
import { readArguments, withExports } from './lib/generation.mjs';
import { mean } from './lib/measure.mjs';
import { pagefindOf } from './lib/peers.mjs';
import { PROBE } from './lib/probe.mjs';
import { count, percent, printTable } from './lib/table.mjs';

const SECOND = 'how is asthma treated';

const OURS = {
  open: `import('/client/client.js').then(async ({ openSnapshot }) => {
    globalThis.snapshot = await openSnapshot('/none/', { form: 'lazy', store: false });
  })`,
  ask: (q) => `snapshot.search(${JSON.stringify(q)}).then(({ hits }) => hits.length)`,
};
/** Ten hits with their contents, as Pagefind's own interface loads them. */
const PAGEFIND = {
  open: `import('/pagefind/pagefind.js').then((pagefind) => {
    globalThis.pagefind = pagefind;
    return pagefind.init();
  })`,
  ask: (q) => `pagefind.search(${JSON.stringify(q)})
    .then(({ results }) => Promise.all(results.slice(0, 10).map((one) => one.data())))
    .then((hits) => hits.length)`,
};

/** Bytes (with headers) and requests of a first and a second query in a fresh browser context. */
async function visit(browser, url, { open, ask }, q) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(url);
  let sizes = [];
  page.on('requestfinished', (request) => sizes.push(request.sizes()));
  const moved = async () => {
    // Requests that nothing waits for count as well.
    await page.waitForLoadState('networkidle');
    const all = await Promise.all(sizes);
    sizes = [];
    const bytes = all.reduce((sum, one) => sum + one.responseBodySize + one.responseHeadersSize, 0);
    return { bytes, requests: all.length };
  };
  await page.evaluate(open);
  const hits = await page.evaluate(ask(q));
  const first = await moved();
  await page.evaluate(ask(SECOND));
  const second = await moved();
  await context.close();
  return { hits, first, second };
}

const { positionals, values } = readArguments('node bench/first-visit.mjs CORPUS.jsonl[.gz] [--index FOLDER]');
const [content] = positionals;

await withExports(content, values.index, { texts: ['none'] }, async (folder) => {
  const questions = await readCorpus(content);
  await pagefindOf(questions, join(folder, 'pagefind'));
  const host = await hostFolders({
    '/client/': new URL('../dist/browser', import.meta.url).pathname,
    '/none/': join(folder, 'none'),
    '/pagefind/': join(folder, 'pagefind'),
  });
  const browser = await launchBrowser();
  try {
    const rows = [];
    for (const q of PROBE) {
      const ours = await visit(browser, host.url, OURS, q);
      const theirs = await visit(browser, host.url, PAGEFIND, q);
      rows.push({ q, ours, theirs });
    }
    console.log(
      `## The first visit\n\n${count(questions.length)} questions. Bytes with headers, the library included; ` +
        'requests in brackets.\n',
    );
    const shown = ({ bytes, requests }) => `${count(bytes)} (${requests})`;
    const summed = (who, which) => mean(rows.map((row) => row[who][which].bytes));
    printTable([
      ['first query', 'Askdex', 'Pagefind', 'second query: Askdex', 'Pagefind'],
      ...rows.map(({ q, ours, theirs }) => [q, ...[ours.first, theirs.first, ours.second, theirs.second].map(shown)]),
      [
        'mean',
        ...[
          summed('ours', 'first'),
          summed('theirs', 'first'),
          summed('ours', 'second'),
          summed('theirs', 'second'),
        ].map((bytes) => count(Math.round(bytes))),
      ],
    ]);
    printTable([
      ['Askdex in % of Pagefind', 'bytes', 'at most'],
      ['first query', percent(summed('ours', 'first') / summed('theirs', 'first')), '50 %'],
      ['second query', percent(summed('ours', 'second') / summed('theirs', 'second')), 'under 100 %'],
    ]);
  } finally {
    await browser.close();
    host.close();
  }
});
