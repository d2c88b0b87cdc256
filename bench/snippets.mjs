// Checks the highlights and snippets of hits against the documents' texts. usage: node bench/snippets.mjs CORPUS
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { tsImport } from 'tsx/esm/api';
import { openEngine, readArguments, withGeneration } from './lib/generation.mjs';
import { seeded } from './lib/measure.mjs';
import { PROBE } from './lib/probe.mjs';
import { count, printTable } from './lib/table.mjs';

const { positionals, values } = readArguments(
  'node bench/snippets.mjs CORPUS [--index FOLDER] [--golden FILE] [--documents N] [--seed N]',
  {
    options: {
      golden: { type: 'string' },
      documents: { type: 'string', default: 'Infinity' },
      seed: { type: 'string', default: '1' },
    },
  },
);
const random = seeded(Number(values.seed));
const pick = (list) => list[Math.floor(random() * list.length)];
const wordsOf = (text) => text.match(/[\p{L}\p{M}\p{N}]{2,}/gu) ?? [];

/** A prefix of a word, or the word without one letter. */
function altered(word) {
  const at = 1 + Math.floor(random() * (word.length - 1));
  return random() < 0.5 ? word.slice(0, Math.max(2, at)) : word.slice(0, at) + word.slice(at + 1);
}

/** The queries for a document: its title, and words of its answer, the last one altered. */
function queriesOf({ title, answer }) {
  const words = wordsOf(answer ?? '');
  if (words.length === 0) return [title];
  return [title, [pick(words), pick(words), altered(pick(words))].join(' ')];
}

await withGeneration(positionals[0], values.index, async (generation) => {
  const { SnippetCheck } = await tsImport('../test/support/snippet-check.ts', import.meta.url);
  const { analyzer, index, queryOf, searcher: open } = await openEngine(generation);
  const searcher = open();
  const check = new SnippetCheck(searcher, analyzer);
  const golden = values.golden === undefined ? [] : JSON.parse(readFileSync(resolve(values.golden), 'utf8'));
  for (const query of [...PROBE, ...golden.map((one) => one.query)]) check.ask(queryOf(query, { limit: 100 }));
  const documents = Math.min(index.size, Number(values.documents));
  for (let number = 0; number < documents; number += 1) {
    const document = searcher.document(index.documents.document(number).key);
    for (const text of queriesOf(document)) check.ask(queryOf(text.slice(0, 2000), { limit: 3 }));
  }
  const { counts } = check;
  // Several documents may share a title, so some were not among the few hits above.
  for (let number = 0; number < documents; number += 1) {
    const { key, title } = index.documents.document(number);
    if (!counts.documents.has(key)) check.ask(queryOf(title.slice(0, 2000), { limit: 100 }));
  }
  printTable([
    ['', 'count'],
    ['documents of the index', count(index.size)],
    ['queries', count(counts.queries)],
    ['hits', count(counts.hits)],
    ['documents among them', count(counts.documents.size)],
    ['snippets', count(counts.snippets)],
    ['ranges', count(counts.ranges)],
    ['faults', count(counts.faults.length)],
  ]);
  for (const fault of counts.faults.slice(0, 20)) console.log(fault);
  if (counts.faults.length > 0) process.exitCode = 1;
});
