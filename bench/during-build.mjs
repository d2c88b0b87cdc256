// Searches over HTTP while a full build runs, against an idle server. usage: node bench/during-build.mjs CORPUS
import { writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { startServer } from './lib/command.mjs';
import { readCorpus } from './lib/corpus.mjs';
import { product, readArguments, withFolder } from './lib/generation.mjs';
import { machine, median, percentile } from './lib/measure.mjs';
import { PROBE } from './lib/probe.mjs';
import { count, ms, printTable, times } from './lib/table.mjs';

const KEY = 'a-key-for-measuring-only';
const { positionals, values } = readArguments('node bench/during-build.mjs CORPUS.jsonl[.gz] [--rounds N]', {
  options: { rounds: { type: 'string', default: '4' } },
});

const agent = new Agent({ keepAlive: true, maxSockets: 8 });

function call(url, { method = 'GET', body = null } = {}) {
  return new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${KEY}`,
      ...(body === null ? {} : { 'content-type': 'application/json' }),
    };
    const sent = request(url, { method, agent, headers }, (response) => {
      const parts = [];
      response.on('data', (part) => parts.push(part));
      response.on('end', () => resolve({ status: response.statusCode, text: Buffer.concat(parts).toString() }));
      response.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** Sends one query after another until `enough` returns true. */
async function ask(url, enough) {
  const took = [];
  let failed = 0;
  for (let at = 0; !enough(); at += 1) {
    const started = performance.now();
    const { status } = await call(`${url}/v1/search?q=${encodeURIComponent(PROBE[at % PROBE.length])}`).catch(
      () => ({}),
    );
    took.push(performance.now() - started);
    if (status !== 200) failed += 1;
  }
  return { took, failed };
}

async function build(url) {
  const { status, text } = await call(`${url}/v1/admin/reindex`, { method: 'POST', body: '{"full":true}' });
  if (status !== 202) throw new Error(`The reindex request was refused: ${status} ${text}`);
  const { taskUid } = JSON.parse(text);
  return async () => JSON.parse((await call(`${url}/v1/admin/tasks/${taskUid}`)).text);
}

async function duringBuild(url) {
  const task = await build(url);
  let status = 'enqueued';
  const looking = (async () => {
    while (status === 'enqueued' || status === 'processing') {
      await new Promise((resolve) => setTimeout(resolve, 100));
      ({ status } = await task());
    }
  })();
  const asked = await ask(url, () => status !== 'enqueued' && status !== 'processing');
  await looking;
  if (status !== 'succeeded') throw new Error(`The build ended with the status "${status}".`);
  return asked;
}

await withFolder(async (folder) => {
  const questions = await readCorpus(positionals[0]);
  const content = join(folder, 'content.jsonl');
  // Each build publishes, because the switch to the new generation is part of the measurement.
  const write = (round) => {
    const [first, ...rest] = questions;
    const changed = { ...first, title: `${first.title} ${round}` };
    writeFileSync(content, [changed, ...rest].map((question) => JSON.stringify(question)).join('\n'));
  };
  write(0);
  const { buildIndex } = await product.library();
  await buildIndex({ content, index: join(folder, 'index') });
  const server = await startServer({
    content,
    index: join(folder, 'index'),
    environment: { ASKDEX_ADMIN_KEY: KEY },
  });
  try {
    const idle = [];
    const building = [];
    await duringBuild(server.url);
    for (let round = 1; round <= Number(values.rounds); round += 1) {
      write(round);
      const busy = await duringBuild(server.url);
      building.push(busy);
      const until = performance.now() + busy.took.reduce((sum, value) => sum + value, 0);
      idle.push(await ask(server.url, () => performance.now() > until));
    }
    const all = (runs) => runs.flatMap(({ took }) => took);
    const share = (runs, wanted) => median(runs.map(({ took }) => percentile(took, wanted)));
    const row = (title, wanted) => {
      const [before, during] = [share(idle, wanted), share(building, wanted)];
      return [title, ms(before), ms(during), times(during / before)];
    };
    console.log(
      `## Searches during a full build\n\n${count(questions.length)} questions, the probe queries one after another ` +
        `over HTTP, ${values.rounds} builds, each followed by idle time of the same length, medians of the rounds; ` +
        `${machine()}.\n`,
    );
    printTable([
      ['', 'idle', 'during a build', 'ratio (wanted: p99 under 2 ×)'],
      row('p50', 0.5),
      row('p95', 0.95),
      row('p99', 0.99),
      row('slowest', 1),
      ['searches', count(all(idle).length), count(all(building).length), ''],
      ...['failed'].map((title) => [
        title,
        ...[idle, building].map((runs) => count(runs.reduce((sum, { failed }) => sum + failed, 0))),
        '',
      ]),
    ]);
  } finally {
    agent.destroy();
    await server.stop();
  }
});
