// Compares the answers of the API, of the client in Node and of the client in Chromium.
// usage: node bench/offline-parity.mjs CORPUS [--queries 2000] [--index FOLDER]
import { join } from 'node:path';
import { variedQueries } from '../test/support/varied-queries.mjs';
import { hostFolders, launchBrowser } from './lib/browser.mjs';
import { product, readArguments, withExports } from './lib/generation.mjs';
import { count, printTable } from './lib/table.mjs';

const { positionals, values } = readArguments(
  'node bench/offline-parity.mjs CORPUS [--queries 2000] [--index FOLDER]',
  {
    options: { queries: { type: 'string', default: '2000' } },
  },
);
const [content] = positionals;

const environment = {
  ...{ ASKDEX_SCHEDULE: 'off', PORT: '0', ASKDEX_RATE_LIMIT: 'off' },
  ASKDEX_ADMIN_KEY: 'a-key-for-measuring-that-is-long-enough',
};
const exports = { texts: ['full', 'none'], environment };
await withExports(content, values.index, exports, async (folder, config) => {
  const { openSnapshot } = await product.client();
  const full = await openSnapshot(join(folder, 'full'));
  const queries = await queriesOf(full, Number(values.queries));
  const bare = ({ processingTimeMs: _time, ...answer }) => JSON.stringify(answer);

  const fromNode = [];
  for (const { q, options } of queries) fromNode.push(bare(await full.search(q, options)));
  const fromApi = await askApi(config, queries, bare);
  const host = await hostFolders({
    '/client/': new URL('../dist/browser', import.meta.url).pathname,
    '/full/': join(folder, 'full'),
    '/none/': join(folder, 'none'),
  });
  const browser = await launchBrowser();
  try {
    const fromBrowser = await askBrowser(browser, host.url, { source: '/full/', queries });
    const noneInBrowser = await askBrowser(browser, host.url, { source: '/none/', queries });
    const lazily = { form: 'lazy', store: false };
    const lazyInBrowser = await askBrowser(browser, host.url, { source: '/none/', queries, given: lazily });
    const none = await openSnapshot(join(folder, 'none'));
    const noneInNode = [];
    for (const { q, options } of queries) noneInNode.push(bare(await none.search(q, options)));
    const stage = await firstStage(join(folder, 'full'));
    const order = (json) => JSON.stringify(JSON.parse(json).hits.map(({ id, score }) => [id, score]));
    const first = [];
    for (const { q, options } of queries) first.push(order(bare(await stage.search(q, options))));
    // A lazy client computes no related links, so they are the documents' own.
    const unrelated = (json) => {
      const answer = JSON.parse(json);
      return JSON.stringify({ ...answer, hits: answer.hits.map(({ related: _own, ...hit }) => hit) });
    };
    const anything = () => true;
    const withoutAnswers = ({ readsAnswers }) => !readsAnswers;
    const pairs = [
      ['text=full: API and Node', fromApi, fromNode, anything],
      ['text=full: API and Chromium', fromApi, fromBrowser, anything],
      ['text=none: Node and Chromium', noneInNode, noneInBrowser, anything],
      [
        'text=none: Node and lazy in Chromium, without related',
        noneInNode.map(unrelated),
        lazyInBrowser.map(unrelated),
        anything,
      ],
      [
        'text=none and the first stage: ids, scores; no phrases, no joined words',
        noneInNode.map(order),
        first,
        withoutAnswers,
      ],
    ];
    let failed = 0;
    const rows = pairs.map(([name, ours, theirs, compared]) => {
      const asked = queries.map((query, at) => ({ ...query, at })).filter(compared);
      const different = asked.filter(({ at }) => ours[at] !== theirs[at]);
      failed += different.length;
      for (const { q, options } of different.slice(0, 3)) console.error(`${name}: ${q} ${JSON.stringify(options)}`);
      return [name, count(asked.length), count(asked.length - different.length)];
    });
    printTable([['answers', 'queries', 'equal'], ...rows]);
    process.exitCode = failed === 0 ? 0 : 1;
  } finally {
    await browser.close();
    host.close();
  }
});

/** Queries made from titles and subjects of the index. */
async function queriesOf(snapshot, wanted) {
  const titles = [];
  const { facets } = await snapshot.search('', { facets: ['subject'], limit: 0 });
  for (let offset = 0; offset < 10_000 && offset < snapshot.manifest.documents; offset += 997)
    for (const { title } of (await snapshot.search('', { limit: 100, offset })).hits) titles.push(title);
  return variedQueries({ titles, subjects: Object.keys(facets.subject), count: wanted });
}

async function askApi(config, queries, bare) {
  const { startServer } = await product.module('server/server.js');
  const { pino } = await import('pino');
  const server = await startServer(config, { log: pino({ level: 'silent' }), onAdminKey: () => undefined });
  const answers = [];
  try {
    for (const { q, options } of queries) {
      const parameters = new URLSearchParams({ q });
      for (const [name, value] of Object.entries(options))
        for (const one of [value].flat()) {
          if (name === 'facets' && parameters.has(name)) parameters.set(name, `${parameters.get(name)},${one}`);
          else parameters.append(name, String(one));
        }
      const response = await fetch(`${server.url}/v1/search?${parameters}`);
      answers.push(response.ok ? bare(await response.json()) : `status ${response.status}`);
    }
  } finally {
    await server.stop();
  }
  return answers;
}

async function askBrowser(browser, url, asked) {
  const page = await browser.newPage();
  await page.goto(url);
  const code = `(async ({ source, queries, given }) => {
    const { openSnapshot } = await import('/client/client.js');
    const snapshot = await openSnapshot(source, given);
    const answers = [];
    for (const { q, options } of queries) answers.push(JSON.stringify(await snapshot.search(q, options)));
    return answers;
  })(${JSON.stringify(asked)})`;
  const answers = await page.evaluate(code);
  await page.close();
  return answers;
}

/** The same index without the second ranking stage. */
async function firstStage(folder) {
  const { openSnapshot } = await product.client();
  const { DEFAULT_SETTINGS } = await product.core('model/settings');
  const weights = Object.fromEntries(Object.keys(DEFAULT_SETTINGS.weights).map((name) => [name, 0]));
  return openSnapshot(folder, { settings: { weights } });
}
