// Compares the ranking `minisearch` with MiniSearch itself. usage: node bench/parity.mjs CORPUS
import { readArguments, openEngine, peer, product, withGeneration } from './lib/generation.mjs';
import { seeded } from './lib/measure.mjs';
import { PROBE } from './lib/probe.mjs';
import { count, printTable } from './lib/table.mjs';

const NEAR = 1e-6;
const PLAIN = { title: 1, answer: 1, keywords: 1 };
const MODES = [
  { name: 'exact terms', boost: PLAIN },
  { name: 'prefix', boost: PLAIN, prefix: true },
  { name: 'fuzzy 0.2', boost: PLAIN, fuzzy: 0.2 },
  { name: 'prefix and fuzzy', boost: PLAIN, prefix: true, fuzzy: 0.2 },
  { name: 'AND', boost: PLAIN, combineWith: 'AND' },
  { name: 'AND, prefix and fuzzy 1', boost: PLAIN, combineWith: 'AND', prefix: true, fuzzy: 1 },
  { name: 'boosts', boost: { title: 3, answer: 0.5, keywords: 1.7 } },
  {
    name: 'boosts, prefix and fuzzy',
    boost: { title: 2.5, answer: 1, keywords: 4 },
    prefix: true,
    fuzzy: 0.25,
  },
];

/** Queries like those of visitors: words of titles, some truncated, some mistyped, some twice. */
function queriesOf(titles, wanted, random) {
  const pick = (list) => list[Math.floor(random() * list.length)];
  const queries = [...PROBE];
  while (queries.length < wanted) {
    const words = [];
    for (let left = 1 + Math.floor(random() * 5); left > 0; left -= 1) {
      const word = pick(pick(titles).split(/\s+/));
      const at = Math.floor(random() * word.length);
      const kind = random();
      if (kind < 0.15) words.push(word.slice(0, Math.max(1, at)));
      else if (kind < 0.3) words.push(word.slice(0, at) + word.slice(at + 1));
      else if (kind < 0.35) words.push(word, word);
      else words.push(word);
    }
    queries.push(words.join(' '));
  }
  return queries;
}

/** Why two lists of hits differ; null if they do not. MiniSearch may order equal scores differently. */
function difference(ours, theirs) {
  if (ours.length !== theirs.length) return `${ours.length} hits, not ${theirs.length}`;
  const scores = new Map(theirs.map(({ id, score }) => [id, score]));
  for (const [rank, { id, score, document }] of ours.entries()) {
    const expected = scores.get(id);
    if (expected === undefined) return `${id} is no hit of MiniSearch`;
    if (Math.abs(score - expected) > NEAR * expected) return `${id} scores ${score}, not ${expected}`;
    const placed = theirs[rank].score;
    if (Math.abs(score - placed) > NEAR * placed) return `rank ${rank + 1} scores ${score}, not ${placed}`;
    const before = ours[rank - 1];
    if (before !== undefined && (before.score < score || (before.score === score && before.document > document)))
      return `rank ${rank + 1} is out of order`;
  }
  return null;
}

const { positionals, values } = readArguments(
  'node bench/parity.mjs CORPUS.jsonl[.gz] [--index FOLDER] [--queries N]',
  {
    options: { queries: { type: 'string', default: '300' } },
  },
);
const [corpus] = positionals;

await withGeneration(corpus, values.index, async (generation) => {
  const { index, analyzer, searcher } = await openEngine(generation);
  const { engine } = searcher();
  const MiniSearch = await peer('minisearch');
  const { miniSearchOptions } = await product.adapter('minisearch/segment-builder');
  const { createDocumentSource, DEFAULT_MAPPING } = await product.adapter('markdown/source');
  const source = createDocumentSource({ path: corpus, mapping: DEFAULT_MAPPING, version: 'bench' });
  const { entries } = await source.scan();
  const documents = [];
  for (const entry of entries)
    for await (const item of source.read(entry)) if (item.kind === 'document') documents.push(item.document);
  const keys = Array.from({ length: index.size }, (_, document) => index.documents.document(document).key);
  const miniSearch = new MiniSearch(miniSearchOptions(analyzer));
  miniSearch.addAll(documents);
  const queries = queriesOf(
    documents.map(({ title }) => title),
    Number(values.queries),
    seeded(20250101),
  );

  const rows = [];
  const faults = [];
  for (const { name, boost, combineWith = 'OR', prefix = false, fuzzy = false } of MODES) {
    let hits = 0;
    let same = 0;
    for (const query of queries) {
      const theirs = miniSearch.search(query, { boost, combineWith, prefix, fuzzy });
      const ranking = { boost, combineWith, prefix: () => prefix, fuzzy: () => fuzzy };
      const ours = engine
        .searchLikeMiniSearch(analyzer.terms(query), ranking, index.size)
        .map(({ document, score }) => ({ document, score, id: keys[document] }));
      hits += theirs.length;
      const fault = difference(ours, theirs);
      if (fault === null) same += 1;
      else faults.push(`${name}: ${JSON.stringify(query)}: ${fault}`);
    }
    rows.push([name, count(queries.length), count(hits), count(same)]);
  }
  console.log(
    `## Parity with MiniSearch\n\n${count(documents.length)} questions. A query is the same if every hit is, in the same order, ` +
      'with a score within a relative 1e-6.\n',
  );
  printTable([['search', 'queries', 'hits compared', 'queries that are the same'], ...rows]);
  if (faults.length > 0) {
    console.log(faults.slice(0, 20).join('\n'));
    process.exitCode = 1;
  }
});
