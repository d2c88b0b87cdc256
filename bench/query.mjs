// Time of the fifteen probe queries: ours, MiniSearch, SQLite FTS5. usage: node bench/query.mjs CORPUS
import { readCorpus } from './lib/corpus.mjs';
import { readArguments, withGeneration } from './lib/generation.mjs';
import { machine, mean } from './lib/measure.mjs';
import { PROBE } from './lib/probe.mjs';
import { count, ms, printTable, times } from './lib/table.mjs';
import { takeTurns } from './lib/turns.mjs';

const NAMES = {
  engine: 'Askdex, engine',
  firstStage: 'Askdex, engine, first ranking stage only',
  tolerant: 'MiniSearch, prefix and fuzzy 0.2',
  answer: 'Askdex, whole answer',
  sqlite: 'SQLite FTS5, top 10 with snippet()',
  unasked: 'Askdex, whole answer, nothing cached',
  engineUnasked: 'Askdex, engine, nothing cached',
  exact: 'MiniSearch, exact terms',
};

const { positionals, values } = readArguments('node bench/query.mjs CORPUS.jsonl[.gz] [--index FOLDER] [--rounds N]', {
  options: { rounds: { type: 'string', default: '15' } },
});
const [corpus] = positionals;

await withGeneration(corpus, values.index, async (generation) => {
  const questions = await readCorpus(corpus);
  const script = new URL('./lib/contender.mjs', import.meta.url);
  const found = await takeTurns(script, Object.keys(NAMES), {
    args: [corpus, generation],
    rounds: Number(values.rounds),
  });
  const [engineTimes, firstStage, tolerant, whole, fts] = Object.keys(NAMES).map((name) => found.get(name));

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
    ...Object.entries(NAMES).map(([name, title]) => [
      title,
      ms(mean(found.get(name))),
      ms(Math.max(...found.get(name))),
    ]),
  ]);
  printTable([
    ['ratio of the means', 'measured', 'wanted'],
    ['MiniSearch with prefix and fuzzy / Askdex engine', times(mean(tolerant) / mean(engineTimes)), '200 ×'],
    ['MiniSearch with prefix and fuzzy / Askdex whole answer', times(mean(tolerant) / mean(whole)), '100 ×'],
    ['SQLite FTS5 / Askdex whole answer', times(mean(fts) / mean(whole)), '25 ×'],
    ['SQLite FTS5 / Askdex engine', times(mean(fts) / mean(engineTimes)), ''],
    ['Askdex engine / its first stage only', times(mean(engineTimes) / mean(firstStage)), 'at most 2 ×'],
  ]);
});
