// Time and memory of opening the index beside MiniSearch.loadJSON. usage: node bench/open.mjs CORPUS
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { readCorpus } from './lib/corpus.mjs';
import { defaultAnalyzer, peer, product, readArguments, withFolder, withGeneration } from './lib/generation.mjs';
import { machine, median } from './lib/measure.mjs';
import { miniSearchOf, MINISEARCH_OPTIONS, TOLERANT } from './lib/peers.mjs';
import { PROBE } from './lib/probe.mjs';
import { count, mb, ms, printTable, times } from './lib/table.mjs';

/** Heap and buffers after a full garbage collection, in bytes. `external` includes array buffers. */
async function memory() {
  for (let time = 0; time < 4; time += 1) {
    globalThis.gc();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

async function measured(open, ask, prepare = () => undefined) {
  const before = await memory();
  prepare();
  const started = performance.now();
  const opened = await open();
  const took = performance.now() - started;
  const afterOpen = (await memory()) - before;
  const asking = performance.now();
  await ask(opened, PROBE[0]);
  const first = performance.now() - asking;
  for (const query of PROBE) await ask(opened, query);
  const afterQueries = (await memory()) - before;
  // Keeps the index reachable until here.
  return { took, afterOpen, first, afterQueries, opened: typeof opened };
}

/** Opens the index once, in this process. */
async function child(kind, path) {
  if (kind === 'askdex') {
    const { openSnapshot } = await product.client();
    // Load the code of both before the clock starts.
    await Promise.all([product.module('client/open-folder.js'), defaultAnalyzer()]);
    return measured(
      () => openSnapshot(path),
      (snapshot, query) => snapshot.search(query),
    );
  }
  const MiniSearch = await peer('minisearch');
  let json = '';
  return measured(
    () => {
      const index = MiniSearch.loadJSON(json, MINISEARCH_OPTIONS);
      json = '';
      return index;
    },
    (index, query) => index.search(query, TOLERANT),
    // After the memory is taken for the first time: the text is gone when it is taken again.
    () => {
      json = readFileSync(path, 'utf8');
    },
  );
}

function run(kind, path) {
  const args = ['--expose-gc', fileURLToPath(import.meta.url), '--child', kind, path];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 1 << 20 }));
}

async function compare() {
  const { positionals, values } = readArguments('node bench/open.mjs CORPUS.jsonl[.gz] [--index FOLDER] [--rounds N]', {
    options: { rounds: { type: 'string', default: '7' } },
  });
  const [corpus] = positionals;
  await withGeneration(corpus, values.index, (generation) =>
    withFolder(async (folder) => {
      const questions = await readCorpus(corpus);
      const json = join(folder, 'minisearch.json');
      writeFileSync(json, JSON.stringify(await miniSearchOf(questions)));
      const results = { askdex: [], miniSearch: [] };
      for (let round = 0; round < Number(values.rounds); round += 1) {
        results.askdex.push(run('askdex', generation));
        results.miniSearch.push(run('miniSearch', json));
      }
      const of = (kind, name) => median(results[kind].map((result) => result[name]));
      const row = (title, name, show, wanted = '') => {
        const [ours, theirs] = [of('askdex', name), of('miniSearch', name)];
        return [title, show(ours), show(theirs), times(theirs / ours), wanted];
      };
      console.log(
        `## Opening\n\n${count(questions.length)} questions, ${values.rounds} processes of each, medians; ` +
          `${machine()}.\nAskdex's time includes reading the file and verifying its sha256. MiniSearch's text is in ` +
          'memory already.\n',
      );
      printTable([
        ['', 'Askdex', 'MiniSearch', 'ratio', 'wanted'],
        row('opening', 'took', ms, '20 ×'),
        row('heap and buffers, opened', 'afterOpen', mb, '8 ×'),
        row('heap and buffers after the probe queries', 'afterQueries', mb, ''),
        row('first query after opening', 'first', ms, ''),
      ]);
    }),
  );
}

const [flag, kind, path] = process.argv.slice(2);
if (flag === '--child') console.log(JSON.stringify(await child(kind, path)));
else await compare();
