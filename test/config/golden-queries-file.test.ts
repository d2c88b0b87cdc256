import { readGoldenQueries } from '../../src/config/config-file.js';
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AskdexError } from '../../src/core/errors.js';

describe('readGoldenQueries', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'askdex-golden-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const read = (content: string | Uint8Array) => {
    writeFileSync(join(folder, 'golden.json'), content);
    return readGoldenQueries(join(folder, 'golden.json'));
  };

  it('returns the list, also after a byte order mark', () => {
    const list = [{ query: 'sky', expect: '/sky' }];
    assert.deepEqual(read(`\ufeff${JSON.stringify(list)}`), list);
  });

  const cases: readonly (readonly [what: string, content: string | Uint8Array, message: RegExp])[] = [
    ['no JSON', '[{"query": ', /^golden\.json is not valid JSON near line 1/],
    ['no list', '{"query": "x"}', /^golden\.json is ".*"; expected array/],
    [
      'an entry without its url',
      '[{"query":"x","expect":"/x"},{"query":"y"}]',
      /^golden\.json\[1\]\.expect is missing/,
    ],
    ['an empty query', '[{"query":" ","expect":"/x"}]', /^golden\.json\[0\]\.query is " "/],
    ['an unknown key', '[{"query":"x","expect":"/x","expct":1}]', /^golden\.json\[0\]\."expct" is not a key/],
    ['bytes that are no text', Uint8Array.of(0x5b, 0xff, 0x5d), /golden\.json is not UTF-8/],
  ];
  for (const [what, content, message] of cases) {
    it(`refuses ${what} and names the file and the entry`, () => assert.throws(() => read(content), refusal(message)));
  }

  it('lists at most ten wrong entries', () => {
    const many = JSON.stringify(Array.from({ length: 5000 }, () => ({ query: 'x' })));
    assert.throws(
      () => read(many),
      (error) => error instanceof AskdexError && error.message.split('\n').length === 11,
    );
  });

  it('refuses a missing file, and a folder', () => {
    assert.throws(() => readGoldenQueries(join(folder, 'none.json')), refusal(/none\.json does not exist/));
    mkdirSync(join(folder, 'sub'));
    assert.throws(() => readGoldenQueries(join(folder, 'sub')), refusal(/sub is not a file/));
  });
});

function refusal(message: RegExp) {
  return (error: unknown): boolean =>
    error instanceof AskdexError &&
    error.code === 'invalid_configuration' &&
    message.test(error.message) &&
    (error.remedy ?? '') !== '';
}
