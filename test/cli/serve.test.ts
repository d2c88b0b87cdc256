import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { askdex, CLI, Process, question, SKY, temporaryFolder, TIDES, type TemporaryFolder } from './harness.js';

interface Answer {
  readonly status: number;
  readonly body: unknown;
}
const RAIN = question('Why does it rain?', 'Drops grow until they fall.');

describe('askdex serve (a process of its own)', () => {
  let folder: TemporaryFolder;
  let servers: Process[] = [];
  beforeEach(() => {
    folder = temporaryFolder({ 'content/sky.md': SKY, 'content/tides.md': TIDES });
    servers = [];
  });
  afterEach(async () => {
    for (const server of servers) server.child.kill('SIGKILL');
    await Promise.all(servers.map((server) => server.ended));
    folder.remove();
  });

  function serve(environment: Record<string, string> = {}): Process {
    const server = new Process(['serve'], folder.path, { PORT: '0', ASKDEX_SCHEDULE: 'off', ...environment });
    servers.push(server);
    return server;
  }
  const urlOf = async (server: Process) => (await server.says('stdout', /serves (http:\/\/[^\s"]+)/))[1]!;
  const built = (server: Process, times = 1) =>
    server.says('stdout', new RegExp(`(?:build (?:published|found)[\\s\\S]*?){${times}}`));

  async function get(url: string, key?: string, method = 'GET'): Promise<Answer> {
    const response = await fetch(url, {
      method,
      ...(key === undefined ? {} : { headers: { authorization: `Bearer ${key}` } }),
    });
    return { status: response.status, body: await response.json() };
  }
  /** Reads the events of a task until the text appears. */
  async function streamSays(url: string, pattern: RegExp): Promise<void> {
    const { body } = await fetch(url, { headers: { authorization: 'Bearer sixteen-letters-' } });
    let said = '';
    for await (const chunk of body!.pipeThrough(new TextDecoderStream())) {
      said += chunk;
      if (pattern.test(said)) return;
    }
    assert.fail(`the stream ended without ${String(pattern)}: ${said}`);
  }
  const hitsOf = ({ body }: Answer) => (body as { hits: { url: string }[] }).hits.map(({ url }) => url);

  it('builds, answers, shows the admin key once, stores only its hash, and stops on SIGTERM', async () => {
    const first = serve();
    const url = await urlOf(first);
    await built(first);
    assert.deepEqual(hitsOf(await get(`${url}/v1/search?q=moon`)), ['/q/what-causes-the-tides']);
    assert.equal((await get(`${url}/health/ready`)).status, 200);
    const keys = [...first.stdout.matchAll(/askdex_[\w-]{43}/g)].map(([key]) => key);
    assert.equal(keys.length, 1);
    const [key = ''] = keys;
    assert.deepEqual(
      await Promise.all([
        get(`${url}/v1/admin/reindex`, undefined, 'POST'),
        get(`${url}/v1/admin/reindex`, 'x'.repeat(20), 'POST'),
        get(`${url}/v1/admin/reindex`, key, 'POST'),
      ]).then((answers) => answers.map(({ status }) => status)),
      [401, 401, 202],
    );
    first.child.kill('SIGTERM');
    assert.equal((await first.ended).code, 0, first.stderr);
    assert.equal(first.stderr, '');
    assert.ok(!readFileSync(join(folder.path, 'index-data/admin-key.json'), 'utf8').includes(key));

    const second = serve();
    const again = await urlOf(second);
    assert.deepEqual(hitsOf(await get(`${again}/v1/search?q=moon`)), ['/q/what-causes-the-tides'], 'served at once');
    assert.equal((await get(`${again}/v1/admin/tasks`, key)).status, 200, 'the same key');
    assert.doesNotMatch(second.stdout, /askdex_/);
    second.child.kill('SIGINT');
    assert.equal((await second.ended).code, 0);
  });

  it('logs one JSON object a line without a terminal, and no query text', async () => {
    const server = serve({ ASKDEX_ADMIN_KEY: 'sixteen-letters-' });
    const url = await urlOf(server);
    await built(server);
    await get(`${url}/v1/search?q=secretquestion`);
    server.child.kill('SIGTERM');
    const { stdout } = await server.ended;
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { msg?: string });
    assert.ok(lines.some(({ msg }) => msg === 'stopped'));
    assert.doesNotMatch(stdout, /secretquestion|sixteen-letters-/);
  });

  it('rebuilds on SIGHUP and picks up builds of the command line', async () => {
    const server = serve();
    const url = await urlOf(server);
    await built(server);
    folder.write('content/rain.md', RAIN);
    server.child.kill('SIGHUP');
    await built(server, 2);
    assert.deepEqual(hitsOf(await get(`${url}/v1/search?q=drops`)), ['/q/why-does-it-rain']);

    folder.write('content/snow.md', question('Why is snow white?', 'Its crystals scatter every wave alike.'));
    const { code, stdout } = await askdex(['index', '--json'], { folder: folder.path });
    assert.equal(code, 0, stdout);
    const { generation } = JSON.parse(stdout) as { generation: string };
    await server.says('stdout', new RegExp(`"generation":"${generation}"[^\\n]*serving generation`));
    assert.deepEqual(hitsOf(await get(`${url}/v1/search?q=crystals`)), ['/q/why-is-snow-white']);
    assert.equal((await askdex(['rollback'], { folder: folder.path })).code, 0);
    await server.says('stdout', /(?:serving generation[\s\S]*){4}/);
    assert.deepEqual(hitsOf(await get(`${url}/v1/search?q=crystals`)), []);
  });

  it('answers under a base path, with search keys', async () => {
    const server = serve({ ASKDEX_BASE_PATH: '/help/search', ASKDEX_SEARCH_KEYS: 'aaaaaaaaaaaaaaaa' });
    const url = await urlOf(server);
    assert.ok(url.endsWith('/help/search'));
    await built(server);
    assert.equal((await get(`${url}/v1/search?q=moon`)).status, 401);
    assert.equal((await get(`${url}/v1/search?q=moon`, 'aaaaaaaaaaaaaaaa')).status, 200);
    assert.equal((await get(`${url}/v1/admin/tasks`, 'aaaaaaaaaaaaaaaa')).status, 401, 'a search key is no admin key');
  });

  it('ends at once on a second signal', async () => {
    const server = serve();
    const url = new URL(await urlOf(server));
    await built(server);
    const socket = connect(Number(url.port), '127.0.0.1');
    socket.on('error', () => undefined);
    await new Promise<void>((resolve) => socket.once('connect', resolve));
    await new Promise<void>((resolve) => socket.write('GET / HTTP/1.1\r\nHo', () => resolve()));
    server.child.kill('SIGTERM');
    await server.says('stdout', /"stopping"/);
    // Signals that arrive together count as one, so this one is sent until it takes effect.
    const again = setInterval(() => server.child.kill('SIGTERM'), 20);
    const { code } = await server.ended;
    clearInterval(again);
    // A server that waits for the grace period would end with 0.
    assert.equal(code, 130);
    socket.destroy();
  });

  it('stops during a build and leaves a folder that the next build can use', async () => {
    folder.write('content/many.jsonl', manyDocuments(20_000));
    const server = serve({ ASKDEX_CONTENT: 'content/many.jsonl', ASKDEX_ADMIN_KEY: 'sixteen-letters-' });
    const url = await urlOf(server);
    await streamSays(`${url}/v1/admin/tasks/0/stream`, /"parsing"/);
    server.child.kill('SIGTERM');
    const { code, stdout } = await server.ended;
    assert.equal(code, 0);
    assert.match(stdout, /build canceled/);
    folder.write('content/many.jsonl', manyDocuments(20));
    assert.equal((await askdex(['index', '--quiet'], { folder: folder.path })).code, 0);
  });

  it('stops if npm, which started it, has ended', async () => {
    // A parent that ends and leaves its child running, like the shell of npm if npm is killed.
    const start = `require('child_process').spawn(process.execPath, ${JSON.stringify([CLI, 'serve'])}, { stdio: 'inherit' })`;
    const parent = spawn(process.execPath, ['-e', `${start}; process.stdin.once('data', () => process.exit())`], {
      cwd: folder.path,
      env: { PORT: '0', ASKDEX_SCHEDULE: 'off', npm_lifecycle_event: 'start' },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    let output = '';
    let parentEnded = false;
    parent.stdout.on('data', (chunk) => {
      output += String(chunk);
      if (!parentEnded && output.includes('build published')) parentEnded = parent.stdin.write('end');
    });
    // The server holds the other end of this pipe, which closes when the server has ended.
    await new Promise((resolve) => parent.stdout.once('close', resolve));
    assert.match(output, /"stopped"/);
  });

  it('reports a port that is in use, and keeps nothing running', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise<void>((resolve) => taken.once('listening', resolve));
    const { port } = taken.address() as AddressInfo;
    const { code, stderr } = await serve({ PORT: String(port) }).ended;
    await new Promise((resolve) => taken.close(resolve));
    assert.equal(code, 1);
    assert.match(
      stderr,
      new RegExp(`^error: Cannot listen on 127.0.0.1:${port}: another program is listening there\\.\n {2}.*PORT`),
    );
  });

  it('serves without an index if the content is bad, and reports why', async () => {
    const server = serve({ ASKDEX_CONTENT: 'nowhere' });
    const url = await urlOf(server);
    await server.says('stdout', /content_unreadable/);
    assert.equal((await get(`${url}/health/live`)).status, 200);
    assert.equal((await get(`${url}/health/ready`)).status, 503);
    assert.equal((await get(`${url}/v1/search?q=x`)).status, 503);
  });
});

describe('askdex index (a process of its own)', () => {
  let folder: TemporaryFolder;
  beforeEach(() => {
    folder = temporaryFolder({ 'content/sky.md': SKY });
  });
  afterEach(() => folder.remove());

  it('ends with 130 on SIGINT, and leaves the current generation unchanged', async () => {
    assert.equal((await askdex(['index', '--quiet'], { folder: folder.path })).code, 0);
    const current = () => readFileSync(join(folder.path, 'index-data/CURRENT'), 'utf8');
    const before = current();
    folder.write('many.jsonl', manyDocuments(20_000));
    const index = new Process(['index', '--content', 'many.jsonl'], folder.path);
    await index.says('stderr', /parsing/);
    index.child.kill('SIGINT');
    const { code, stderr, stdout } = await index.ended;
    assert.equal(code, 130, stderr);
    assert.equal(stdout, '');
    assert.match(stderr, /error: The build was canceled; the served index is unchanged\.\n$/);
    assert.equal(current(), before);
    assert.equal((await askdex(['index', '--quiet'], { folder: folder.path })).code, 0);
  });

  it('ends without an error if the reader of its output closes', async () => {
    const index = new Process(['index'], folder.path);
    index.child.stdout.destroy();
    index.child.stderr.destroy();
    assert.equal((await index.ended).code, 0);
    assert.match(readFileSync(join(folder.path, 'index-data/CURRENT'), 'utf8'), /^\S+\n$/);
    const search = new Process(['search', 'sky'], folder.path);
    search.child.stdout.destroy();
    const { code, stderr } = await search.ended;
    assert.deepEqual([code, stderr], [0, '']);
  });
});

function manyDocuments(count: number): string {
  const answer = 'Water rises and falls with the moon, the sun and the shape of the coast. '.repeat(5);
  return Array.from({ length: count }, (_, id) =>
    JSON.stringify({ id: String(id), title: `Question ${id}?`, text: answer }),
  ).join('\n');
}
