import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { askdex, Process, question, SKY, temporaryFolder, TIDES, type TemporaryFolder } from './harness.js';

const GOLDEN = [{ query: 'why is the sky blue', expect: '/q/why-is-the-sky-blue' }];
/** The expected document of the golden query under another url. */
const MOVED = question('Why is the sky blue?', 'Air scatters short waves.').replace('/q/why', '/q/new-why');
const KEY = 'sixteen-letters-';

describe('configured golden queries', () => {
  let folder: TemporaryFolder;
  beforeEach(() => {
    folder = temporaryFolder({
      'content/sky.md': SKY,
      'content/tides.md': TIDES,
      'askdex.config.json': '{"goldenQueries":"lists/golden.json"}',
      'lists/golden.json': JSON.stringify(GOLDEN),
    });
  });
  afterEach(() => folder.remove());
  const run = (...args: string[]) => askdex(args, { folder: folder.path });
  const current = () => readFileSync(join(folder.path, 'index-data/CURRENT'), 'utf8');

  it('make "askdex index" exit with 3 and report why, and leave the index unchanged', async () => {
    assert.equal((await run('index')).code, 0);
    const before = current();
    folder.write('content/sky.md', MOVED);
    for (const more of [[], ['--full'], ['--quiet']]) {
      const { code, stdout, stderr } = await run('index', ...more);
      assert.deepEqual([code, stdout], [3, '']);
      assert.match(stderr, /error: 1 of 1 golden query failed, so the build was not published/);
      assert.match(stderr, /\n {2}- "why is the sky blue": "\/q\/new-why-is-the-sky-blue" came first; ".*" is not/);
      assert.match(stderr, /\n {2}Fix the content/);
    }
    assert.equal(current(), before);
    folder.write('lists/golden.json', '[]');
    assert.equal((await run('index')).code, 0);
    assert.notEqual(current(), before);
  });

  it('are reported with --json like other failures', async () => {
    folder.write('content/sky.md', MOVED);
    const { code, stdout } = await run('index', '--json');
    assert.equal(code, 3);
    const { error } = JSON.parse(stdout) as { error: Record<string, string> };
    assert.equal(error['code'], 'golden_queries_failed');
    assert.ok(error['message'] !== '' && error['remedy'] !== '');
  });

  it('may be listed in the configuration file itself', async () => {
    folder.write('askdex.config.json', JSON.stringify({ goldenQueries: [{ query: 'sky', expect: '/x' }] }));
    assert.equal((await run('index')).code, 3);
  });

  it('are a configuration error if they cannot be read', async () => {
    folder.write('lists/golden.json', '[{"query":"x"}]');
    const { code, stdout } = await run('index', '--json');
    assert.equal(code, 1);
    const { error } = JSON.parse(stdout) as { error: Record<string, string> };
    assert.equal(error['code'], 'invalid_configuration');
    assert.match(error['message'] ?? '', /golden\.json\[0\]\.expect is missing/);
  });

  it('fail the build task of a server, which keeps serving and reports it', async () => {
    const environment = { PORT: '0', ASKDEX_SCHEDULE: 'off', ASKDEX_ADMIN_KEY: KEY };
    const server = new Process(['serve'], folder.path, environment);
    try {
      const url = (await server.says('stdout', /serves (http:\/\/[^\s"]+)/))[1] ?? '';
      const get = async (path: string, method = 'GET') => {
        const answer = await fetch(url + path, { method, headers: { authorization: `Bearer ${KEY}` } });
        return (await answer.json()) as Record<string, unknown>;
      };
      await server.says('stdout', /build published/);
      folder.write('content/sky.md', MOVED);
      const { taskUid } = await get('/v1/admin/reindex', 'POST');
      await server.says('stdout', /golden_queries_failed/);
      const task = await get(`/v1/admin/tasks/${String(taskUid)}`);
      assert.deepEqual(
        [task['status'], (task['error'] as Record<string, unknown>)['code']],
        ['failed', 'golden_queries_failed'],
      );
      const { hits } = await get('/v1/search?q=sky');
      assert.deepEqual(
        (hits as { url: string }[]).map((hit) => hit.url),
        ['/q/why-is-the-sky-blue'],
      );
      const report = await get('/v1/admin/report');
      assert.deepEqual([report['published'], report['generation']], [false, current().trim()]);
      assert.deepEqual(
        (report['warnings'] as { code: string }[]).map(({ code }) => code),
        ['golden_queries_failed'],
      );
    } finally {
      server.child.kill('SIGKILL');
      await server.ended;
    }
  });
});
