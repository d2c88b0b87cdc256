// Flips bits of a generation and truncates its files, one damage at a time. usage: node bench/flip.mjs CORPUS
import {
  closeSync,
  cpSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { readCorpus } from './lib/corpus.mjs';
import { currentGeneration, product, readArguments, withFolder } from './lib/generation.mjs';
import { seeded } from './lib/measure.mjs';
import { PROBE } from './lib/probe.mjs';
import { count, printTable } from './lib/table.mjs';

const { positionals, values } = readArguments(
  'node bench/flip.mjs CORPUS.jsonl[.gz] [--documents N] [--flips N] [--cuts N] [--service-every N]',
  {
    options: {
      documents: { type: 'string', default: 'Infinity' },
      flips: { type: 'string', default: '2000' },
      cuts: { type: 'string', default: '200' },
      // Opening the service's two generations takes most of the time.
      'service-every': { type: 'string', default: '1' },
    },
  },
);

/** The answers to the probe queries as JSON. `ask` returns a whole answer. */
async function answers(ask, queries = PROBE) {
  const all = [];
  for (const query of queries) all.push(JSON.stringify(await ask(query)));
  return all;
}

/** How many of the probe queries, in turn, are sent to a generation that is not damaged itself. */
const ASKED = 3;
const same = (some, all, from = 0) => some.every((answer, at) => answer === all[(from + at) % all.length]);

await withFolder(async (folder) => {
  const { openSnapshot } = await product.client();
  const { buildIndex, openIndex, queryOf } = await product.library();
  const questions = await readCorpus(positionals[0], Number(values.documents));
  const content = join(folder, 'content.jsonl');
  const index = join(folder, 'index');
  const build = async (some) => {
    writeFileSync(content, some.map((question) => JSON.stringify(question)).join('\n'));
    await buildIndex({ content, index });
    return currentGeneration(index);
  };
  const before = await build(questions.slice(1));
  const generation = await build(questions);
  const whole = join(folder, 'whole');
  cpSync(generation, whole, { recursive: true });

  const ofFolder = async (path) => {
    const snapshot = await openSnapshot(path);
    const found = await answers((query) => snapshot.search(query));
    await snapshot.close();
    return found;
  };
  const expected = await ofFolder(generation);
  const expectedBefore = await ofFolder(before);

  /** The outcome of opening the damaged generation directly. */
  const alone = async () => {
    try {
      return same(await ofFolder(generation), expected) ? 'no answer changed' : 'ANSWERS CHANGED';
    } catch (error) {
      return error.code === 'index_damaged' || error.code === 'generation_not_found' ? 'detected' : `FAILED: ${error}`;
    }
  };
  /** The outcome of a service over the index folder, which also has the previous generation. */
  let turns = 0;
  const service = async () => {
    const backend = await openIndex({ index });
    if (backend === null) return 'NOTHING SERVED';
    const ask = (query) => backend.search(queryOf(query));
    const damaged = backend.manifest.generation === basename(generation);
    const from = damaged ? 0 : (turns++ * ASKED) % PROBE.length;
    const found = await answers(ask, damaged ? PROBE : PROBE.slice(from, from + ASKED));
    await backend.close();
    if (damaged) return same(found, expected) ? 'no answer changed' : 'ANSWERS CHANGED';
    return same(found, expectedBefore, from) ? 'previous generation' : 'ANSWERS CHANGED';
  };

  const files = readdirSync(generation).map((name) => ({
    name,
    size: statSync(join(generation, name)).size,
  }));
  const total = files.reduce((sum, { size }) => sum + size, 0);
  const random = seeded(42);
  /** A random position: usually any byte is equally likely, in every fourth turn any file, so that small files are hit. */
  const randomPosition = (turn) => {
    if (turn % 4 === 0) {
      const file = files[Math.floor(random() * files.length)];
      return { file, at: Math.floor(random() * file.size) };
    }
    let at = Math.floor(random() * total);
    const file = files.find(({ size }) => {
      if (at < size) return true;
      at -= size;
      return false;
    });
    return { file, at };
  };

  const outcomes = new Map();
  const record = async (kind, name, turn) => {
    const outcomesBy = [['directly', alone]];
    if (turn % Number(values['service-every']) === 0) outcomesBy.push(['service', service]);
    for (const [way, outcome] of outcomesBy) {
      const row = `${kind} | ${name} | ${way} | ${await outcome()}`;
      outcomes.set(row, (outcomes.get(row) ?? 0) + 1);
    }
  };
  for (let turn = 0; turn < Number(values.flips); turn += 1) {
    const { file, at } = randomPosition(turn);
    const path = join(generation, file.name);
    const byte = readFileSync(join(whole, file.name))[at];
    patch(path, at, byte ^ (1 << Math.floor(random() * 8)));
    await record('bit flipped', file.name, turn);
    patch(path, at, byte);
  }
  for (let turn = 0; turn < Number(values.cuts); turn += 1) {
    const { file, at } = randomPosition(turn);
    const path = join(generation, file.name);
    truncateSync(path, at);
    await record('truncated', file.name, turn);
    writeFileSync(path, readFileSync(join(whole, file.name)));
  }
  console.log(
    `## Damage\n\nA generation of ${count(questions.length)} questions (${count(total)} bytes in ${files.length} files), ` +
      `preceded by another: ${values.flips} flipped bits and ${values.cuts} truncations, one at a time.\n`,
  );
  const rows = [...outcomes].sort().map(([row, times]) => [...row.split(' | '), count(times)]);
  printTable([['damage', 'file', 'opened by', 'outcome', 'times'], ...rows]);
  const wrong = [...outcomes.keys()].some((row) => /[A-Z]{6}/.test(row));
  console.log(
    wrong
      ? 'WRONG: some damage changed an answer or stopped the service.'
      : 'Every damage was detected or changed no answer.',
  );
  process.exitCode = wrong ? 1 : 0;
});

function patch(path, at, byte) {
  const file = openSync(path, 'r+');
  writeSync(file, Uint8Array.of(byte), 0, 1, at);
  closeSync(file);
}
