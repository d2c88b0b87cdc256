import { codePlain, type BitCoder } from './coder.js';
import { Mix } from './mixing.js';

const TABLE = 1 << 14;
/** Places of one context: 32 for the width, 8 for the leading bits of each width. */
const PLACES = 32 + 32 * 8;
/** Leading bits after the first that are foretold. */
const LEADING = 3;

/** Mixes what tells of one number: contexts become places of tables, and collide rarely. */
export function hashed(context: number, salt: number): number {
  const hash = Math.imul(context ^ Math.imul(salt + 1, 0x9e3779b1), 0x85ebca6b);
  return (Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35) ^ (hash >>> 16)) >>> 0;
}

/** Codes numbers from 0 to 2³² − 2, foretold by some contexts each: the width of the number plus one, then its bits. */
export class NumberModel {
  readonly #mix: Mix;
  readonly #starts: Float64Array;

  /** `contexts`: how many each number is told with; besides, all numbers share one. */
  constructor(contexts: number) {
    const tables = Array.from({ length: contexts + 1 }, (_, at) => (at === 0 ? PLACES : TABLE));
    this.#mix = new Mix({ tables, sets: 64, limit: 120 });
    this.#starts = new Float64Array(contexts + 1);
  }

  code(coder: BitCoder, value: number, contexts: readonly number[]): number {
    const starts = this.#starts;
    for (let at = 1; at < starts.length; at += 1) starts[at] = hashed(contexts[at - 1] ?? 0, at);
    const number = value + 1;
    const wanted = 31 - Math.clz32(number);
    let width = 0;
    while (width < 31 && this.#bit(coder, width, width, width < wanted ? 1 : 0) === 1) width += 1;
    let out = 1;
    let node = 1;
    const leading = Math.min(width, LEADING);
    for (let at = 1; at <= leading; at += 1) {
      const bit = this.#bit(coder, 32 + width * 8 + node, 32 + at, (number >>> (width - at)) & 1);
      out = out * 2 + bit;
      node = node * 2 + bit;
    }
    const rest = width - leading;
    if (rest > 0) out = out * 2 ** rest + codePlain(coder, number % 2 ** rest, rest);
    return out - 1;
  }

  /** A signed number, zigzag. */
  signed(coder: BitCoder, value: number, contexts: readonly number[]): number {
    const coded = this.code(coder, value < 0 ? -2 * value - 1 : 2 * value, contexts);
    return coded % 2 === 0 ? coded / 2 : -(coded + 1) / 2;
  }

  #bit(coder: BitCoder, place: number, set: number, bit: number): number {
    const { at, base } = this.#mix;
    at[0] = place;
    for (let table = 1; table < at.length; table += 1) {
      at[table] = (base[table] ?? 0) + (((this.#starts[table] ?? 0) + Math.imul(place, 0x2f)) & (TABLE - 1));
    }
    return this.#mix.code(coder, set, bit);
  }
}
