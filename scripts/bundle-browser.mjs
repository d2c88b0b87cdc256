// Bundles what browsers load as it is, without a build step of theirs: the client with its worker, and the page of exported snapshots.
import { build } from 'esbuild';
import { createHash } from 'node:crypto';
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { demoPage } from './demo-page.mjs';

const OUT = 'dist/browser';
const common = { bundle: true, minify: true, target: 'es2022', legalComments: 'none' };

/** Takes another module in place of one, where `from` imports it. */
const instead = (name, filter, from, other) => ({
  name,
  setup: ({ onResolve }) =>
    onResolve({ filter }, ({ importer }) =>
      importer.startsWith(resolve(from)) ? { path: resolve(other) } : null,
    ),
});

// A browser has no folders, and nothing of Node to open them with.
const noFolders = instead('no folders', /^\.\/node\.js$/, 'dist/client', 'dist/client/no-folders.js');
// The page of a server asks its API; that of a snapshot asks the snapshot.
const noServer = instead('no server', /^\.\/api\.js$/, 'dist/page', 'dist/demo/api.js');
// English alone comes with the client, and one ranking: what stands in loads the others on demand.
const onDemandOnly = [
  instead('other languages on demand', /^\.\/stop-words\.js$/, 'dist/core', 'dist/client/languages.js'),
  instead('one ranking', /^\.\/like-minisearch\.js$/, 'dist/core', 'dist/client/on-demand-minisearch.js'),
];
/** Leaves a module to a file that lies beside the bundle. */
const beside = (name, filter, path) => ({
  name,
  setup: ({ onResolve }) => onResolve({ filter }, () => ({ path, external: true })),
});
const modules = { ...common, outdir: OUT, format: 'esm', splitting: true, chunkNames: 'part-[hash]' };

await rm(OUT, { recursive: true, force: true });
// What a worker needs at once, and what is only needed now and then, by themselves: with what they share in files of its own, a worker
// would begin with half a dozen files, one after another.
const besideAsNamed = (name) => beside(name, new RegExp(`^\\./${name}\\.js$`), `./${name}.js`);
const NOW_AND_THEN = ['decode', 'other-languages', 'bm25-analyzer', 'ranking-minisearch', 'signature'];
for (const name of NOW_AND_THEN)
  await build({ ...modules, entryPoints: { [name]: `dist/client/${name}.js` } });
const fewer = [...NOW_AND_THEN.map(besideAsNamed), ...onDemandOnly];
await build({ ...modules, entryPoints: { answering: 'dist/client/answering.js' }, plugins: fewer });
// V8 keeps what it compiles of a file while it is loaded, and compiles the rest at each visit anew.
const whole = join(OUT, 'answering.js');
await writeFile(whole, `//# allFunctionsCalledOnLoad\n${await readFile(whole, 'utf8')}`);
await build({
  ...modules,
  entryPoints: { worker: 'dist/client/worker.js' },
  plugins: [besideAsNamed('answering')],
});
// What a page begins with is one file: parts of it in others would be asked for once it is read.
const onDemand = { remote: 'dist/client/remote.js', lazy: 'dist/client/lazy.js' };
await build({ ...modules, entryPoints: onDemand, plugins: fewer });
await build({
  ...modules,
  splitting: false,
  entryPoints: { client: 'dist/client/index.js' },
  plugins: [noFolders, ...Object.keys(onDemand).map(besideAsNamed)],
});
await build({
  ...modules,
  entryPoints: { demo: 'dist/page/search.js' },
  plugins: [beside('the client', /\/client\/index\.js$/, './client.js'), noServer],
});
for (const name of ['style.css', 'favicon.svg']) await cp(join('src/page', name), join(OUT, name));

const files = (await readdir(OUT)).sort();
const page = await demoPage();
const version = createHash('sha256').update(page);
for (const name of files) version.update(await readFile(join(OUT, name)));
await build({
  ...common,
  entryPoints: ['dist/demo/sw.js'],
  outfile: 'dist/demo/page/sw.js',
  format: 'iife',
  define: {
    SHELL: JSON.stringify(['./', 'index.html', ...files.map((name) => `page/${name}`)]),
    VERSION: JSON.stringify(version.digest('hex').slice(0, 16)),
  },
});
await writeFile('dist/demo/page/index.html', page);
