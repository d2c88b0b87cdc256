import { ByteWriter } from '../bytes.js';
import { damaged } from '../layout.js';

/**
 * Arithmetic coding of single decisions, each with a probability of its own (after Witten, Neal and Cleary, *Arithmetic
 * coding for data compression*, 1987; without carries, as in Mahoney's lpaq). Integers only: every engine gives the same bytes.
 *
 * Writing and reading go through the same calls, so that a model is written down once: a writer takes the decision it is
 * given and returns it, a reader ignores what it is given and returns the one that was written.
 */
export interface BitCoder {
  /** Whether decisions are taken from the caller, not given to it. */
  readonly writing: boolean;
  /** `one`: the probability of a 1, in 65,536ths, from 1 to 65,535. */
  code(bit: number, one: number): number;
}

/** The probability of a decision that nothing foretells. */
export const HALF = 32_768;

/** Bytes that a reader may take from beyond the end; four at most where nothing is damaged. */
const BEYOND = 8;
/** Bytes between two words on how far a reader came. */
const TOLD = 4096;

export class BitWriter implements BitCoder {
  readonly writing = true;
  readonly #out = new ByteWriter(1 << 16);
  #low = 0;
  #high = 0xffffffff;

  code(bit: number, one: number): number {
    const middle = split(this.#low, this.#high, one);
    if (bit === 1) this.#high = middle;
    else this.#low = middle + 1;
    while (((this.#low ^ this.#high) & 0xff000000) === 0) {
      this.#out.u8(this.#high >>> 24);
      this.#low = (this.#low << 8) >>> 0;
      this.#high = ((this.#high << 8) | 255) >>> 0;
    }
    return bit;
  }

  /** Bytes so far. */
  get length(): number {
    return this.#out.length;
  }

  /** What was written. A reader takes zeros for what lies beyond its end. */
  finish(): Uint8Array<ArrayBuffer> {
    // A byte that lies between the borders whatever follows; one byte is not always enough.
    for (let shift = 24; shift >= 0; shift -= 8) this.#out.u8((this.#high >>> shift) & 255);
    return this.#out.finish();
  }
}

export class BitReader implements BitCoder {
  readonly writing = false;
  /** Low and high end of the range, and what was read: a typed array, since as fields they would be objects above 2³⁰. */
  readonly #state = new Uint32Array(3);
  #at = 0;

  /** `onRead` is told now and then how many of the bytes were read. */
  constructor(
    private readonly bytes: Uint8Array,
    private readonly onRead: ((read: number) => void) | null = null,
  ) {
    let value = 0;
    for (let byte = 0; byte < 4; byte += 1) value = (value << 8) | this.#next();
    this.#state[1] = 0xffffffff;
    this.#state[2] = value;
  }

  code(_bit: number, one: number): number {
    const state = this.#state;
    let low = state[0] ?? 0;
    let high = state[1] ?? 0;
    const middle = split(low, high, one);
    const bit = (state[2] ?? 0) <= middle ? 1 : 0;
    if (bit === 1) high = middle;
    else low = middle + 1;
    while (((low ^ high) & 0xff000000) === 0) {
      low = (low << 8) >>> 0;
      high = ((high << 8) | 255) >>> 0;
      state[2] = ((state[2] ?? 0) << 8) | this.#next();
    }
    state[0] = low;
    state[1] = high;
    return bit;
  }

  #next(): number {
    const byte = this.bytes[this.#at];
    this.#at += 1;
    if (this.onRead !== null && this.#at % TOLD === 0) this.onRead(this.#at);
    // Damaged models would go on reading zeros for long.
    if (byte === undefined && this.#at > this.bytes.length + BEYOND)
      throw damaged('what is coded has no end');
    return byte ?? 0;
  }
}

/** Where the range from `low` to `high` is cut: at or below it lies a 1. Never at `high`, so that both sides have room. */
function split(low: number, high: number, one: number): number {
  const range = (high - low) >>> 0;
  return (low + (range >>> 16) * one + (((range & 0xffff) * one) >>> 16)) >>> 0;
}

/** Codes the low `count` bits of a number that nothing foretells, high bits first; `count` up to 32. */
export function codePlain(coder: BitCoder, value: number, count: number): number {
  let out = 0;
  for (let bit = count - 1; bit >= 0; bit -= 1) {
    out = out * 2 + coder.code(Math.floor(value / 2 ** bit) % 2, HALF);
  }
  return out;
}
