// Time from opening a stored index to the first hit in Chromium, beside MiniSearch; and the longest task of the page's
// thread.
// usage: node bench/warm.mjs CORPUS [--index FOLDER] [--rounds 7]
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { evaluateTraced, hostFolders, launchProfile } from './lib/browser.mjs';
import { readCorpus } from './lib/corpus.mjs';
import { readArguments, withExports } from './lib/generation.mjs';
import { machine, median } from './lib/measure.mjs';
import { MINISEARCH_OPTIONS, MINISEARCH_WITH_ANSWERS, miniSearchOf, TOLERANT } from './lib/peers.mjs';
import { PROBE } from './lib/probe.mjs';
import { count, ms, printTable, times } from './lib/table.mjs';

const OURS = (text, options, limit) => (q) => `(async () => {
  const started = performance.now();
  const { openSnapshot } = await import('/client/client.js');
  const snapshot = await openSnapshot('/${text}/', ${JSON.stringify(options)});
  const { hits } = await snapshot.search(${JSON.stringify(q)}, { limit: ${limit} });
  const ended = performance.now();
  if (hits.length === 0) throw new Error('nothing was found');
  await snapshot.close();
  return ended - started;
})()`;

const THEIRS = (text, options) => (q) => `(async () => {
  const started = performance.now();
  const { default: MiniSearch } = await import('/minisearch/index.js');
  const cache = await caches.open('peer');
  let stored = await cache.match('/json/${text}.json');
  if (stored === undefined) {
    await cache.add('/json/${text}.json');
    stored = await cache.match('/json/${text}.json');
  }
  const index = MiniSearch.loadJSON(await stored.text(), ${JSON.stringify(options)});
  const hits = index.search(${JSON.stringify(q)}, ${JSON.stringify(TOLERANT)});
  const ended = performance.now();
  if (hits.length === 0) throw new Error('nothing was found');
  return ended - started;
})()`;

/** The text modes, each with the MiniSearch options that store the same fields. */
const SHOWN = {
  none: { name: 'titles, links, subjects', options: MINISEARCH_OPTIONS },
  full: { name: 'answers too', options: MINISEARCH_WITH_ANSWERS },
};
const STORED = { update: 'manual' };

const { positionals, values } = readArguments('node bench/warm.mjs CORPUS.jsonl[.gz] [--index FOLDER] [--rounds 7]', {
  options: { rounds: { type: 'string', default: '7' } },
});
const [content] = positionals;

await withExports(content, values.index, { texts: ['none', 'full'] }, async (folder) => {
  const questions = await readCorpus(content);
  for (const [text, { options }] of Object.entries(SHOWN))
    writeFileSync(join(folder, `${text}.json`), JSON.stringify(await miniSearchOf(questions, options)));
  const host = await hostFolders({
    '/client/': new URL('../dist/browser', import.meta.url).pathname,
    '/minisearch/': new URL('node_modules/minisearch/dist/es', import.meta.url).pathname,
    '/none/': join(folder, 'none'),
    '/full/': join(folder, 'full'),
    '/json/': folder,
  });
  // A persistent profile: a fresh context keeps its store in memory and no compiled code.
  const browser = await launchProfile(join(folder, 'profile'));
  try {
    const visit = async (code, run = (page) => page.evaluate(code)) => {
      const page = await browser.newPage();
      await page.goto(host.url);
      const seen = await run(page);
      await page.close();
      return seen;
    };
    const visitTraced = (code) => visit(code, (page) => evaluateTraced(page, code));
    // The first page after the start of a browser is slower.
    await visitTraced('caches.keys()');
    const first = {};
    const contenders = [];
    for (const [text, { name, options }] of Object.entries(SHOWN)) {
      first[text] = await visitTraced(OURS(text, {}, 10)(PROBE[0]));
      const peer = { name: `MiniSearch: ${name}`, code: THEIRS(text, options) };
      const ours = [
        ['the first hit, in its worker', STORED, 1],
        ['ten hits, in its worker', STORED, 10],
        ['ten hits, in the page', { ...STORED, worker: false }, 10],
      ];
      for (const [what, how, limit] of ours)
        contenders.push({ name: `\`text=${text}\`, ${what}`, code: OURS(text, how, limit), peer });
      contenders.push(peer);
    }
    // Browsers cache compiled code only for files that are loaded repeatedly.
    for (const { code } of contenders) for (let again = 0; again < 2; again += 1) await visit(code(PROBE[0]));
    for (const one of contenders) Object.assign(one, { took: [], tasks: [] });
    for (let round = 0; round < Number(values.rounds); round += 1)
      for (const { code, took, tasks } of contenders) {
        const asked = code(PROBE[round % PROBE.length]);
        took.push(await visit(asked));
        tasks.push((await visitTraced(asked)).longestTask);
      }
    console.log(
      `## From a warm store to the first hit\n\n${count(questions.length)} questions, ${values.rounds} rounds in turn, ` +
        `medians. ${machine()}\n`,
    );
    const time = ({ took }) => median(took);
    printTable([
      ['', 'time', 'MiniSearch takes', 'wanted', 'longest task of the page'],
      ...contenders.map((one) => [
        one.name,
        ms(time(one)),
        one.peer === undefined ? '' : times(time(one.peer) / time(one)),
        one.peer === undefined ? '' : '10 ×',
        ms(median(one.tasks)),
      ]),
    ]);
    const summary = ({ value, longestTask }) => `${ms(value)}, the page's longest task ${ms(longestTask)}`;
    console.log(
      `The first visit, downloaded in the worker: ${summary(first.none)}; with answers ${summary(first.full)}.\n`,
    );
  } finally {
    await browser.close();
    host.close();
  }
});
