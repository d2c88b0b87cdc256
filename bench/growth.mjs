// Growth of build time, size, memory and query time with the number of documents. usage: node bench/growth.mjs
import { rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { indexCommand } from './lib/command.mjs';
import { currentGeneration, openEngine, product, readArguments, withFolder } from './lib/generation.mjs';
import { writeGenerated } from './lib/generated.mjs';
import { machine, mean, median } from './lib/measure.mjs';
import { fit, plot } from './lib/plot.mjs';
import { count, digits, mb, ms, printTable, seconds } from './lib/table.mjs';

const QUERIES = 200;
const ROUNDS = 5;
const { values } = readArguments('node bench/growth.mjs [--sizes 1000,4000,16000] [--svg FILE] [--heap MB]', {
  wanted: 0,
  options: {
    sizes: { type: 'string', default: '1000,4000,16000,64000,256000' },
    svg: { type: 'string', default: new URL('../docs/growth.svg', import.meta.url).pathname },
    heap: { type: 'string' },
  },
});

async function queryTimes(generation, queries) {
  const { openSnapshot } = await product.client();
  const snapshot = await openSnapshot(generation);
  const { searcher, queryOf } = await openEngine(generation);
  const { engine } = searcher();
  const took = { engine: queries.map(() => []), whole: queries.map(() => []) };
  for (let round = -1; round < ROUNDS; round += 1) {
    for (const [at, query] of queries.entries()) {
      const started = performance.now();
      engine.find(queryOf(query));
      const between = performance.now();
      await snapshot.search(query);
      const ended = performance.now();
      if (round < 0) continue;
      took.engine[at].push(between - started);
      took.whole[at].push(ended - between);
    }
  }
  await snapshot.close();
  return { engine: mean(took.engine.map(median)), whole: mean(took.whole.map(median)) };
}

async function measure(documents, folder) {
  const content = join(folder, 'content.jsonl');
  const index = join(folder, 'index');
  const queries = await writeGenerated(content, documents, QUERIES);
  // One build of each size: a large one takes long, and its time hardly varies.
  const { report, took, peak } = indexCommand({
    content,
    index,
    memoryIn: folder,
    heapMb: values.heap ?? null,
  });
  const times = await queryTimes(currentGeneration(index), queries);
  rmSync(index, { recursive: true });
  return { documents: report.documents, build: took, size: report.bytes, memory: peak, ...times };
}

await withFolder(async (folder) => {
  const results = [];
  for (const size of values.sizes.split(',').map(Number)) {
    results.push(await measure(size, folder));
    console.error(`${count(size)} documents: built in ${seconds(results.at(-1).build)}, ${mb(results.at(-1).memory)}`);
  }
  const measures = [
    ['build time', 'build', seconds],
    ['size of a generation', 'size', mb],
    ['peak memory of the build', 'memory', mb],
    ['mean query, engine', 'engine', ms],
    ['mean query, whole answer', 'whole', ms],
  ];
  const points = (name) => results.map((result) => [result.documents, result[name]]);
  console.log(
    `## Growth\n\nGenerated documents, one build of each size, ${QUERIES} queries in ${ROUNDS} rounds; ${machine()}. ` +
      'The exponent is k if the measure grows as n^k.\n',
  );
  printTable([
    ['', ...results.map(({ documents }) => count(documents)), 'exponent'],
    ...measures.map(([title, name, show]) => [
      title,
      ...results.map((result) => show(result[name])),
      results.length < 2 ? '–' : digits(fit(points(name)).exponent),
    ]),
  ]);
  if (results.length < 2) return;
  const panels = measures
    .slice(0, 4)
    .map(([title, name, show]) => ({ title, points: points(name), show: (value) => shortened(show(value)) }));
  writeFileSync(resolve(values.svg), plot(panels));
});

/** `5.00 MB` as `5 MB`. */
function shortened(text) {
  return text.replace(/(\.\d*?)0+(?= )/, '$1').replace(/\.(?= )/, '');
}
