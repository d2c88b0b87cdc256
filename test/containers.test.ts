import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import { VARIABLES } from '../src/config/variables.js';
import { serveLocally, type LocalServer } from './support/local-server.js';

const root = new URL('../', import.meta.url);
const read = (name: string) => readFileSync(new URL(name, root), 'utf8');

/** Instructions of a Dockerfile, continuation lines joined. */
function instructions(): { name: string; text: string }[] {
  const lines = read('Dockerfile').replace(/\\\n/g, ' ').split('\n');
  const kept = lines.map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'));
  return kept.map((line) => {
    const [name = '', ...rest] = line.split(/\s+/);
    return { name: name.toUpperCase(), text: rest.join(' ') };
  });
}

function member(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((inside, name) => {
    assert.ok(typeof inside === 'object' && inside !== null, `${path.join('.')} is there`);
    return (inside as Record<string, unknown>)[name];
  }, value);
}

/** Runs a health command as a container would; resolves to its exit code. */
function run(command: readonly string[], environment: Record<string, string>): Promise<number | null> {
  const [, ...args] = command;
  assert.equal(command[0], 'node');
  const child = spawn(process.execPath, args, { env: environment, stdio: 'ignore' });
  return new Promise((resolve, reject) => child.once('error', reject).once('exit', resolve));
}

const lastStage = () => {
  const all = instructions();
  return all.slice(all.map(({ name }) => name).lastIndexOf('FROM'));
};
const one = (name: string) => {
  const found = lastStage().filter((instruction) => instruction.name === name);
  assert.equal(found.length, 1, `one ${name} in the last stage`);
  return found[0]!.text;
};
const healthOfImage = () => JSON.parse(/CMD (\[.*\])$/.exec(one('HEALTHCHECK'))?.[1] ?? 'null') as string[];
const service = () => member(load(read('docker-compose.yml')), 'services', 'askdex');

describe('the container files (parsed, and their commands run outside a container: no container engine is used)', () => {
  it('have a Dockerfile with two stages, no root, SIGTERM as stop signal and no shell', () => {
    assert.equal(instructions().filter(({ name }) => name === 'FROM').length, 2);
    assert.equal(one('USER'), 'node');
    assert.equal(one('STOPSIGNAL'), 'SIGTERM');
    assert.deepEqual(JSON.parse(one('CMD')), ['node', 'dist/cli.js', 'serve']);
    assert.deepEqual(JSON.parse(one('VOLUME')), ['/index-data']);
    assert.match(one('ENV'), /\bHOST=0\.0\.0\.0\b/);
  });

  it('set only variables that Askdex reads in the Dockerfile', () => {
    const known = ['NODE_ENV', ...Object.values(VARIABLES).map(({ name }) => name)];
    for (const [, name] of one('ENV').matchAll(/(\w+)=/g)) assert.ok(known.includes(name!), name);
  });

  it('copy only files that exist and that .dockerignore lets through', () => {
    const allowed = read('.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'));
    const copied = instructions().filter(({ name, text }) => name === 'COPY' && !text.startsWith('--from'));
    assert.ok(copied.length > 0);
    for (const source of copied.flatMap(({ text }) => text.split(' ').slice(0, -1))) {
      assert.ok(existsSync(new URL(source, root)), source);
      assert.ok(allowed.includes(`!${source}`), `${source} in .dockerignore`);
    }
  });

  it('build the image with a script that exists', () => {
    const scripts = Object.keys(member(JSON.parse(read('package.json')), 'scripts') as object);
    const used = instructions().flatMap(({ text }) => [...text.matchAll(/npm run (\w+)/g)].map(([, name]) => name!));
    assert.ok(used.includes('build'));
    for (const name of used) assert.ok(scripts.includes(name), name);
  });

  it('start the program that the build writes', function () {
    if (!existsSync(new URL('dist/cli.js', root))) {
      this.test!.title += ' — left out: dist/ is not built';
      this.skip();
    }
    assert.match(read('dist/cli.js'), /^#!\/usr\/bin\/env node\n/);
  });

  it('run compose with a read-only root, no capabilities, no new privileges, a loopback port and read-only content', () => {
    assert.equal(member(service(), 'read_only'), true);
    assert.deepEqual(member(service(), 'cap_drop'), ['ALL']);
    assert.deepEqual(member(service(), 'security_opt'), ['no-new-privileges:true']);
    assert.deepEqual(member(service(), 'tmpfs'), ['/tmp']);
    assert.deepEqual(member(service(), 'ports'), ['127.0.0.1:7373:7373']);
    assert.deepEqual(member(service(), 'volumes'), ['./content:/app/content:ro', 'index-data:/index-data']);
    assert.ok('index-data' in (member(load(read('docker-compose.yml')), 'volumes') as object));
    assert.ok(Number.parseInt(String(member(service(), 'stop_grace_period')), 10) > 10);
  });

  it('set only variables that Askdex reads in compose', () => {
    const known = Object.values(VARIABLES).map(({ name }) => name);
    for (const name of Object.keys(member(service(), 'environment') as object)) assert.ok(known.includes(name), name);
  });

  describe('the health commands', () => {
    let server: LocalServer;
    let status = 200;
    let asked: (string | undefined)[] = [];
    beforeEach(async () => {
      status = 200;
      asked = [];
      server = await serveLocally((request, response) => {
        asked.push(request.url);
        response.writeHead(status).end();
      });
    });
    afterEach(() => server.close());
    const port = () => String(server.port);

    it('of the image end with 0 only if the server at the configured port and base path is ready', async () => {
      const environment = { PORT: port(), ASKDEX_BASE_PATH: '/search' };
      assert.equal(await run(healthOfImage(), environment), 0);
      assert.deepEqual(asked, ['/search/health/ready']);
      status = 503;
      assert.equal(await run(healthOfImage(), environment), 1);
    });

    it('of compose end with 0 only if the server is ready', async () => {
      const [kind, ...command] = member(service(), 'healthcheck', 'test') as string[];
      assert.equal(kind, 'CMD');
      const moved = command.map((part) => part.replace(':7373', `:${port()}`));
      assert.equal(await run(moved, {}), 0);
      assert.deepEqual(asked, ['/health/ready']);
      status = 503;
      assert.equal(await run(moved, {}), 1);
    });

    it('of the image end with 1 if nothing listens', async () => {
      await server.close();
      assert.equal(await run(healthOfImage(), { PORT: port() }), 1);
    });
  });
});
