// Size of deltas between snapshots, and the time to encode and apply them. usage: node bench/delta.mjs CORPUS
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, deflateRawSync, inflateRawSync } from 'node:zlib';
import { readCorpus } from './lib/corpus.mjs';
import { currentGeneration, defaultAnalyzer, product, readArguments, withFolder } from './lib/generation.mjs';
import { machine, median } from './lib/measure.mjs';
import { count, ms, percent, printTable } from './lib/table.mjs';

const { positionals, values } = readArguments('node bench/delta.mjs CORPUS.jsonl[.gz] [--rounds N]', {
  options: { rounds: { type: 'string', default: '5' } },
});
const rounds = Number(values.rounds);

const { buildIndex } = await product.library();
const { applyDelta } = await product.core('delta/apply-delta');
const { encodeDelta } = await product.core('delta/encode-delta');
const { withDescriptions } = await product.core('build/strip-answers');
const analyzer = await defaultAnalyzer();
const questions = await readCorpus(positionals[0]);
const share = Math.round(questions.length / 100);
const every = Math.floor(questions.length / share);

/** A typical edit: appends a sentence of another question to the answer. */
function edited(question, number) {
  const other = questions[(number * 7919 + 13) % questions.length];
  const [sentence] = /^[^.]{0,300}\.?/.exec(other.answer ?? other.text ?? '') ?? [''];
  return { ...question, answer: `${question.answer ?? question.text ?? ''} ${sentence}` };
}

const isPicked = (number) => number % every === 0 && number / every < share;
const cases = [
  [
    '1 document changed',
    questions,
    questions.map((one, at) => (at === 4711 % questions.length ? edited(one, at) : one)),
    'at most 0.2 %',
  ],
  [
    `${share} changed (1 %)`,
    questions,
    questions.map((one, at) => (isPicked(at) ? edited(one, at) : one)),
    'at most 4 %',
  ],
  [`${share} added`, questions.filter((_, at) => !isPicked(at)), questions, ''],
  [`${share} removed`, questions, questions.filter((_, at) => !isPicked(at)), ''],
];

const named = (bytes) => ({ bytes, sha256: createHash('sha256').update(bytes).digest('hex') });

const tools = {
  analyzer,
  decode: (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'),
  deflate: (bytes) => deflateRawSync(bytes, { level: 9, memLevel: 9 }),
  inflate: (bytes, size) => inflateRawSync(bytes, { maxOutputLength: size }),
};

/** Runs `work` `rounds` times. Returns the median in milliseconds and the last result. */
async function timed(work) {
  const times = [];
  let outcome;
  for (let round = 0; round < rounds; round += 1) {
    const start = performance.now();
    outcome = await work();
    times.push(performance.now() - start);
  }
  return { outcome, took: median(times) };
}

await withFolder(async (folder) => {
  const content = join(folder, 'content.jsonl');
  const index = join(folder, 'index');
  const indexOf = async (documents) => {
    writeFileSync(content, documents.map((one) => `${JSON.stringify(one)}\n`).join(''));
    await buildIndex({ content, index });
    return new Uint8Array(readFileSync(join(currentGeneration(index), 'index.askdex')));
  };
  const built = new Map();
  const once = async (documents) => {
    if (!built.has(documents)) built.set(documents, await indexOf(documents));
    return built.get(documents);
  };
  const rows = [['change', 'text', 'delta, bytes', 'of the full download', 'wanted', 'encoding', 'applying']];
  const full = {};
  for (const [name, before, after, wanted] of cases) {
    const files = [await once(before), await once(after)];
    for (const text of ['full', 'none']) {
      const [old, fresh] = files.map((file) => named(text === 'full' ? file : withDescriptions(file)));
      full[text] ??= brotliCompressSync(fresh.bytes, {
        params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 },
      }).length;
      const made = await timed(() => encodeDelta(old, fresh, tools));
      const applied = await timed(() => applyDelta(old.bytes, made.outcome, tools));
      if (Buffer.compare(applied.outcome, fresh.bytes) !== 0) throw new Error(`${name}: the delta led to other bytes.`);
      const size = made.outcome.length;
      rows.push([name, text, count(size), percent(size / full[text]), wanted, ms(made.took), ms(applied.took)]);
    }
  }
  console.log(`## Deltas

${count(questions.length)} questions, ${rounds} rounds, medians; ${machine()}.
index.askdex by brotli: ${count(full.full)} bytes with texts, ${count(full.none)} without.
`);
  rows.push(['wanted', '', '', '', '', '', 'under 1.5 s']);
  printTable(rows);
});
