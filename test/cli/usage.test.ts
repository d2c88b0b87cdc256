import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { VARIABLES } from '../../src/config/variables.js';
import { askdex } from './harness.js';

const run = (...args: string[]) => askdex(args, { folder: tmpdir() });

describe('askdex: help and usage', () => {
  it('lists every command, every variable with its default, examples and exit codes with --help', async () => {
    const { code, stdout, stderr } = await run('--help');
    assert.equal(code, 0);
    assert.equal(stderr, '');
    for (const word of [
      'serve',
      'index',
      'check',
      'search',
      'eval',
      'snapshot',
      'rollback',
      'Examples:',
      'Exit codes',
    ]) {
      assert.ok(stdout.includes(word), word);
    }
    for (const { name, fallback } of Object.values(VARIABLES)) {
      const shown = fallback.includes(' ') ? `"${fallback}"` : fallback;
      assert.ok(stdout.includes(fallback === '' ? `  ${name} ` : `  ${name}=${shown} `), name);
    }
  });

  for (const command of ['serve', 'index', 'check', 'search', 'eval', 'snapshot', 'rollback']) {
    it(`describes options and examples with ${command} --help`, async () => {
      const { code, stdout } = await run(command, '--help');
      assert.equal(code, 0);
      assert.match(stdout, new RegExp(`Usage: askdex ${command}`));
      assert.match(stdout, /Options:/);
      assert.match(stdout, new RegExp(`Examples:\\n {2}\\$ (?:\\w+=\\S+ )*askdex ${command}`));
      assert.equal((await run('help', command)).stdout, stdout);
    });
  }

  it('prints the version of the package with --version', async () => {
    const parsed: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    const { version } = parsed as { version: string };
    assert.deepEqual(await run('--version'), { code: 0, stdout: `${version}\n`, stderr: '' });
  });

  const wrong: [args: string[], says: RegExp][] = [
    [[], /Usage: askdex/],
    [['serch', 'x'], /unknown command 'serch'[\s\S]*Did you mean search\?/],
    [['indx'], /Did you mean index\?/],
    [['nonsense'], /unknown command 'nonsense'/],
    [['index', '--ful'], /unknown option '--ful'[\s\S]*Did you mean --full\?/],
    [['index', 'extra'], /too many arguments/],
    [['index', '--content'], /argument missing/],
    [['search'], /missing required argument 'query'/],
    [['search', 'x', '--limit', '101'], /from 0 to 100/],
    [['search', 'x', '--limit', '-1'], /from 0 to 100/],
    [['search', 'x', '--limit', 'many'], /from 0 to 100/],
    [['rollback', 'a', 'b'], /too many arguments/],
    [['snapshot', 'exprt'], /unknown command 'exprt'/],
    [['snapshot', 'export'], /required option '--out/],
    [['snapshot', 'export', '--out', 'x', '--text', 'some'], /none, full/],
    [['snapshot', 'export', '--out', 'x', '--format', 'lunr'], /packed, minisearch/],
    [['snapshot', 'verify'], /missing required argument 'folder'/],
    [['eval', '--queries', 'q', '--qrels', 'r'], /required option '--corpus/],
    [['eval', '--corpus', 'c', '--queries', 'q', '--qrels', 'r', '--ranking', 'best'], /default, bm25, minisearch/],
  ];
  for (const [args, says] of wrong) {
    it(`exits with 2 for the wrong usage askdex ${args.join(' ')}`, async () => {
      const { code, stdout, stderr } = await run(...args);
      assert.equal(code, 2);
      assert.equal(stdout, '');
      assert.match(stderr, says);
    });
  }

  const EVAL = ['eval', '--corpus', 'c', '--queries', 'q', '--qrels', 'r'];
  for (const args of [['index'], ['check'], ['search', 'x'], EVAL, ['rollback'], ['serve']]) {
    it(`exits with 1 and a remedy for a wrong configuration: askdex ${args.join(' ')}`, async () => {
      const { code, stdout, stderr } = await askdex(args, { folder: tmpdir(), environment: { PORT: 'x' } });
      assert.deepEqual([code, stdout], [1, '']);
      assert.match(
        stderr,
        /^error: PORT is "x"; it must be a whole number from 0 to 65535\.\n {2}For example PORT=7373\.\n$/,
      );
    });
  }

  it('refuses a schedule that can never run, when serving', async () => {
    const { code, stderr } = await askdex(['serve'], {
      folder: tmpdir(),
      environment: { ASKDEX_SCHEDULE: '*/90 * * * *' },
    });
    assert.equal(code, 1);
    assert.match(stderr, /ASKDEX_SCHEDULE.*\*\/90/);
  });

  it('warns of a misspelt variable', async () => {
    const { stderr } = await askdex(['search', 'x'], {
      folder: tmpdir(),
      environment: { ASKDEX_CONTNET: 'x' },
    });
    assert.match(stderr, /^warning: ASKDEX_CONTNET.*ASKDEX_CONTENT\?\n/);
  });
});
