// The long suite: the files named *.long.test.ts, and again each file that calls `runs`, with all of its runs.
const { readdirSync, readFileSync } = require('node:fs');
const { join } = require('node:path');

process.env.ASKDEX_TEST_RUNS = 'all';

const tests = readdirSync(join(__dirname, 'test'), { recursive: true })
  .map((name) => join(__dirname, 'test', name))
  .filter((file) => file.endsWith('.test.ts'));

module.exports = {
  ...require('./.mocharc.json'),
  spec: tests.filter((file) => file.endsWith('.long.test.ts') || /\bruns\(/.test(readFileSync(file, 'utf8'))),
  ignore: [],
  timeout: 120_000,
};
