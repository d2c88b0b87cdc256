import { ByteWriter, readUtf8 } from '../bytes.js';
import { damaged } from '../layout.js';
import type { BitCoder } from './coder.js';
import { Mix } from './mixing.js';
import { hashed } from './number-model.js';

const TABLE = 1 << 16;
/** Ends a token: no byte of UTF-8 is this. */
const END = 255;
/** A token or a word has no more bytes; a damaged file ends here. */
const LONGEST = 1 << 12;

/** Spells tokens byte by byte, each bit foretold by the bytes before it in the token, and by the token before. */
export class Spelling {
  readonly #mix = new Mix({
    tables: [256 * 256, TABLE, TABLE, TABLE, TABLE, TABLE],
    sets: 8 * 256,
    rate: 0.012,
    limit: 60,
  });
  /** Whether the byte is the one that came last after the same beginning: most bytes take this one decision. */
  readonly #guess = new Mix({ tables: [TABLE, TABLE, TABLE, 4096], sets: 64, rate: 0.012, limit: 120 });
  readonly #last = new Uint8Array(TABLE);
  readonly #runs = new Uint8Array(TABLE);
  readonly #bytes = new ByteWriter(LONGEST);

  /**
   * Codes a token. Its first `shared` bytes are those of `given`, which reader and writer know; `after` is a number for what
   * came before it.
   */
  code(coder: BitCoder, token: string, { given, shared, after }: SpellingContext): string {
    const target = new ByteWriter(token.length * 3 + 8);
    target.utf8(token);
    target.u8(END);
    const wanted = target.view();
    const bytes = this.#bytes;
    bytes.clear();
    let whole = 0;
    let last = 0;
    for (let at = 0; ; at += 1) {
      const byte =
        at < shared ? (given[at] ?? 0) : this.#byte(coder, wanted[at] ?? END, { at, whole, last, after });
      if (byte === END) break;
      if (at >= LONGEST) throw damaged('a word has no end');
      bytes.u8(byte);
      whole = hashed(whole, byte);
      last = ((last << 8) | byte) >>> 0;
    }
    return readUtf8(bytes.view(), 0, bytes.length);
  }

  #byte(coder: BitCoder, wanted: number, place: BytePlace): number {
    const { at, whole, last } = place;
    const slot = hashed(whole, 7) & (TABLE - 1);
    const guess = this.#last[slot] ?? 0;
    const run = this.#runs[slot] ?? 0;
    const hit = run > 0 && this.#ask(coder, wanted === guess ? 1 : 0, { ...place, guess, run }) === 1;
    if (hit) {
      this.#runs[slot] = Math.min(15, run + 1);
      return guess;
    }
    const byte = this.#bits(coder, wanted, { at, whole, last, after: place.after });
    if (run < 2) this.#last[slot] = byte;
    this.#runs[slot] = run < 2 ? 1 : run >> 1;
    return byte;
  }

  #ask(
    coder: BitCoder,
    bit: number,
    { at: place, whole, last, after, guess, run }: BytePlace & ByteGuess,
  ): number {
    const { at, base } = this.#guess;
    at[0] = hashed(whole ^ Math.imul(after + 1, 0x2c1b3c6d), 8) & (TABLE - 1);
    at[1] = (base[1] ?? 0) + (hashed(last & 0xffffff, 9 + guess) & (TABLE - 1));
    at[2] = (base[2] ?? 0) + (hashed(last & 0xffff, 300 + guess) & (TABLE - 1));
    at[3] = (base[3] ?? 0) + run * 256 + guess;
    return this.#guess.code(coder, Math.min(3, place) * 16 + run, bit);
  }

  #bits(coder: BitCoder, wanted: number, { at: place, whole, last, after }: BytePlace): number {
    const { at, base } = this.#mix;
    const second = hashed(last & 0xffff, 2);
    const third = hashed(last & 0xffffff, 3);
    const fourth = hashed(last, 4);
    const start = hashed(whole, 5);
    const bigram = hashed(whole ^ Math.imul(after + 1, 0x2c1b3c6d), 6);
    const first = last & 255;
    let node = 1;
    while (node < 256) {
      const step = Math.imul(node, 0x9e35);
      at[0] = first * 256 + node;
      at[1] = (base[1] ?? 0) + ((second + step) & (TABLE - 1));
      at[2] = (base[2] ?? 0) + ((third + step) & (TABLE - 1));
      at[3] = (base[3] ?? 0) + ((fourth + step) & (TABLE - 1));
      at[4] = (base[4] ?? 0) + ((start + step) & (TABLE - 1));
      at[5] = (base[5] ?? 0) + ((bigram + step) & (TABLE - 1));
      const bit = (wanted >>> (7 - (31 - Math.clz32(node)))) & 1;
      node = node * 2 + this.#mix.code(coder, Math.min(7, place) * 256 + node, bit);
    }
    return node & 255;
  }
}

export interface SpellingContext {
  readonly given: Uint8Array;
  readonly shared: number;
  readonly after: number;
}

interface BytePlace {
  readonly at: number;
  readonly whole: number;
  readonly last: number;
  readonly after: number;
}

interface ByteGuess {
  readonly guess: number;
  /** How often in a row it was right, 1 to 15. */
  readonly run: number;
}
