import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { connect, type Socket } from 'node:net';
import express from 'express';
import { AskdexError } from '../../src/core/errors.js';
import { listen, type Listening } from '../../src/http/listen.js';
import { harness } from './support.js';

const LOCAL = { host: '127.0.0.1', port: 0 };

async function socketTo({ port }: Listening, text = ''): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  if (text !== '') await new Promise((resolve) => socket.write(text, 'latin1', resolve));
  return socket;
}

async function exchange(server: Listening, text: string): Promise<string> {
  const socket = await socketTo(server, text);
  let got = '';
  for await (const data of socket) got += String(data);
  return got;
}

describe('listen', () => {
  it('reports its address and serves the app', async () => {
    const server = await listen(harness().app, LOCAL);
    try {
      assert.equal(server.url, `http://127.0.0.1:${server.port}`);
      assert.equal((await fetch(`${server.url}/health/live`)).status, 200);
      assert.ok(server.server.headersTimeout > 0 && server.server.requestTimeout > 0);
    } finally {
      await server.close(100);
    }
  });

  const unavailable = (host: string, port: number, says: RegExp) => async () => {
    await assert.rejects(listen(harness().app, { host, port }), (error) => {
      assert.ok(error instanceof AskdexError);
      assert.equal(error.code, 'port_unavailable');
      assert.ok(error.message.includes(`${host}:${port}`), error.message);
      assert.match(`${error.message} ${error.remedy ?? ''}`, says);
      return true;
    });
  };

  it('fails with port_unavailable if the port is in use', async () => {
    const first = await listen(harness().app, LOCAL);
    try {
      await unavailable('127.0.0.1', first.port, /another program.*PORT/)();
    } finally {
      await first.close(0);
    }
  });
  it('fails with port_unavailable for an address of another machine', unavailable('192.0.2.1', 0, /HOST/));
  it(
    'fails with port_unavailable for a port number that is out of range',
    unavailable('127.0.0.1', 70_000, /0 to 65535/),
  );

  it('refuses bytes beyond ASCII in a target, which must be percent-encoded', async () => {
    const server = await listen(harness().app, LOCAL);
    try {
      const target = `/v1/search?q=${Buffer.from('Ω').toString('latin1')}`;
      const answer = await exchange(server, `GET ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
      assert.match(answer, /^HTTP\/1.1 400.*percent-encoded.*malformed_request/s);
    } finally {
      await server.close(0);
    }
  });

  for (const target of [
    'http://other.example/v1/search?q=a',
    '//v1/search',
    '/../../etc/passwd',
    '*',
    '/v1/search?q=a#b',
    '/?/../x',
  ]) {
    it(`answers the unusual target ${target} without an internal error`, async () => {
      const server = await listen(harness().app, LOCAL);
      try {
        const answer = await exchange(server, `GET ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
        assert.match(answer, /^HTTP\/1.1 (200|400|404)/);
      } finally {
        await server.close(0);
      }
    });
  }
});

describe('close', () => {
  const HALVES = {
    'nothing sent at all': '',
    'half a request line': 'GET /v1/se',
    'half of the headers': 'GET / HTTP/1.1\r\nHost: a\r\nX-Half',
    'half of a body': 'POST /slow HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{"full":',
    'an idle connection': 'GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n',
  };

  for (const [name, text] of Object.entries(HALVES)) {
    it(`closes a connection with ${name} after the grace period`, async () => {
      const app = express();
      app.post('/slow', (request) => void request.resume());
      app.get('/health/live', (_request, response) => void response.end('ok'));
      // Only the grace period can close it before the test times out.
      const server = await listen(app, { ...LOCAL, headersTimeout: 120_000, requestTimeout: 120_000 });
      const socket = await socketTo(server, text);
      if (text.endsWith('\r\n\r\n')) await once(socket, 'data');
      const gone = once(socket, 'close');
      await server.close(100);
      await gone;
    });
  }

  it('lets a running request finish, refuses new ones, and does not wait for the whole grace period', async () => {
    const steps = new EventEmitter();
    const app = express();
    app.get('/slow', (_request, response) => {
      steps.once('finish', () => response.end('done'));
      steps.emit('begun');
    });
    const server = await listen(app, LOCAL);
    const begun = once(steps, 'begun');
    const answer = fetch(`${server.url}/slow`);
    await begun;
    const closed = server.close(60_000);
    await assert.rejects(fetch(`${server.url}/slow`));
    steps.emit('finish');
    assert.equal(await (await answer).text(), 'done');
    await closed;
  });

  it('may be called again to stop at once', async () => {
    const server = await listen(express(), LOCAL);
    await socketTo(server, 'GET / HT');
    await Promise.all([server.close(60_000), server.close(0)]);
  });
});
