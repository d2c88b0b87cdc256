import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { EventEmitter, once } from 'node:events';
import { get, type ClientRequest, type IncomingMessage } from 'node:http';
import type { Request, Response } from 'express';
import type { BuildProgress } from '../../../src/core/model/build-report.js';
import { listen, type Listening } from '../../../src/http/listen.js';
import { streamTask } from '../../../src/http/routes/task-stream.js';
import { asAdmin, harness, REPORT, request, type Harness } from '../support.js';

interface Running extends Harness {
  readonly uid: number;
  readonly progress: (percent: number) => void;
  readonly finish: () => void;
  readonly fail: () => void;
}

/** A harness with one build that goes on until told otherwise. */
async function running(options: Parameters<typeof harness>[0] = {}): Promise<Running> {
  const started = new EventEmitter();
  let progress: (progress: BuildProgress) => void = () => undefined;
  let finish = (): void => undefined;
  let fail = (): void => undefined;
  const one = harness({
    ...options,
    run: (_request, hooks) =>
      new Promise((resolve, reject) => {
        progress = hooks.onProgress;
        finish = () => resolve(REPORT);
        fail = () => reject(new Error('/secret/place'));
        started.emit('started');
      }),
  });
  const begun = once(started, 'started');
  const { uid } = one.services.tasks.enqueue({ trigger: 'api' });
  await begun;
  const tell = (percent: number): void => progress({ stage: 'indexing', percent, done: percent, total: 100 });
  return { ...one, uid, progress: tell, finish: () => finish(), fail: () => fail() };
}

/** Reads a stream's text until it holds `part`; `null`: to its end. */
function reader(response: IncomingMessage): (part: string | null) => Promise<string> {
  const chunks = response.setEncoding('utf8')[Symbol.asyncIterator]() as AsyncIterator<string, undefined>;
  let text = '';
  return async (part) => {
    while (part === null || !text.includes(part)) {
      const { done, value } = await chunks.next();
      if (done === true) return text;
      text += value;
    }
    return text;
  };
}

async function open({ port }: Listening, uid: number): Promise<[ClientRequest, IncomingMessage]> {
  const asked = get({ host: '127.0.0.1', port, path: `/v1/admin/tasks/${uid}/stream`, headers: asAdmin });
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  return [asked, response];
}

describe('GET /v1/admin/tasks/{uid}/stream', () => {
  it('sends each progress event as it happens, then done, and ends', async () => {
    const build = await running();
    const server = await listen(build.app, { host: '127.0.0.1', port: 0 });
    try {
      const [, response] = await open(server, build.uid);
      assert.equal(response.statusCode, 200);
      assert.match(String(response.headers['content-type']), /^text\/event-stream/);
      assert.equal(response.headers['content-encoding'], undefined);
      assert.equal(response.headers['cache-control'], 'no-store, no-transform');
      const until = reader(response);
      await until('event: progress\ndata: {"uid":0,"status":"processing","stage":null,"percent":0}\n\n');
      build.progress(40);
      await until('"stage":"indexing","percent":40}\n\n');
      build.finish();
      assert.match(await until(null), /event: done\ndata: \{.*"status":"succeeded".*\}\n\n$/);
    } finally {
      await server.close(0);
    }
  });

  it('reports a failure without internals', async () => {
    const build = await running();
    const answer = request(build.app).get(`/v1/admin/tasks/${build.uid}/stream`).set(asAdmin);
    build.fail();
    const { text } = await answer;
    assert.match(text, /"status":"failed".*"code":"build_failed"/);
    assert.doesNotMatch(text, /secret/);
  });

  it('frees the subscription when the client disconnects', async () => {
    const build = await running();
    const { tasks } = build.services;
    const freed = new EventEmitter();
    let subscribed = 0;
    const counting = {
      ...tasks,
      subscribe(uid: number, listener: Parameters<typeof tasks.subscribe>[1]) {
        subscribed += 1;
        const stop = tasks.subscribe(uid, listener);
        return () => {
          subscribed -= 1;
          stop();
          freed.emit('freed');
        };
      },
    };
    const { app } = harness({ services: { tasks: counting } });
    const server = await listen(app, { host: '127.0.0.1', port: 0 });
    try {
      const [asked, response] = await open(server, build.uid);
      assert.equal(subscribed, 1);
      response.on('error', () => undefined);
      const gone = once(freed, 'freed');
      asked.destroy();
      await gone;
      assert.equal(subscribed, 0);
      build.progress(50);
    } finally {
      await server.close(0);
    }
  });

  it('ends when the server starts to stop', async () => {
    const stop = new AbortController();
    const build = await running({ services: { stopping: stop.signal } });
    const server = await listen(build.app, { host: '127.0.0.1', port: 0 });
    const [, response] = await open(server, build.uid);
    response.resume();
    const end = once(response, 'end');
    stop.abort();
    await end;
    await server.close(1000);
  });

  it('answers HEAD without keeping the connection open', async () => {
    const build = await running();
    await request(build.app).head(`/v1/admin/tasks/${build.uid}/stream`).set(asAdmin).expect(200);
  });
});

describe('streamTask', () => {
  /** As much of a response as a stream needs; `full` is what a slow reader makes of it. */
  class FakeResponse extends EventEmitter {
    readonly written: string[] = [];
    ended = 0;
    writableNeedDrain = false;
    status = () => this;
    set = () => this;
    flushHeaders = () => undefined;
    write = (text: string) => this.written.push(text);
    end = () => (this.ended += 1);
  }

  async function stream() {
    const build = await running();
    const response = new FakeResponse();
    const beats: (() => void)[] = [];
    let stopped = 0;
    streamTask({
      request: { method: 'GET' } as Request,
      response: response as unknown as Response,
      services: build.services,
      uid: build.uid,
      every(ms, callback) {
        assert.equal(ms, 15_000);
        beats.push(callback);
        return () => (stopped += 1);
      },
    });
    return { build, response, beat: () => beats[0]?.(), stopped: () => stopped };
  }

  it('sends heartbeats until the end', async () => {
    const { build, response, beat, stopped } = await stream();
    beat();
    assert.equal(response.written.at(-1), ': still here\n\n');
    build.finish();
    while (response.ended === 0) await turn();
    assert.equal(stopped(), 1);
    response.emit('close');
    assert.deepEqual([response.ended, stopped()], [1, 1]);
  });

  it('skips progress events for a slow reader, but never the last event', async () => {
    const { build, response } = await stream();
    response.writableNeedDrain = true;
    build.progress(10);
    build.progress(20);
    assert.equal(response.written.length, 1);
    build.finish();
    while (response.ended === 0) await turn();
    assert.match(response.written[1] ?? '', /^event: done/);
  });
});
