import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const dist = (path) => import(new URL(`../../dist/${path}`, import.meta.url).href);

/** Modules of the compiled product. */
export const product = {
  module: dist,
  client: () => dist('client/index.js'),
  library: () => dist('index.js'),
  core: (path) => dist(`core/${path}.js`),
  adapter: (path) => dist(`adapters/${path}.js`),
  cli: new URL('../../dist/cli.js', import.meta.url),
};

/** Reads the arguments and options of a script. Exits with the usage if an argument is missing. */
export function readArguments(usage, { wanted = 1, options = {} } = {}) {
  const all = { index: { type: 'string' }, ...options };
  let parsed;
  try {
    parsed = parseArgs({ allowPositionals: true, options: all });
  } catch (error) {
    stop(`${error.message}\n\nusage: ${usage}`);
  }
  const { positionals, values } = parsed;
  if (positionals.length === 0 && wanted === 1 && process.env.ASKDEX_BENCH_CORPUS)
    positionals.push(process.env.ASKDEX_BENCH_CORPUS);
  if (positionals.length < wanted) stop(`usage: ${usage}`);
  return { positionals: positionals.map((path) => resolve(path)), values };
}

export function stop(message) {
  console.error(message);
  process.exit(2);
}

/** Imports a peer's package. Exits with a message if it is missing. */
export async function peer(name) {
  try {
    return (await import(name)).default;
  } catch (error) {
    return stop(
      `The peer ${name} cannot be loaded (${error.code ?? error.message}): run "npm ci --prefix bench" first.`,
    );
  }
}

/** Runs `work` with a temporary folder, which is removed afterwards. */
export async function withFolder(work) {
  const folder = mkdtempSync(join(tmpdir(), 'askdex-bench-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The folder of the current generation in an index folder. */
export function currentGeneration(index) {
  return join(index, 'generations', readFileSync(join(index, 'CURRENT'), 'utf8').trim());
}

/** Runs `work` with the folder of a generation of the corpus: of `--index`, or one built here and removed afterwards. */
export async function withGeneration(corpus, index, work) {
  return withFolder(async (folder) => work(currentGeneration(await indexOf(corpus, index, folder))));
}

/** The index folder of a corpus: that of `--index`, or one built in `folder`. */
async function indexOf(corpus, index, folder) {
  if (index !== undefined) return resolve(index);
  const built = join(folder, 'index');
  const { buildIndex } = await product.library();
  await buildIndex({ content: corpus, index: built });
  return built;
}

/**
 * Runs `work` with a folder that contains an export of the corpus for each of `texts`, named after it, and with the
 * configuration of the exports. They are made from `--index`, or from an index built here, and removed afterwards.
 */
export async function withExports(corpus, index, { texts, environment = {} }, work) {
  return withFolder(async (folder) => {
    const { readConfig, exportSnapshot } = await product.module('wiring.js');
    const folders = { ASKDEX_CONTENT: corpus, ASKDEX_INDEX: await indexOf(corpus, index, folder) };
    const config = readConfig({ environment: { ...folders, ...environment }, folder });
    for (const text of texts) {
      const options = { kind: 'packed', text, subject: null, prefix: '', signKey: null };
      await exportSnapshot({ config, out: join(folder, text), options });
    }
    return work(folder, config);
  });
}

/** Opens a generation's index for measuring the engine alone. `texts: false`: without its texts. */
export async function openEngine(generation, { texts = true } = {}) {
  const { openIndex } = await product.core('index/index-reader');
  const { IndexSearcher } = await product.core('search/index-searcher');
  const { DEFAULT_SETTINGS: settings } = await product.core('model/settings');
  const { queryOf } = await product.core('model/query');
  const analyzer = await defaultAnalyzer();
  const { withoutTexts } = await product.core('build/strip-answers');
  const file = new Uint8Array(readFileSync(join(generation, 'index.askdex')));
  const index = openIndex(texts ? file : withoutTexts(file), { verify: true });
  const searcher = () => new IndexSearcher(index, { analyzer, settings, generation: 'bench' });
  return { index, analyzer, searcher, queryOf };
}

/** The analyzer of the default settings. */
export async function defaultAnalyzer() {
  const { createAnalyzer } = await product.core('analysis/analyzer');
  const { loadStem } = await product.adapter('stemmers/stemmers');
  return createAnalyzer({ language: 'en', stem: await loadStem('en'), stopWords: null, protectedWords: [] });
}
