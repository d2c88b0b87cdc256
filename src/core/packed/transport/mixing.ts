import type { BitCoder } from './coder.js';

/**
 * Predicts decisions from several contexts at once: each context keeps how often a 1 came after it, and the predictions are
 * mixed in the logistic domain with weights that are learned on the way (Mahoney, *Adaptive weighing of context models for
 * lossless data compression*, 2005).
 *
 * A reader has to come to the very same probabilities as the writer, on another engine: so nothing here but
 * +, −, ×, ÷, comparisons and rounding down of doubles, which IEEE 754 fixes to the last bit. `Math.exp` and `Math.log` are not
 * fixed; the tables are made by series.
 */
const LN_2 = 0.6931471805599453;
/** Stretched probabilities are cut at ± this; 1 / (1 + e^12) is about 6 in a million. */
const REACH = 12;
const STEPS = 4096;
/** Probabilities in 65,536ths stay this far from 0 and 1. */
const EDGE = 16;
const STRETCH = stretchTable();
const SQUASH = squashTable();
const SCALE = STEPS / (2 * REACH);
/** A share of the way that a probability moves after its n-th decision: 1 / (n + 1.6), in 32,768ths. */
const SPEEDS = Int32Array.from({ length: 256 }, (_, count) => Math.floor(32_768 / (count + 1.6)));

/** ln x for x > 0: a power of two times what lies near 1, then 2 artanh((x − 1) / (x + 1)). */
function naturalLog(x: number): number {
  let rest = x;
  let doublings = 0;
  for (; rest > 1.5; rest /= 2) doublings += 1;
  for (; rest < 0.75; rest *= 2) doublings -= 1;
  return doublings * LN_2 + artanhTwice((rest - 1) / (rest + 1));
}

function artanhTwice(y: number): number {
  let sum = 0;
  let power = y;
  for (let odd = 1; odd < 60; odd += 2) {
    sum += power / odd;
    power *= y * y;
  }
  return 2 * sum;
}

/** e^x for |x| ≤ 12: the series of x / 16, to the 16th power. */
function exponential(x: number): number {
  let sum = 1;
  let term = 1;
  for (let n = 1; n < 24; n += 1) {
    term *= x / 16 / n;
    sum += term;
  }
  for (let doubling = 0; doubling < 4; doubling += 1) sum *= sum;
  return sum;
}

function stretchTable(): Float64Array {
  return Float64Array.from({ length: 4096 }, (_, at) => {
    const p = (at + 0.5) / 4096;
    return naturalLog(p / (1 - p));
  });
}

function squashTable(): Int32Array {
  return Int32Array.from({ length: STEPS + 1 }, (_, at) => {
    const p = 65_536 / (1 + exponential(REACH - (at * 2 * REACH) / STEPS));
    return Math.max(EDGE, Math.min(65_536 - EDGE, Math.floor(p)));
  });
}

/** The input that is always the same. */
const CONSTANT = 0.3;

export interface MixOptions {
  /** How many places each context table has; its contexts are numbers below that. */
  readonly tables: readonly number[];
  /** How many sets of weights there are. */
  readonly sets: number;
  /** How fast weights are learned. */
  readonly rate?: number;
  /** Decisions after which a place no longer slows down, up to 255. */
  readonly limit?: number;
}

export class Mix {
  /** Where each context lies: set these by `base[i] + context` before `code`. */
  readonly at: Int32Array;
  /** Where each table begins. */
  readonly base: Int32Array;
  readonly #size: number;
  /** A probability in 65,536ths, times 256, and the number of decisions that it has seen. */
  readonly #slots: Int32Array;
  readonly #weights: Float64Array;
  readonly #stretched: Float64Array;
  readonly #rate: number;
  readonly #limit: number;

  constructor({ tables, sets, rate = 0.02, limit = 250 }: MixOptions) {
    this.#size = tables.length;
    this.at = new Int32Array(tables.length);
    this.base = new Int32Array(tables.length);
    let total = 0;
    for (const [table, size] of tables.entries()) {
      this.base[table] = total;
      total += size;
    }
    this.#slots = new Int32Array(total).fill(32_768 * 256);
    // One more weight in each set: a constant input, for what is likely whatever the contexts say.
    this.#weights = new Float64Array(sets * (tables.length + 1)).fill(0.3);
    this.#stretched = new Float64Array(tables.length);
    this.#rate = rate;
    this.#limit = limit;
  }

  /** Forgets a table: all its places are at `one`, in 65,536ths. */
  reset(table: number, one: number): void {
    const from = this.base[table] ?? 0;
    const to = this.base[table + 1] ?? this.#slots.length;
    this.#slots.fill(Math.max(64, Math.min(65_472, Math.floor(one))) * 256, from, to);
  }

  /** Codes one decision with the weights of `set`. One function, integers by `| 0` and `>>`: all time of reading is spent here. */
  code(coder: BitCoder, set: number, bit: number): number {
    const size = this.#size;
    const { at } = this;
    const slots = this.#slots;
    const weights = this.#weights;
    const stretched = this.#stretched;
    const first = set * (size + 1);
    let sum = (weights[first + size] ?? 0) * CONSTANT;
    for (let input = 0; input < size; input += 1) {
      const value = STRETCH[(slots[at[input] ?? 0] ?? 0) >>> 12] ?? 0;
      stretched[input] = value;
      sum += value * (weights[first + input] ?? 0);
    }
    const place = sum <= -REACH ? 0 : sum >= REACH ? STEPS : ((sum + REACH) * SCALE) | 0;
    const one = SQUASH[place] ?? 32_768;
    const coded = coder.code(bit, one);
    const error = (coded - one / 65_536) * this.#rate;
    const limit = this.#limit;
    const target = coded === 1 ? 65_535 : 0;
    for (let input = 0; input < size; input += 1) {
      const weight = first + input;
      weights[weight] = (weights[weight] ?? 0) + error * (stretched[input] ?? 0);
      const slot = at[input] ?? 0;
      const held = slots[slot] ?? 0;
      const count = held & 255;
      const before = held >>> 8;
      const after = before + (((target - before) * (SPEEDS[count] ?? 0)) >> 15);
      slots[slot] = (after << 8) | (count < limit ? count + 1 : count);
    }
    weights[first + size] = (weights[first + size] ?? 0) + error * CONSTANT;
    return coded;
  }
}
