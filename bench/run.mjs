// Runs the measurements one after another. usage: npm run bench -- CORPUS.jsonl[.gz] [CONTENT]
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readArguments, stop } from './lib/generation.mjs';

const { positionals } = readArguments(
  'npm run bench -- CORPUS.jsonl[.gz] [CONTENT]\n' +
    'CORPUS may also be set as ASKDEX_BENCH_CORPUS. CONTENT is a folder of Markdown files; by default one is written ' +
    'from the corpus.\nbench/README.md describes the corpus format.',
);
if (!existsSync(new URL('node_modules', import.meta.url))) stop('Install the peers first: npm ci --prefix bench');
const [corpus, content = corpus] = positionals;
const scripts = [
  ['query', corpus],
  ['size', corpus],
  ['delta', corpus],
  ['lazy', corpus],
  ['downloads', corpus],
  ['client-size'],
  ['first-visit', corpus],
  ['warm', corpus],
  ['ready', corpus],
  ['offline-parity', corpus],
  ['open', corpus],
  ['build', content],
  ['during-build', corpus],
  ['parity', corpus],
  ['flip', corpus],
  ['growth'],
];
let failed = 0;
for (const [name, ...args] of scripts) {
  const script = fileURLToPath(new URL(`${name}.mjs`, import.meta.url));
  const { status } = spawnSync(process.execPath, [script, ...args], { stdio: 'inherit' });
  if (status === 0) continue;
  failed += 1;
  console.error(`${name} exited with ${status}\n`);
}
process.exit(failed === 0 ? 0 : 1);
