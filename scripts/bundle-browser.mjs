// Bundles what browsers load without a build step: the client with its worker, and the page of exported snapshots.
import { build } from 'esbuild';
import { createHash } from 'node:crypto';
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { offlinePage } from './offline-page.mjs';

const OUT = 'dist/browser';
const common = { bundle: true, minify: true, target: 'es2022', legalComments: 'none' };

/** A plugin that replaces a module by another one if a file of the folder `from` imports it. */
const instead = (name, filter, from, other) => ({
  name,
  setup: ({ onResolve }) =>
    onResolve({ filter }, ({ importer }) => (importer.startsWith(resolve(from)) ? { path: resolve(other) } : null)),
});

// A browser cannot open folders.
const noFolders = instead('no folders', /^\.\/open-folder\.js$/, 'dist/client', 'dist/client/open-folder.browser.js');
// The server's page calls the API. The page of an export searches the snapshot.
const noServer = instead('no server', /^\.\/api\.js$/, 'dist/page', 'dist/page/offline/api.js');
// The bundle contains only English, one ranking and no filters or synonyms. The replacements load the rest on demand.
const onDemandOnly = [
  instead('other languages on demand', /\/stop-words\.js$/, 'dist/core', 'dist/client/on-demand/languages.js'),
  instead(
    'minisearch ranking on demand',
    /\/(?:like-minisearch|minisearch-ranker)\.js$/,
    'dist/core',
    'dist/client/on-demand/load-minisearch-ranking.js',
  ),
  instead('filters on demand', /\/filter-parser\.js$/, 'dist/core', 'dist/client/on-demand/load-filter-parser.js'),
  instead('synonyms on demand', /\/synonyms\.js$/, 'dist/core', 'dist/client/on-demand/load-synonyms.js'),
];
/** A plugin that imports a module from a file beside the bundle. */
const beside = (name, filter, path) => ({
  name,
  setup: ({ onResolve }) => onResolve({ filter }, () => ({ path, external: true })),
});
const modules = { ...common, outdir: OUT, format: 'esm', splitting: true, chunkNames: 'part-[hash]' };

await rm(OUT, { recursive: true, force: true });
// The worker's start and each on-demand module are bundled separately. With shared chunks, a worker would have to load
// half a dozen files one after another at its start.
const besideAsNamed = (name) => beside(name, new RegExp(`^\\.{1,2}/(?:.*/)?${name}\\.js$`), `./${name}.js`);
const ON_DEMAND = {
  'apply-delta': 'download',
  'other-languages': 'on-demand',
  'bm25-analyzer': 'on-demand',
  'minisearch-ranking': 'on-demand',
  'site-synonyms': 'on-demand',
  'filter-parser-module': 'on-demand',
  signature: 'download',
};
for (const [name, folder] of Object.entries(ON_DEMAND))
  await build({ ...modules, entryPoints: { [name]: `dist/client/${folder}/${name}.js` } });
const fewer = [...Object.keys(ON_DEMAND).map(besideAsNamed), ...onDemandOnly];
await build({ ...modules, entryPoints: { host: 'dist/client/worker/host.js' }, plugins: fewer });
// V8 caches only the code that it compiles while a file is loaded. This comment makes it compile everything then.
const whole = join(OUT, 'host.js');
await writeFile(whole, `//# allFunctionsCalledOnLoad\n${await readFile(whole, 'utf8')}`);
await build({
  ...modules,
  entryPoints: { worker: 'dist/client/worker/worker.js' },
  plugins: [besideAsNamed('host')],
});
// The page's start is one file: further chunks would only be requested after it was parsed.
const WITHOUT_WORKER = {
  'open-remote': 'dist/client/open-remote.js',
  'lazy-snapshot': 'dist/client/lazy-snapshot.js',
};
await build({ ...modules, entryPoints: WITHOUT_WORKER, plugins: fewer });
await build({
  ...modules,
  splitting: false,
  entryPoints: { client: 'dist/client/index.js' },
  plugins: [noFolders, ...Object.keys(WITHOUT_WORKER).map(besideAsNamed)],
});
// All bundles are in one folder, the worker's beside the client's.
const client = join(OUT, 'client.js');
const nested = await readFile(client, 'utf8');
const flat = nested.replace('./worker/worker.js', './worker.js');
if (flat === nested) throw new Error('The client names no worker/worker.js');
await writeFile(client, flat);
await build({
  ...modules,
  entryPoints: { demo: 'dist/page/search-page.js' },
  plugins: [beside('the client', /\/client\/index\.js$/, './client.js'), noServer],
});
for (const name of ['style.css', 'favicon.svg']) await cp(join('src/page', name), join(OUT, name));

const files = (await readdir(OUT)).sort();
const page = await offlinePage();
const version = createHash('sha256').update(page);
for (const name of files) version.update(await readFile(join(OUT, name)));
await build({
  ...common,
  entryPoints: ['dist/page/offline/service-worker.js'],
  outfile: 'dist/offline-page/sw.js',
  format: 'iife',
  define: {
    SHELL: JSON.stringify(['./', 'index.html', ...files.map((name) => `page/${name}`)]),
    VERSION: JSON.stringify(version.digest('hex').slice(0, 16)),
  },
});
await writeFile('dist/offline-page/index.html', page);
