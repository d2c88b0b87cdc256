// Size of the index beside MiniSearch's JSON. usage: node bench/size.mjs CORPUS
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { readCorpus } from './lib/corpus.mjs';
import { product, readArguments, withGeneration } from './lib/generation.mjs';
import { miniSearchOf } from './lib/peers.mjs';
import { count, mb, printTable, times } from './lib/table.mjs';

const TEXTS = ['vocabulary', 'textLengths', 'texts'];
const DESCRIPTIONS = ['descriptionLengths', 'descriptions'];

function brotli(bytes) {
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: 11,
    [constants.BROTLI_PARAM_LGWIN]: 24,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  return brotliCompressSync(bytes, { params }).length;
}

const { positionals, values } = readArguments('node bench/size.mjs CORPUS.jsonl[.gz] [--index FOLDER]');
const [corpus] = positionals;

await withGeneration(corpus, values.index, async (generation) => {
  const { readContainer, writeContainer } = await product.core('packed/layout');
  const path = join(generation, 'index.askdex');
  const file = readFileSync(path);
  const sections = readContainer(new Uint8Array(file), true);
  const left = Object.fromEntries(
    Object.entries(sections).map(([name, bytes]) =>
      TEXTS.includes(name) || DESCRIPTIONS.includes(name) ? [name, new Uint8Array(0)] : [name, bytes],
    ),
  );
  const ours = writeContainer(left);
  const questions = await readCorpus(corpus);
  const json = Buffer.from(JSON.stringify(await miniSearchOf(questions)));

  console.log(`## Size\n\n${count(questions.length)} questions.\n`);
  const each = Object.entries(sections).map(([name, bytes]) => [name, bytes.length, brotli(bytes)]);
  const sum = (names, column) =>
    each.filter(([name]) => names.includes(name)).reduce((total, row) => total + row[column], 0);
  printTable([
    ['section', 'raw bytes', 'brotli 11'],
    ...each.map(([name, raw, packed]) => [name, count(raw), count(packed)]),
    ['texts, all', count(sum(TEXTS, 1)), count(sum(TEXTS, 2))],
    ['descriptions, all', count(sum(DESCRIPTIONS, 1)), count(sum(DESCRIPTIONS, 2))],
    ['the whole file', count(statSync(path).size), count(brotli(file))],
  ]);
  const raw = [ours.length, json.length];
  const packed = [brotli(ours), brotli(json)];
  printTable([
    ['index without texts and descriptions', 'Askdex', 'MiniSearch JSON', 'smaller', 'wanted'],
    ['raw', ...raw.map(mb), times(raw[1] / raw[0]), '6 ×'],
    ['brotli 11', ...packed.map(mb), times(packed[1] / packed[0]), '2 ×'],
  ]);
});
