// Time from opening a page, on a slow network and a slow processor with nothing stored, to the first answer; beside an
// earlier checkout, MiniSearch and Pagefind.
// usage: node bench/ready.mjs CORPUS [--rounds 5] [--before DIR] [--index FOLDER]
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';
import { hostFolders } from './lib/browser.mjs';
import { launchOverPipe } from './lib/cdp.mjs';
import { runAskdex, startServer } from './lib/command.mjs';
import { readCorpus } from './lib/corpus.mjs';
import { readArguments, stop, withFolder } from './lib/generation.mjs';
import { machine, median } from './lib/measure.mjs';
import { MINISEARCH_OPTIONS, MINISEARCH_WITH_ANSWERS, miniSearchOf, pagefindOf, TOLERANT } from './lib/peers.mjs';
import { PROBE } from './lib/probe.mjs';
import { count, digits, ms, printTable, times } from './lib/table.mjs';
import { PHONE, SLOWED } from './lib/throttle.mjs';
import { CHECK_PAGES, checkThrottling, pageOf, visitThrottled } from './lib/throttled-visit.mjs';

const { positionals, values } = readArguments(
  'node bench/ready.mjs CORPUS.jsonl[.gz] [--rounds 5] [--before DIR] [--index FOLDER]\n' +
    '       [--before-index FOLDER] [--peers FOLDER] [--query TEXT] [--slowed all|page]',
  {
    options: {
      rounds: { type: 'string', default: '5' },
      before: { type: 'string' },
      'before-index': { type: 'string' },
      peers: { type: 'string' },
      query: { type: 'string', default: PROBE[0] },
      slowed: { type: 'string', default: 'all' },
    },
  },
);
const [corpus] = positionals;
const { query, slowed } = values;
if (!Object.hasOwn(SLOWED, slowed)) stop(`--slowed is one of ${Object.keys(SLOWED).join(', ')}.`);

/** The text modes, each beside the MiniSearch that can show the same. */
const TEXTS = { none: MINISEARCH_OPTIONS, full: MINISEARCH_WITH_ANSWERS };
const HERE = fileURLToPath(new URL('..', import.meta.url));
const MINISEARCH = fileURLToPath(new URL('node_modules/minisearch/dist/es', import.meta.url));

const askAskdex = (source, options = {}) => `
  const { openSnapshot } = await import('/client/client.js');
  const snapshot = await openSnapshot('${source}', ${JSON.stringify(options)});
  const { hits } = await snapshot.search(${JSON.stringify(query)});
  return hits.length;`;
const askMiniSearch = (text) => `
  const [{ default: MiniSearch }, json] = await Promise.all([
    import('/minisearch/index.js'),
    fetch('/json/${text}.json').then((response) => response.text()),
  ]);
  const index = MiniSearch.loadJSON(json, ${JSON.stringify(TEXTS[text])});
  return index.search(${JSON.stringify(query)}, ${JSON.stringify(TOLERANT)}).length;`;
/** With the contents of ten hits, as Pagefind's own interface loads them. */
const askPagefind = `
  const pagefind = await import('/pagefind/pagefind.js');
  await pagefind.init();
  const { results } = await pagefind.search(${JSON.stringify(query)});
  return (await Promise.all(results.slice(0, 10).map((one) => one.data()))).length;`;

const BEFORE = 'before: Askdex, its server';
const closers = [];

/** A host with a page that runs `code`. */
async function hostPage(code, folders, options = {}) {
  const pages = { '/': { type: 'text/html', body: pageOf(code) } };
  const host = await hostFolders(folders, { ...options, pages });
  closers.push(() => host.close());
  return host;
}

/** Starts the server of a built checkout. Returns its address once its snapshots are built. */
async function serveSnapshots(checkout, index) {
  const server = await startServer({ cli: join(checkout, 'dist/cli.js'), content: corpus, index });
  closers.push(server.stop);
  for (const text of Object.keys(TEXTS)) {
    const made = async () => (await fetch(`${server.url}/v1/snapshots/latest?text=${text}`)).status === 200;
    while (!(await made())) await new Promise((next) => setTimeout(next, 500));
  }
  return new URL(server.url);
}

/** A checkout's contenders: whole snapshots from its server. */
async function contendersOf(checkout, { name, index, folder }) {
  if (!existsSync(index)) {
    const args = ['index', '--quiet', '--content', corpus, '--index', index];
    runAskdex(args, { cli: join(checkout, 'dist/cli.js'), folder });
  }
  const folders = {
    '/client/': join(checkout, 'dist/browser'),
    '/v1/': await serveSnapshots(checkout, index),
  };
  const contenders = [];
  for (const text of Object.keys(TEXTS)) {
    const host = await hostPage(askAskdex(`/v1/snapshots/latest?text=${text}`), folders);
    contenders.push({ name, text, host });
  }
  return contenders;
}

/** Exports of this checkout on static hosts: whole from a host without compression, and lazy. */
async function exportContenders(index, folder) {
  const client = { '/client/': join(HERE, 'dist/browser') };
  const contenders = [];
  for (const text of Object.keys(TEXTS)) {
    const out = join(folder, `export-${text}`);
    runAskdex(['snapshot', 'export', '--index', index, '--text', text, '--out', out], { folder });
    const folders = { ...client, '/snapshot/': out };
    const host = await hostPage(askAskdex('/snapshot/'), folders, { encodes: false });
    contenders.push({ name: 'Askdex, a static host that compresses nothing', text, host });
  }
  const folders = { ...client, '/snapshot/': join(folder, 'export-none') };
  const lazy = await hostPage(askAskdex('/snapshot/', { form: 'lazy' }), folders);
  return [...contenders, { name: 'Askdex, `form: lazy`', text: 'lazy', host: lazy }];
}

/** MiniSearch and Pagefind. Files of an earlier run in `folder` are reused. */
async function peerContenders(folder) {
  mkdirSync(folder, { recursive: true });
  const missing = Object.keys(TEXTS).filter((text) => !existsSync(join(folder, `${text}.json.br`)));
  const pagefind = join(folder, 'pagefind');
  const questions = missing.length > 0 || !existsSync(pagefind) ? await readCorpus(corpus) : [];
  const written = missing.map(async (text) => {
    const json = Buffer.from(JSON.stringify(await miniSearchOf(questions, TEXTS[text])));
    writeFileSync(join(folder, `${text}.json`), json);
    const params = {
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_LGWIN]: 24,
      [constants.BROTLI_PARAM_SIZE_HINT]: json.length,
    };
    writeFileSync(join(folder, `${text}.json.br`), await promisify(brotliCompress)(json, { params }));
  });
  await Promise.all(written);
  if (!existsSync(pagefind)) await pagefindOf(questions, pagefind);
  const contenders = [];
  for (const text of Object.keys(TEXTS)) {
    const folders = { '/minisearch/': MINISEARCH, '/json/': folder };
    contenders.push({ name: 'MiniSearch', text, host: await hostPage(askMiniSearch(text), folders) });
  }
  const host = await hostPage(askPagefind, { '/pagefind/': pagefind });
  return [...contenders, { name: 'Pagefind', text: 'lazy', host }];
}

async function measure(browser, { name, text, host, took, moved, tasks }) {
  host.takeBytes();
  const { value: hits, time, longestTask } = await visitThrottled(browser, host.url, slowed);
  if (hits === 0) throw new Error(`${name}, ${text}: nothing was found; --query names another question.`);
  took.push(time);
  moved.push(host.takeBytes());
  tasks.push(longestTask);
}

async function printCheck(browser) {
  const host = await hostFolders({}, { pages: CHECK_PAGES });
  closers.push(() => host.close());
  const rows = await checkThrottling(browser, host, slowed);
  const { bytesPerSecond, latency, slowDown } = PHONE;
  console.log(`Slowed: ${SLOWED[slowed]}. Measured effect:\n`);
  printTable([
    ['', 'Mbit/s', 'request for one byte', 'processor slower'],
    ...rows.map((row) => [row.who, digits(row.megabits), ms(row.latency), times(row.slowDown)]),
    ['wanted', digits((bytesPerSecond * 8) / 1e6), `over ${ms(latency)}`, times(slowDown)],
  ]);
  const wrong = rows.some((row) => {
    const wanted = slowed === 'page' && row.who === 'worker' ? 1 : slowDown;
    return Math.abs(row.slowDown / wanted - 1) > 0.25;
  });
  if (wrong) console.log('The processor is not slowed as configured, so these times mean little.\n');
}

const time = ({ took }) => median(took);
const shownOf = ({ name, took, moved, tasks }) => [
  name,
  ms(median(took)),
  count(Math.round(median(moved))),
  ms(median(tasks)),
];

/** How many times as long `other` takes as `askdex`; empty if there is no other or the first is not Askdex. */
function ratio(askdex, other) {
  if (other === undefined || !askdex.name.startsWith('Askdex')) return '';
  return times(time(other) / time(askdex));
}

function printWhole(all, text) {
  const shown = all.filter((one) => one.text === text);
  const before = shown.find(({ name }) => name === BEFORE);
  const peer = shown.find(({ name }) => name === 'MiniSearch');
  printTable([
    [`\`text=${text}\``, 'first answer', 'bytes', 'longest task', 'before takes', 'MiniSearch takes'],
    ...shown.map((one) => [...shownOf(one), ratio(one, before), ratio(one, peer)]),
    ['wanted', '', '', 'under 50 ms', '3 ×', 'over 1 ×'],
  ]);
}

function printLazy(all) {
  const shown = all.filter((one) => one.text === 'lazy');
  const peer = shown.find(({ name }) => name === 'Pagefind');
  printTable([
    ['lazy', 'first answer', 'bytes', 'longest task', 'Pagefind takes'],
    ...shown.map((one) => [...shownOf(one), ratio(one, peer)]),
  ]);
}

await withFolder(async (folder) => {
  const folderOf = (given, name) => (given === undefined ? join(folder, name) : resolve(given));
  const index = folderOf(values.index, 'index');
  let browser;
  try {
    const all = await contendersOf(HERE, { name: 'Askdex, its server', index, folder });
    if (values.before !== undefined) {
      const earlier = { name: BEFORE, index: folderOf(values['before-index'], 'before'), folder };
      all.push(...(await contendersOf(resolve(values.before), earlier)));
    }
    all.push(...(await exportContenders(index, folder)));
    all.push(...(await peerContenders(folderOf(values.peers, 'peers'))));
    for (const one of all) Object.assign(one, { took: [], moved: [], tasks: [] });
    browser = await launchOverPipe();
    console.log(
      `## From opening a page to the first answer\n\n10 Mbit/s, ${PHONE.latency} ms, processor slowed ` +
        `${PHONE.slowDown} times, nothing stored; ${values.rounds} rounds in turn, medians. ${machine()}\n`,
    );
    await printCheck(browser);
    for (let round = 0; round < Number(values.rounds); round += 1) for (const one of all) await measure(browser, one);
    for (const text of Object.keys(TEXTS)) printWhole(all, text);
    printLazy(all);
  } finally {
    await browser?.close();
    for (const close of closers) await close();
  }
});
