// Bytes and requests of the first queries with a lazy snapshot.
// usage: node bench/lazy.mjs CORPUS [--index FOLDER] [--each]
import { mkdirSync, openSync, readFileSync, readSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { defaultAnalyzer, product, readArguments, withFolder, withGeneration } from './lib/generation.mjs';
import { PROBE } from './lib/probe.mjs';
import { count, printTable } from './lib/table.mjs';

/** Approximate bytes of the headers of a request and its response. */
const HEADERS = 300;
/** Mean bytes that Pagefind 1.6 downloads, with its library, for the same queries over the 16,402 questions. */
const PAGEFIND = 333_000;

function brotli(bytes) {
  return brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length;
}

/** Writes a snapshot without answers. */
async function writeSnapshot(generation, folder) {
  const { buildSnapshot } = await product.module('app/snapshots/export-snapshot.js');
  const { deflate } = await product.module('adapters/snapshots/compression.js');
  const { DEFAULT_SETTINGS } = await product.core('model/settings');
  const source = {
    manifest: JSON.parse(readFileSync(join(generation, 'manifest.json'), 'utf8')),
    index: new Uint8Array(readFileSync(join(generation, 'index.askdex'))),
    analyzer: await defaultAnalyzer(),
    settings: DEFAULT_SETTINGS,
    previous: [],
  };
  const choices = { kind: 'packed', text: 'none', subject: null, prefix: '', signKey: null };
  // The compressed files of the whole index are not measured.
  const none = () => new Uint8Array(0);
  const { files } = buildSnapshot(source, choices, { brotli: none, gzip: none, deflate, tokenizer: () => [] });
  mkdirSync(folder, { recursive: true });
  for (const { name, bytes } of files) writeFileSync(join(folder, name), bytes);
}

/** A static host that supports ranges, compresses JSON and counts the bytes it sends. */
async function host(folder) {
  const sent = { bytes: 0, requests: 0 };
  const server = createServer((request, response) => {
    const path = join(folder, decodeURIComponent(request.url ?? '').slice(1));
    const { size } = statSync(path);
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
    const [start, end] = from === undefined ? [0, size] : [Number(from), Number(to) + 1];
    const bytes = Buffer.alloc(end - start);
    readSync(openSync(path, 'r'), bytes, 0, bytes.length, start);
    sent.requests += 1;
    // Hosts compress JSON. Other files are compact already.
    sent.bytes += HEADERS + (path.endsWith('.json') ? brotli(bytes) : bytes.length);
    const headers = from === undefined ? {} : { 'Content-Range': `bytes ${start}-${end - 1}/${size}` };
    response.writeHead(from === undefined ? 200 : 206, headers).end(bytes);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    take() {
      const taken = { ...sent };
      sent.bytes = sent.requests = 0;
      return taken;
    },
    close: () => server.close(),
  };
}

/** Size of the script that a page loads to search lazily, minified and compressed. */
async function librarySize() {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    stdin: {
      contents: "export { openSnapshot } from './index.js';",
      resolveDir: new URL('../dist/client/', import.meta.url).pathname,
    },
    ...{ bundle: true, minify: true, format: 'esm', platform: 'browser', write: false, logLevel: 'error' },
    // Loaded on demand: other languages' stemmers, other rankings, applying deltas, reading folders, using a worker.
    external: [
      ...['node:*', '@orama/*', './open-folder.js', './open-remote.js', './worker-snapshot.js'],
      ...[
        '*/other-languages.js',
        '*/bm25-analyzer.js',
        '*/minisearch-ranking.js',
        '*/signature.js',
        '*/apply-delta.js',
      ],
    ],
  });
  return outputFiles.reduce((sum, { contents }) => sum + brotli(contents) + HEADERS, 0);
}

const { positionals, values } = readArguments('node bench/lazy.mjs CORPUS.jsonl[.gz] [--index FOLDER] [--each]', {
  options: { each: { type: 'boolean' } },
});
const [corpus] = positionals;

await withGeneration(corpus, values.index, (generation) =>
  withFolder(async (folder) => {
    await writeSnapshot(generation, folder);
    const { openSnapshot } = await product.client();
    const library = await librarySize();
    const server = await host(folder);
    const results = [];
    for (const [at, query] of PROBE.entries()) {
      server.take();
      const snapshot = await openSnapshot(server.url, { form: 'lazy' });
      const opened = server.take();
      await snapshot.search(query);
      const first = server.take();
      await snapshot.search(PROBE[(at + 1) % PROBE.length]);
      const second = server.take();
      await snapshot.close();
      results.push({ query, opened, first, second, all: library + opened.bytes + first.bytes });
    }
    server.close();
    const row = (title, of) => {
      const numbers = results.map(of);
      const mean = numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
      return [title, count(Math.round(mean)), count(Math.min(...numbers)), count(Math.max(...numbers))];
    };
    console.log(
      `## Lazy first query\n\nBytes with ${HEADERS} for the headers of each request; library: minified, brotli 11.\n`,
    );
    printTable([
      ['bytes', 'mean', 'least', 'most'],
      row('library', () => library),
      row('manifest and directory', ({ opened }) => opened.bytes),
      row('first query', ({ first }) => first.bytes),
      row('total', ({ all }) => all),
      row('next query', ({ second }) => second.bytes),
    ]);
    printTable([
      ['requests', 'mean', 'least', 'most'],
      row('first query', ({ first }) => first.requests),
      row('next query', ({ second }) => second.requests),
    ]);
    if (values.each)
      printTable([
        ['query', 'first', 'requests', 'total'],
        ...results.map(({ query, first, all }) => [query, count(first.bytes), first.requests, count(all)]),
      ]);
    const mean = results.reduce((sum, { all }) => sum + all, 0) / results.length;
    console.log(
      `Pagefind 1.6 downloads ${count(PAGEFIND)} bytes on 16,402 questions: ${(PAGEFIND / mean).toFixed(1)} × as many.\n`,
    );
  }),
);
