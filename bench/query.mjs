// Time of the fifteen probe queries: ours, MiniSearch, SQLite FTS5. usage: node bench/query.mjs CORPUS
import { readCorpus } from './lib/corpus.mjs';
import { openEngine, product, readArguments, withGeneration } from './lib/generation.mjs';
import { alternate, machine, mean } from './lib/measure.mjs';
import { miniSearchOf, sqliteOf, TOLERANT } from './lib/peers.mjs';
import { PROBE } from './lib/probe.mjs';
import { count, ms, printTable, times } from './lib/table.mjs';

const { positionals, values } = readArguments(
  'node bench/query.mjs CORPUS.jsonl[.gz] [--index FOLDER] [--rounds N]',
  {
    options: { rounds: { type: 'string', default: '15' } },
  },
);
const [corpus] = positionals;

await withGeneration(corpus, values.index, async (generation) => {
  const { openSnapshot } = await product.client();
  const snapshot = await openSnapshot(generation);
  const { searcher, queryOf } = await openEngine(generation);
  const { engine } = searcher();
  let unasked;
  const questions = await readCorpus(corpus);
  const miniSearch = await miniSearchOf(questions);
  const sqlite = await sqliteOf(questions);
  const contenders = [
    { name: 'Askdex, engine', ask: (query) => engine.find(queryOf(query)) },
    { name: 'MiniSearch, prefix and fuzzy 0.2', ask: (query) => miniSearch.search(query, TOLERANT) },
    { name: 'Askdex, whole answer', ask: (query) => snapshot.search(query) },
    { name: 'SQLite FTS5, top 10 with snippet()', ask: sqlite },
    {
      // Related links of a document are computed once: here every round begins without any.
      name: 'Askdex, whole answer, asked for the first time',
      before: () => {
        unasked = searcher();
      },
      ask: (query) => unasked.search(queryOf(query)),
    },
    { name: 'MiniSearch, exact terms', ask: (query) => miniSearch.search(query) },
  ];
  const found = await alternate(contenders, PROBE, { rounds: Number(values.rounds) });
  const [engineTimes, tolerant, whole, fts] = contenders.map(({ name }) => found.get(name));

  console.log(
    `## Query time\n\n${count(questions.length)} questions, ${values.rounds} rounds, medians; ${machine()}.\n` +
      'A whole answer has ten hits with snippets, highlights and related links.\n',
  );
  printTable([
    ['query', 'Askdex engine', 'whole answer', 'MiniSearch', 'SQLite'],
    ...PROBE.map((query, at) => [query, ms(engineTimes[at]), ms(whole[at]), ms(tolerant[at]), ms(fts[at])]),
  ]);
  printTable([
    ['mean of the probe', 'time', 'worst query'],
    ...contenders.map(({ name }) => [name, ms(mean(found.get(name))), ms(Math.max(...found.get(name)))]),
  ]);
  printTable([
    ['ratio of the means', 'measured', 'wanted'],
    ['MiniSearch with prefix and fuzzy / Askdex engine', times(mean(tolerant) / mean(engineTimes)), '200 ×'],
    ['MiniSearch with prefix and fuzzy / Askdex whole answer', times(mean(tolerant) / mean(whole)), ''],
    ['SQLite FTS5 / Askdex whole answer', times(mean(fts) / mean(whole)), '25 ×'],
    ['SQLite FTS5 / Askdex engine', times(mean(fts) / mean(engineTimes)), ''],
  ]);
});
