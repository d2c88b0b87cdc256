// Ranking quality over folders of judged queries. usage: node bench/eval.mjs FOLDER [--apart NAME,NAME]
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { product, readArguments, stop } from './lib/generation.mjs';
import { count, printTable } from './lib/table.mjs';

const USAGE = 'node bench/eval.mjs FOLDER [--apart NAME,NAME] [--measure ndcg10|mrr10|recall100]';
const MEASURES = { ndcg10: 'nDCG@10', mrr10: 'MRR@10', recall100: 'recall@100' };
const { positionals, values } = readArguments(USAGE, {
  options: { apart: { type: 'string', default: '' }, measure: { type: 'string', default: 'ndcg10' } },
});
const [folder] = positionals;
const { measure } = values;
if (MEASURES[measure] === undefined) stop(`There is no measure ${measure}.\n\nusage: ${USAGE}`);
const filesOf = (name) => ({
  corpus: join(folder, name, 'corpus.jsonl.gz'),
  queries: join(folder, name, 'queries.jsonl.gz'),
  qrels: join(folder, name, 'qrels.tsv'),
});
const names = readdirSync(folder)
  .filter((name) => Object.values(filesOf(name)).every((file) => existsSync(file)))
  .sort();
if (names.length === 0)
  stop(`${folder} has no folder with corpus.jsonl.gz, queries.jsonl.gz and qrels.tsv.\n\nusage: ${USAGE}`);
const apart = values.apart.split(',').filter((name) => name !== '');
const unknown = apart.find((name) => !names.includes(name));
if (unknown !== undefined) stop(`There is no collection ${unknown} in ${folder}: ${names.join(', ')}.`);

const { runEvaluation } = await product.module('wiring.js');
const { DEFAULT_SETTINGS, RANKINGS } = await product.core('settings');
const hooks = { onProgress: () => undefined, onWarning: () => undefined, onLeftOut: () => undefined };

async function evaluate(name, ranking) {
  const settings = { ...DEFAULT_SETTINGS, ranking };
  return runEvaluation({ files: filesOf(name), mapping: {}, settings, folder }, hooks);
}

const fixed = (value) => value.toFixed(4);
const mean = (numbers) => numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
const cells = (found) => [
  ...RANKINGS.map((ranking) => fixed(found[ranking])),
  (found.default / found.bm25).toFixed(3),
];
const rows = [];
const measured = new Map();
for (const name of names) {
  const found = {};
  let size;
  for (const ranking of RANKINGS) {
    size = await evaluate(name, ranking);
    found[ranking] = size[measure];
  }
  measured.set(name, found);
  rows.push([
    apart.includes(name) ? `${name} (apart)` : name,
    count(size.documents),
    count(size.queries),
    ...cells(found),
  ]);
}
const together = names.filter((name) => !apart.includes(name)).map((name) => measured.get(name));
if (together.length > 0) {
  const means = Object.fromEntries(
    RANKINGS.map((ranking) => [ranking, mean(together.map((found) => found[ranking]))]),
  );
  rows.push([apart.length > 0 ? 'mean of the others' : 'mean', '', '', ...cells(means)]);
}
console.log(`## Ranking\n\n${MEASURES[measure]} of each ranking, with the default settings.\n`);
printTable([['collection', 'documents', 'queries', ...RANKINGS, 'default / bm25'], ...rows]);
