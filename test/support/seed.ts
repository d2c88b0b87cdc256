import { randomInt } from 'node:crypto';

/** The default seed, so that runs are repeatable. */
const DEFAULT_SEED = 20_240_101;
const MAX_SEED = 2 ** 31 - 1;

/**
 * The seed of all properties: a whole number from 0 to 2^31 - 1.
 *
 * @param setting `random`, a number, or nothing for the seed that every run uses
 * @throws Error if the setting is something else
 */
export function readSeed(setting = ''): number {
  if (setting === '') return DEFAULT_SEED;
  if (setting === 'random') return randomInt(MAX_SEED);
  const seed = Number(setting);
  if (/^\d+$/.test(setting) && seed <= MAX_SEED) return seed;
  throw new Error(`ASKDEX_TEST_SEED is "${setting}"; give "random" or a whole number up to ${MAX_SEED}.`);
}
