/** By how much `npm test` reduces the number of runs of the long suite. */
const EVERYDAY_SHARE = 10;

/**
 * How often to run an expensive property: `count` times in the long suite (`npm run test:long`), a tenth of that, but
 * at least once, in `npm test`. The long suite finds the files to run again by their calls of this function.
 *
 * @param count a whole number above 0
 */
export function runs(count: number): number {
  return process.env['ASKDEX_TEST_RUNS'] === 'all' ? count : Math.ceil(count / EVERYDAY_SHARE);
}
