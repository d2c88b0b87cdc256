// Size of the index beside MiniSearch's JSON, on disk and as downloaded. usage: node bench/size.mjs CORPUS
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzipSync } from 'node:zlib';
import { readCorpus } from './lib/corpus.mjs';
import { product, readArguments, withGeneration } from './lib/generation.mjs';
import { miniSearchOf } from './lib/peers.mjs';
import { count, mb, printTable, times } from './lib/table.mjs';

const TEXTS = ['vocabulary', 'textLengths', 'texts'];
const DESCRIPTIONS = ['descriptionLengths', 'descriptions'];

const compress = promisify(brotliCompress);

/** Bytes at brotli 11. Asynchronous, so that several run at once. */
async function brotli(bytes) {
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: 11,
    [constants.BROTLI_PARAM_LGWIN]: 24,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  return (await compress(bytes, { params })).length;
}

const { positionals, values } = readArguments('node bench/size.mjs CORPUS.jsonl[.gz] [--index FOLDER]');
const [corpus] = positionals;

await withGeneration(corpus, values.index, async (generation) => {
  const { readContainer } = await product.core('index/format/container');
  const { withDescriptions, withoutTexts } = await product.core('build/strip-answers');
  const file = new Uint8Array(readFileSync(join(generation, 'index.askdex')));
  const sections = readContainer(file, true);
  const questions = await readCorpus(corpus);
  const json = Buffer.from(JSON.stringify(await miniSearchOf(questions)));
  const jsonPacked = brotli(json);
  const ours = withoutTexts(file);

  console.log(`## Size\n\n${count(questions.length)} questions.\n`);
  const each = await Promise.all(
    Object.entries(sections).map(async ([name, bytes]) => [name, bytes.length, await brotli(bytes)]),
  );
  const sum = (names, column) =>
    each.filter(([name]) => names.includes(name)).reduce((total, row) => total + row[column], 0);
  printTable([
    ['section', 'raw bytes', 'brotli 11'],
    ...each.map(([name, raw, packed]) => [name, count(raw), count(packed)]),
    ['texts, all', count(sum(TEXTS, 1)), count(sum(TEXTS, 2))],
    ['descriptions, all', count(sum(DESCRIPTIONS, 1)), count(sum(DESCRIPTIONS, 2))],
  ]);
  const downloads = { 'text=none': withDescriptions(file), 'text=full': file };
  const [rawPacked, ...packed] = await Promise.all([ours, ...Object.values(downloads)].map(brotli));
  const peer = await jsonPacked;
  const row = (name, own, theirs, wanted) => [name, mb(own), mb(theirs), times(theirs / own), wanted];
  printTable([
    ['index without texts and descriptions', 'Askdex', 'MiniSearch JSON', 'smaller', 'wanted'],
    row('raw', ours.length, json.length, '6 ×'),
    row('brotli 11', rawPacked, peer, ''),
  ]);
  printTable([
    ['index.askdex', 'bytes', 'brotli 11', 'gzip 9'],
    ...Object.entries(downloads).map(([name, bytes], at) => [
      name,
      count(bytes.length),
      count(packed[at]),
      count(gzipSync(bytes, { level: 9 }).length),
    ]),
  ]);
});
