// From a store that holds the index to the first hit, in Chromium, beside MiniSearch; and how long the page's thread is kept waiting.
// usage: node bench/warm.mjs CORPUS [--index FOLDER] [--rounds 7]
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hostFolders, launchProfile } from './lib/browser.mjs';
import { readCorpus } from './lib/corpus.mjs';
import { readArguments, withExports } from './lib/generation.mjs';
import { machine, median } from './lib/measure.mjs';
import { MINISEARCH_OPTIONS, MINISEARCH_WITH_ANSWERS, miniSearchOf, TOLERANT } from './lib/peers.mjs';
import { PROBE } from './lib/probe.mjs';
import { count, ms, printTable, times } from './lib/table.mjs';

/**
 * Tells the longest time that the thread of the page did nothing else: between two turns of a task that does nothing. It keeps that thread
 * busy, and what runs beside it has a processor less: times are taken without it.
 */
const WATCH = `
  globalThis.watch = () => {
    const channel = new MessageChannel();
    let last = performance.now();
    let longest = 0;
    let going = true;
    channel.port1.onmessage = () => {
      const now = performance.now();
      longest = Math.max(longest, now - last);
      last = now;
      if (going) channel.port2.postMessage(null);
    };
    channel.port2.postMessage(null);
    return () => { going = false; return Math.max(longest, performance.now() - last); };
  };`;

const NO_WATCH = 'globalThis.watch = () => () => 0;';

const OURS = (text, options, limit) => (q) => (watch) => `(async () => {
  ${watch}
  const watched = globalThis.watch();
  const started = performance.now();
  const { openSnapshot } = await import('/client/client.js');
  const snapshot = await openSnapshot('/${text}/', ${JSON.stringify(options)});
  const { hits } = await snapshot.search(${JSON.stringify(q)}, { limit: ${limit} });
  const ended = performance.now();
  if (hits.length === 0) throw new Error('nothing was found');
  const blocked = watched();
  await snapshot.close();
  return { time: ended - started, blocked };
})()`;

const THEIRS = (text, options) => (q) => (watch) => `(async () => {
  ${watch}
  const watched = globalThis.watch();
  const started = performance.now();
  const { default: MiniSearch } = await import('/minisearch/index.js');
  const cache = await caches.open('peer');
  let kept = await cache.match('/json/${text}.json');
  if (kept === undefined) {
    await cache.add('/json/${text}.json');
    kept = await cache.match('/json/${text}.json');
  }
  const index = MiniSearch.loadJSON(await kept.text(), ${JSON.stringify(options)});
  const hits = index.search(${JSON.stringify(q)}, ${JSON.stringify(TOLERANT)});
  const ended = performance.now();
  if (hits.length === 0) throw new Error('nothing was found');
  return { time: ended - started, blocked: watched() };
})()`;

/** What a page can show, by the text mode: each beside the MiniSearch that can show the same. */
const SHOWN = {
  none: { name: 'titles, links, subjects', options: MINISEARCH_OPTIONS },
  full: { name: 'answers too', options: MINISEARCH_WITH_ANSWERS },
};
const KEPT = { update: 'manual' };

const { positionals, values } = readArguments(
  'node bench/warm.mjs CORPUS.jsonl[.gz] [--index FOLDER] [--rounds 7]',
  { options: { rounds: { type: 'string', default: '7' } } },
);
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
  // Not a context of its own, which keeps no compiled code and its store in memory.
  const browser = await launchProfile(join(folder, 'profile'));
  try {
    const visit = async (code) => {
      const page = await browser.newPage();
      await page.goto(host.url);
      const seen = await page.evaluate(code);
      await page.close();
      return seen;
    };
    const run = async (code) => {
      const { time } = await visit(code(NO_WATCH));
      const { blocked } = await visit(code(WATCH));
      return { time, blocked };
    };
    const first = {};
    const contenders = [];
    for (const [text, { name, options }] of Object.entries(SHOWN)) {
      first[text] = await visit(OURS(text, {}, 10)(PROBE[0])(WATCH));
      const peer = { name: `MiniSearch: ${name}`, code: THEIRS(text, options) };
      const ours = [
        ['the first hit, in its worker', KEPT, 1],
        ['ten hits, in its worker', KEPT, 10],
        ['ten hits, in the page', { ...KEPT, worker: false }, 10],
      ];
      for (const [what, how, limit] of ours)
        contenders.push({ name: `\`text=${text}\`, ${what}`, code: OURS(text, how, limit), peer });
      contenders.push(peer);
    }
    // Browsers keep what they compiled of a file that is asked for again, not of one that may have been a single visit's.
    for (const { code } of contenders) await run(code(PROBE[0]));
    for (const one of contenders) one.seen = [];
    for (let round = 0; round < Number(values.rounds); round += 1)
      for (const { code, seen } of contenders) seen.push(await run(code(PROBE[round % PROBE.length])));
    console.log(
      `## From a warm store to the first hit\n\n${count(questions.length)} questions, ${values.rounds} rounds by turns, medians. ${machine()}\n`,
    );
    const time = ({ seen }) => median(seen.map((one) => one.time));
    const blocked = ({ seen }) => median(seen.map((one) => one.blocked));
    printTable([
      ['', 'time', 'MiniSearch takes', 'wanted', 'page kept waiting, longest'],
      ...contenders.map((one) => [
        one.name,
        ms(time(one)),
        one.peer === undefined ? '' : times(time(one.peer) / time(one)),
        one.peer === undefined ? '' : '10 ×',
        ms(blocked(one)),
      ]),
    ]);
    console.log(
      `The first visit, download and decoding in the worker: ${ms(first.none.time)} without answers, ${ms(first.full.time)} with them; the page was kept waiting ${ms(first.none.blocked)} and ${ms(first.full.blocked)} at the longest.\n`,
    );
  } finally {
    await browser.close();
    host.close();
  }
});
