// The files of the client that browsers load, with sizes. usage: node bench/client-size.mjs (after npm run build)
import { readdirSync, readFileSync } from 'node:fs';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { stop } from './lib/generation.mjs';
import { count, printTable } from './lib/table.mjs';

const FOLDER = new URL('../dist/browser/', import.meta.url);
const PAGE = 'start of the page';
const WORKER = 'start of the worker';

/** When each file with a fixed name is loaded. */
const WHEN = {
  'client.js': PAGE,
  'worker.js': WORKER,
  // Imported as soon as the worker runs.
  'host.js': WORKER,
  'open-remote.js': 'on demand: searching without a worker',
  'lazy-snapshot.js': "on demand: form 'lazy'",
  'apply-delta.js': 'on demand: an update by a delta',
  'other-languages.js': 'on demand: a language other than English',
  'bm25-analyzer.js': "on demand: the ranking 'bm25'",
  'minisearch-ranking.js': "on demand: the ranking 'minisearch'",
  'filter-parser-module.js': 'on demand: filters, once a snapshot is open',
  'site-synonyms.js': 'on demand: settings with synonyms',
  'signature.js': "on demand: the option 'publicKey'",
  'demo.js': 'the page of an export',
  'style.css': 'the page of an export',
  'favicon.svg': 'the page of an export',
};

const files = new Map(filesIn(FOLDER).map((name) => [name, readFileSync(new URL(name, FOLDER))]));
for (const name of Object.keys(WHEN))
  if (!files.has(name)) stop(`dist/browser has no ${name}: run "npm run build" first.`);

function filesIn(folder) {
  try {
    return readdirSync(folder).sort();
  } catch {
    return stop('There is no dist/browser: run "npm run build" first.');
  }
}

/** The bundles that a bundle imports statically, found in its text. */
function importsOf(name) {
  const text = files.get(name)?.toString() ?? '';
  return [...text.matchAll(/(?:from|import)\s*"\.\/([^"]+)"/g)].map(([, found]) => found);
}

/** The bundles that a bundle imports on demand. */
function importedLater(name) {
  const text = files.get(name)?.toString() ?? '';
  return [...text.matchAll(/import\(\s*"\.\/([^"]+)"\s*\)/g)].map(([, found]) => found);
}

/** When each file is loaded. A shared part is loaded with the first file that imports it. */
function loadedWhen() {
  const when = new Map();
  const visit = (name, why) => {
    if (when.has(name)) return;
    when.set(name, why);
    for (const other of importsOf(name)) visit(other, why);
  };
  for (const [name, why] of Object.entries(WHEN)) visit(name, why);
  for (const name of [...when.keys()])
    for (const other of importedLater(name)) visit(other, `on demand: one of the stemmers of ${name}`);
  return when;
}

function brotli(bytes) {
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  return brotliCompressSync(bytes, { params }).length;
}

const when = loadedWhen();
const order = [PAGE, WORKER];
const rank = (why) => (order.includes(why) ? order.indexOf(why) : order.length);
const rows = [...files]
  .map(([name, bytes]) => {
    const gzip = gzipSync(bytes, { level: constants.Z_BEST_COMPRESSION }).length;
    return { name, raw: bytes.length, gzip, brotli: brotli(bytes), why: when.get(name) ?? 'never' };
  })
  .sort((a, b) => rank(a.why) - rank(b.why) || (a.why < b.why ? -1 : a.why > b.why ? 1 : b.raw - a.raw));
const first = rows.filter(({ why }) => order.includes(why));
const sum = (column) => first.reduce((total, row) => total + row[column], 0);

console.log('## Client\n');
printTable([
  ['file', 'raw bytes', 'gzip 9', 'brotli 11', 'loaded'],
  ...rows.map((row) => [row.name, count(row.raw), count(row.gzip), count(row.brotli), row.why]),
  ['before the first answer', count(sum('raw')), count(sum('gzip')), count(sum('brotli')), 'at most 45,000'],
]);
