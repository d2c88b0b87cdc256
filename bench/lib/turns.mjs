import { fork } from 'node:child_process';
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { median } from './measure.mjs';

/** Milliseconds of a turn, in which the queries run repeatedly, at least once. */
const TURN = 250;

/**
 * Runs each contender in its own process, so that none is slowed by another's memory and garbage. They take turns (A B A
 * B). In its turn a contender runs all queries repeatedly for a quarter of a second, at least once, like a busy server.
 * `script` is a module that calls `contend`; each process gets one of `names` and then `args` as arguments. Returns a map
 * from each name to the median milliseconds of each query.
 */
export async function takeTurns(script, names, { args, rounds, warmUp = 3 }) {
  const contenders = [];
  try {
    for (const name of names) {
      const child = fork(script, [name, ...args], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
      contenders.push({ name, child, times: [] });
      await answer(child);
    }
    for (let round = -warmUp; round < rounds; round += 1) {
      for (const { child, times } of contenders) {
        child.send('round');
        const took = await answer(child);
        if (round < 0) continue;
        for (const [query, all] of took.entries()) (times[query] ??= []).push(...all);
      }
    }
    return new Map(contenders.map(({ name, times }) => [name, times.map(median)]));
  } finally {
    for (const { child } of contenders) child.kill();
  }
}

async function answer(child) {
  const ended = new AbortController();
  const options = { signal: ended.signal };
  try {
    const failed = once(child, 'exit', options).then(([code]) => {
      throw new Error(`A contender ended with code ${code}.`);
    });
    failed.catch(() => undefined);
    const [message] = await Promise.race([once(child, 'message', options), failed]);
    return message;
  } finally {
    ended.abort();
  }
}

/** The contender's side: runs a turn on each message and sends the times. `before` runs untimed before each pass. */
export function contend(queries, { ask, before }) {
  process.on('message', async () => {
    const times = queries.map(() => []);
    const end = performance.now() + TURN;
    do {
      await before?.();
      for (const [number, query] of queries.entries()) {
        const started = performance.now();
        await ask(query);
        times[number].push(performance.now() - started);
      }
    } while (performance.now() < end);
    process.send(times);
  });
  process.send('ready');
}
