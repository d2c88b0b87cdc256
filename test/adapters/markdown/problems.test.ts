import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PRESETS, PROBLEM_REMEDIES } from '../../../src/adapters/markdown/source.js';

const docs = readFileSync(join(import.meta.dirname, '../../../docs/content.md'), 'utf8');
const unescaped = (cell: string) => cell.trim().replaceAll('\\|', '|');

describe('docs/content.md', () => {
  it('lists every problem with its remedy, and no other', () => {
    const rows = [...docs.matchAll(/^\| `([a-z_]+)` +\| [^|]+ \| (.*?) *\|$/gm)];
    const listed = Object.fromEntries(rows.map(([, code = '', remedy = '']) => [code, unescaped(remedy)]));
    assert.deepEqual(listed, { ...PROBLEM_REMEDIES });
  });

  it('lists the names that feed each field', () => {
    for (const row of docs.matchAll(/^\| ([a-z]+) +\| (`[^|]*) \| ([^|]*) \| /gm)) {
      const [, field = '', askdex = '', site = ''] = row;
      for (const [preset, cell] of [
        ['askdex', askdex],
        ['site', site],
      ] as const) {
        const names = [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name);
        const expected = Object.entries(PRESETS[preset]).find(([name]) => name === field)?.[1];
        assert.deepEqual(names, expected, `${preset}.${field}`);
      }
    }
  });
});

describe('the tests of this folder', () => {
  const tests = readdirSync(import.meta.dirname)
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => readFileSync(join(import.meta.dirname, name), 'utf8'))
    .join('\n');

  for (const code of Object.keys(PROBLEM_REMEDIES)) {
    it(`provoke the problem ${code}`, () => {
      assert.match(tests, new RegExp(`['":\`]${code}\\b`));
    });
  }
});
