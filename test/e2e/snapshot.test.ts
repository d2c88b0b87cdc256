import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { openSnapshot } from '../../src/client/index.js';
import { buildIndex } from '../../src/index.js';
import { exportSnapshot, readConfig } from '../../src/wiring.js';
import { findChromium, launch } from './support/chromium.js';

const ROOT = join(import.meta.dirname, '..', '..');
const TYPES: Readonly<Record<string, string>> = { '.js': 'text/javascript', '.html': 'text/html' };
const PAGE = '<!doctype html><title>A page</title>';

interface Golden {
  readonly query: string;
}

describe('askdex/client in a browser', function () {
  const found = findChromium();
  if ('why' in found) {
    it.skip(`is not tried: ${found.why}`);
    return;
  }
  this.timeout(120_000);
  const folder = mkdtempSync(join(tmpdir(), 'askdex-browser-'));
  const keys = generateKeyPairSync('ed25519');
  // The client's bundle and the exported folder, as any static host serves them.
  const host = createServer((request, response) => {
    const path = normalize(decodeURIComponent(request.url ?? '/'));
    const type = TYPES[extname(path)] ?? 'application/octet-stream';
    if (path === '/') {
      response.writeHead(200, { 'Content-Type': 'text/html' }).end(PAGE);
      return;
    }
    try {
      const file = path.startsWith('/search/') ? join(folder, path) : join(ROOT, path);
      const bytes = readFileSync(file);
      response.writeHead(200, { 'Content-Type': type }).end(bytes);
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
    const choices = {
      kind: 'packed',
      text: 'full',
      subject: null,
      prefix: '',
      signKey: keys.privateKey,
    } as const;
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

  it('answers as the client in Node does', async () => {
    const queries = (
      JSON.parse(readFileSync(join(ROOT, 'golden/queries.json'), 'utf8')) as readonly Golden[]
    ).map(({ query }) => query);
    const snapshot = await openSnapshot(join(folder, 'search'));
    const expected = await Promise.all(queries.map(async (q) => JSON.stringify(await snapshot.search(q))));
    const browser = await launch(found.path);
    try {
      const page = await browser.newPage();
      const errors: string[] = [];
      page.on('pageerror', (error) => errors.push(error.message));
      await page.goto(origin);
      const publicKey = keys.publicKey.export({ type: 'spki', format: 'pem' }).toString();
      const code = `(async ({ queries, publicKey }) => {
        const { openSnapshot } = await import('/dist/browser/client.js');
        const told = [];
        const options = { publicKey, minSequence: 1, onProgress: (progress) => told.push(progress) };
        const snapshot = await openSnapshot('search/', options);
        const answers = [];
        for (const query of queries) answers.push(JSON.stringify(await snapshot.search(query)));
        const kept = await openSnapshot('search/', { worker: false, update: 'manual' });
        for (const [at, query] of queries.entries())
          if (JSON.stringify(await kept.search(query)) !== answers[at]) throw new Error(query);
        const wrong = await openSnapshot('search/', { minSequence: 9 }).catch((error) => error.code);
        return { answers, last: told.at(-1), wrong };
      })(${JSON.stringify({ queries, publicKey })})`;
      const { answers, last, wrong } = await page.evaluate<{
        answers: string[];
        last: { loaded: number; total: number };
        wrong: string;
      }>(code);
      assert.deepEqual(answers, expected);
      assert.ok(last.total > 0 && last.loaded === last.total);
      assert.equal(wrong, 'snapshot_untrusted');
      assert.deepEqual(errors, []);
    } finally {
      await browser.close();
    }
  });
});
