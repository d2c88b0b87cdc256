// The long suite: the files named *.long.test.ts, and again each file that calls `runs`, this time with all of its runs.
const { readdirSync, readFileSync } = require('node:fs');
const { join } = require('node:path');

process.env.ASKDEX_TEST_RUNS = 'all';

const everyday = require('./.mocharc.json');
const files = readdirSync(join(__dirname, 'test'), { recursive: true })
  .map((name) => join('test', name))
  .filter((name) => name.endsWith('.test.ts'))
  .sort();

module.exports = {
  ...everyday,
  spec: files.filter((name) => name.endsWith('.long.test.ts') || /\bruns\(/.test(readFileSync(name, 'utf8'))),
  ignore: [],
  timeout: 300_000,
};
