import type { StringInterner } from './string-interner.js';

/** Bits of a number that a double holds exactly. */
const EXACT_BITS = 53;
const PREFIX_BITS = 32;

/** Some strings of an interner, in an order of their own. */
export class SortedStrings {
  constructor(
    readonly strings: StringInterner,
    /** The interner's number of each. */
    readonly numbers: Uint32Array,
  ) {}

  get length(): number {
    return this.numbers.length;
  }

  texts(): string[] {
    return Array.from(this.numbers, (number) => this.strings.text(number));
  }
}

/**
 * Puts strings in the order of their bytes, which for UTF-8 is that of code points. Sorts numbers that hold the first four
 * bytes and the place, without a call for each comparison; then the few that begin alike among themselves.
 */
export function orderByText(strings: StringInterner, numbers: Uint32Array): Uint32Array {
  const scale = 2 ** Math.ceil(Math.log2(numbers.length + 1));
  const dropped = Math.max(0, PREFIX_BITS + Math.log2(scale) - EXACT_BITS);
  const keys = Float64Array.from(
    numbers,
    (number, place) => (strings.prefix(number) >>> dropped) * scale + place,
  ).sort();
  const order = new Uint32Array(numbers.length);
  let start = 0;
  let before = -1;
  for (let at = 0; at <= keys.length; at += 1) {
    const key = keys[at] ?? -1;
    const prefix = key < 0 ? -2 : Math.floor(key / scale);
    if (prefix !== before) {
      if (at - start > 1) order.subarray(start, at).sort((a, b) => strings.compare(a, b));
      start = at;
      before = prefix;
    }
    if (key >= 0) order[at] = numbers[key - prefix * scale] ?? 0;
  }
  return order;
}

/** Puts strings that are in order by their ranks, the highest first; equal ranks stay in order. `ranks` by number. */
export function orderByRank(order: Uint32Array, ranks: ArrayLike<number>): Uint32Array {
  const scale = 2 ** Math.ceil(Math.log2(order.length + 1));
  let highest = 0;
  for (const number of order) highest = Math.max(highest, ranks[number] ?? 0);
  const keys = Float64Array.from(order, (number, place) => (highest - (ranks[number] ?? 0)) * scale + place).sort();
  return Uint32Array.from(keys, (key) => order[key % scale] ?? 0);
}
