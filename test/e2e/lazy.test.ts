import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { openSnapshot } from '../../src/client/index.js';
import { buildIndex } from '../../src/index.js';
import { exportSnapshot, readConfig } from '../../src/wiring.js';
import { findChromium, launch } from './support/chromium.js';

const ROOT = join(import.meta.dirname, '..', '..');
const QUERIES = [
  'why is the sky blue',
  'newton',
  'nwton law',
  'binary sear',
  '"sky blue"',
  'cell -animal',
  '',
];

describe('a lazy snapshot in a browser', function () {
  const found = findChromium();
  if ('why' in found) {
    it.skip(`is not tried: ${found.why}`);
    return;
  }
  this.timeout(120_000);
  const folder = mkdtempSync(join(tmpdir(), 'askdex-lazy-browser-'));
  let wholeFiles = 0;
  const host = createServer((request, response) => {
    const path = normalize(decodeURIComponent(request.url ?? '/'));
    if (path === '/') {
      response.writeHead(200, { 'Content-Type': 'text/html' }).end('<!doctype html>');
      return;
    }
    try {
      const bytes = readFileSync(path.startsWith('/search/') ? join(folder, path) : join(ROOT, path));
      const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
      if (path.endsWith('/index.lazy') && from === undefined) wholeFiles += 1;
      const type = extname(path) === '.js' ? 'text/javascript' : 'application/octet-stream';
      if (from === undefined) response.writeHead(200, { 'Content-Type': type }).end(bytes);
      else
        response
          .writeHead(206, { 'Content-Type': type, 'Content-Range': `bytes ${from}-${to}/${bytes.length}` })
          .end(bytes.subarray(Number(from), Number(to) + 1));
    } catch {
      response.writeHead(404).end();
    }
  });
  let origin: string;

  before(async () => {
    const content = join(ROOT, 'content');
    const index = join(folder, 'index');
    await buildIndex({ content, index });
    const config = readConfig({ environment: { ASKDEX_CONTENT: content, ASKDEX_INDEX: index }, folder });
    const choices = { kind: 'packed', text: 'none', subject: null, prefix: '', signKey: null } as const;
    await exportSnapshot({ config, out: join(folder, 'search'), choices });
    await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve));
    const address = host.address();
    assert.ok(typeof address === 'object' && address !== null);
    origin = `http://127.0.0.1:${address.port}`;
  });
  after(() => {
    host.closeAllConnections();
    host.close();
    rmSync(folder, { recursive: true });
  });

  it('finds what the whole one finds, then fills up', async () => {
    const snapshot = await openSnapshot(join(folder, 'search'));
    const whole = await Promise.all(QUERIES.map((q) => snapshot.search(q)));
    const browser = await launch(found.path);
    try {
      const page = await browser.newPage();
      const errors: string[] = [];
      page.on('pageerror', (error) => errors.push(error.message));
      await page.goto(origin);
      const code = `(async (queries) => {
        const { openSnapshot } = await import('/dist/browser/client.js');
        const snapshot = await openSnapshot('search/', { form: 'lazy' });
        const lazy = [];
        for (const query of queries) lazy.push(await snapshot.search(query));
        await snapshot.fill();
        const kept = await openSnapshot('search/', { form: 'lazy' });
        const again = 'fill' in kept;
        const filled = [];
        for (const query of queries) filled.push(JSON.stringify(await snapshot.search(query)));
        return { lazy, filled, again };
      })(${JSON.stringify(QUERIES)})`;
      const { lazy, filled, again } = await page.evaluate<{
        lazy: typeof whole;
        filled: string[];
        again: boolean;
      }>(code);
      const shown = (answers: typeof whole) =>
        answers.map(({ hits, ...rest }) => ({ ...rest, hits: hits.map((hit) => ({ ...hit, related: [] })) }));
      assert.deepEqual(shown(lazy), JSON.parse(JSON.stringify(shown(whole))));
      assert.deepEqual(
        filled,
        whole.map((answer) => JSON.stringify(answer)),
      );
      assert.equal(again, false, 'what is kept is opened whole');
      assert.equal(wholeFiles, 0);
      assert.deepEqual(errors, []);
    } finally {
      await browser.close();
    }
  });
});
