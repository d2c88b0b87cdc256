import fc from 'fast-check';
import { readSeed } from './seed.js';

// Mocha loads this file once in its main process and once in each of its workers. The workers inherit the environment,
// so all of them use the seed that the main process chose.
const seed = readSeed(process.env['ASKDEX_TEST_SEED']);
process.env['ASKDEX_TEST_SEED'] = String(seed);
fc.configureGlobal({ seed });

/** Mocha calls this in its main process, before the first test. */
export function mochaGlobalSetup(): void {
  console.log(`Properties use the seed ${seed}; repeat this run with ASKDEX_TEST_SEED=${seed}.`);
}
