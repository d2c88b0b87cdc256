// Ranking quality on judged collections, of each ranking or of the default ranking without one of its parts.
// usage: node bench/eval.mjs FOLDER [--apart NAME,NAME] [--ablate]
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { product, readArguments, stop } from './lib/generation.mjs';
import { count, printTable } from './lib/table.mjs';

const USAGE = 'node bench/eval.mjs FOLDER [--apart NAME,NAME] [--measure ndcg10|mrr10|recall100] [--ablate]';
const MEASURES = { ndcg10: 'nDCG@10', mrr10: 'MRR@10', recall100: 'recall@100' };
const { positionals, values } = readArguments(USAGE, {
  options: {
    apart: { type: 'string', default: '' },
    measure: { type: 'string', default: 'ndcg10' },
    ablate: { type: 'boolean', default: false },
  },
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
const { DEFAULT_SETTINGS, RANKINGS } = await product.core('model/settings');
const hooks = { onProgress: () => undefined, onWarning: () => undefined, onLeftOut: () => undefined };

const none = Object.fromEntries(Object.keys(DEFAULT_SETTINGS.weights).map((weight) => [weight, 0]));
const without = (...weights) => ({
  weights: { ...DEFAULT_SETTINGS.weights, ...Object.fromEntries(weights.map((weight) => [weight, 0])) },
});
/** The compared variants: settings that differ from the default, by name. `default` is divided by `bm25`. */
const VARIANTS = values.ablate
  ? {
      bm25: { ranking: 'bm25' },
      'first stage': { weights: none },
      'without feedback': without('feedback'),
      'without titles': without('sameTitle', 'sameWords', 'sameBeginning'),
      'without proximity': without('proximity'),
      'fields alike': { boosts: { title: 1, answer: 1, keywords: 1 } },
      'no stop words': { stopWords: [] },
      default: {},
    }
  : Object.fromEntries(RANKINGS.map((ranking) => [ranking, { ranking }]));
const variants = Object.keys(VARIANTS);

async function evaluate(name, variant) {
  const settings = { ...DEFAULT_SETTINGS, ...VARIANTS[variant] };
  return runEvaluation({ files: filesOf(name), mapping: {}, settings, folder }, hooks);
}

const fixed = (value) => value.toFixed(4);
const mean = (numbers) => numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
const cells = (found) => [...variants.map((variant) => fixed(found[variant])), (found.default / found.bm25).toFixed(3)];
const rows = [];
const measured = new Map();
for (const name of names) {
  const found = {};
  let size;
  for (const variant of variants) {
    size = await evaluate(name, variant);
    found[variant] = size[measure];
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
  const means = Object.fromEntries(variants.map((variant) => [variant, mean(together.map((found) => found[variant]))]));
  rows.push([apart.length > 0 ? 'mean of the others' : 'mean', '', '', ...cells(means)]);
}
console.log(
  `## Ranking\n\n${MEASURES[measure]} of each ranking, with the default settings except as the column says.\n`,
);
printTable([['collection', 'documents', 'queries', ...variants, 'default / bm25'], ...rows]);
