import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resolveAdminKey, type AdminKey } from '../../src/config/admin-key.js';
import { AskdexError } from '../../src/core/errors.js';

const now = () => new Date('2025-01-02T03:04:05Z');
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

describe('the admin key', () => {
  let index = '';
  beforeEach(() => {
    index = join(mkdtempSync(join(tmpdir(), 'askdex-key-')), 'index-data');
  });
  afterEach(() => rmSync(join(index, '..'), { recursive: true, force: true }));

  const resolve = (configured: string | null = null): Promise<AdminKey> => resolveAdminKey({ index, configured, now });

  it('is generated once, and only its hash is stored, readable only by its owner', async () => {
    const first = await resolve();
    assert.match(first.created ?? '', /^askdex_[A-Za-z0-9_-]{43}$/);
    assert.equal(first.sha256, sha256(first.created ?? ''));
    const path = join(index, 'admin-key.json');
    assert.ok(!readFileSync(path, 'utf8').includes(first.created ?? '?'));
    assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.deepEqual(await resolve(), { sha256: first.sha256, created: null });
    assert.deepEqual(readdirSync(index), ['admin-key.json'], 'nothing is left beside it');
  });

  it('is one key if many processes start at once', async () => {
    const keys = await Promise.all(Array.from({ length: 10 }, () => resolve()));
    assert.equal(new Set(keys.map((key) => key.sha256)).size, 1);
    assert.equal(keys.filter((key) => key.created !== null).length, 1);
  });

  it('is the configured one if there is one, and nothing is written', async () => {
    assert.deepEqual(await resolve('sixteen-letters-'), {
      sha256: sha256('sixteen-letters-'),
      created: null,
    });
    assert.throws(() => statSync(index));
  });

  for (const [what, content] of [
    ['no JSON', 'x'],
    ['another shape', '{}'],
    ['a cut hash', '{"format":1,"sha256":"abc","createdAt":""}'],
  ] as const) {
    it(`is not read from a file with ${what}, and the error explains how to get a new key`, async () => {
      await resolve();
      writeFileSync(join(index, 'admin-key.json'), content);
      await assert.rejects(resolve(), (error) => {
        assert.ok(error instanceof AskdexError);
        assert.equal(error.code, 'index_unreadable');
        assert.match(error.message, /admin-key\.json.*damaged/);
        assert.match(error.remedy ?? '', /delete it/);
        return true;
      });
    });
  }

  it('causes an error if the index folder is a file', async () => {
    writeFileSync(index, '');
    await assert.rejects(resolve(), { code: 'index_unreadable' });
  });
});
