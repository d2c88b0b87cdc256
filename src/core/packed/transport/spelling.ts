import { ByteWriter, readUtf8 } from '../bytes.js';
import { damaged } from '../layout.js';
import type { BitCoder } from './coder.js';
import { BYTES, STEPS } from './byte-tree.js';
import { Mix } from './mixing.js';
import { hashed } from './number-model.js';

const TABLE = 1 << 16;
/** Ends a token: no byte of UTF-8 is this. */
const END = 255;
/** A token or a word has no more bytes; a damaged file ends here. */
const LONGEST = 1 << 12;

/** Spells tokens byte by byte, each decision foretold by the bytes before it in the token, and by the token before. */
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
  readonly #bytes = new Uint8Array(LONGEST);
  /** The byte's place in the token, hashes of all bytes before it and of these with what came before, and the last four. */
  #place = 0;
  #whole = 0;
  #bigram = 0;
  #recent = 0;

  /**
   * Codes a token. Its first `shared` bytes are those of `given`, which reader and writer know; `after` is a number for what
   * came before it.
   */
  code(coder: BitCoder, token: string, { given, shared, after }: SpellingContext): string {
    const wanted = coder.writing ? bytesOf(token) : NOTHING;
    const bytes = this.#bytes;
    const apart = Math.imul(after + 1, 0x2c1b3c6d);
    this.#whole = 0;
    this.#recent = 0;
    let at = 0;
    for (; ; at += 1) {
      this.#place = at;
      this.#bigram = this.#whole ^ apart;
      const byte = at < shared ? (given[at] ?? 0) : this.#byte(coder, wanted[at] ?? END);
      if (byte === END) break;
      if (at >= LONGEST) throw damaged('a word has no end');
      bytes[at] = byte;
      this.#whole = hashed(this.#whole, byte);
      this.#recent = (this.#recent << 8) | byte;
    }
    return readUtf8(bytes, 0, at);
  }

  #byte(coder: BitCoder, wanted: number): number {
    const slot = hashed(this.#whole, 7) & (TABLE - 1);
    const guess = this.#last[slot] ?? 0;
    const run = this.#runs[slot] ?? 0;
    if (run > 0 && this.#ask(coder, wanted === guess ? 1 : 0, guess, run) === 1) {
      this.#runs[slot] = Math.min(15, run + 1);
      return guess;
    }
    const byte = this.#steps(coder, wanted);
    if (run < 2) this.#last[slot] = byte;
    this.#runs[slot] = run < 2 ? 1 : run >> 1;
    return byte;
  }

  /** `run`: how often in a row the guess was right, 1 to 15. */
  #ask(coder: BitCoder, bit: number, guess: number, run: number): number {
    const { at, base } = this.#guess;
    const recent = this.#recent;
    at[0] = hashed(this.#bigram, 8) & (TABLE - 1);
    at[1] = (base[1] ?? 0) + (hashed(recent & 0xffffff, 9 + guess) & (TABLE - 1));
    at[2] = (base[2] ?? 0) + (hashed(recent & 0xffff, 300 + guess) & (TABLE - 1));
    at[3] = (base[3] ?? 0) + run * 256 + guess;
    return this.#guess.code(coder, Math.min(3, this.#place) * 16 + run, bit);
  }

  /** Codes a byte by the steps that lead to it in the tree of bytes. */
  #steps(coder: BitCoder, wanted: number): number {
    const { at, base } = this.#mix;
    const recent = this.#recent;
    const first = (recent & 255) * 256;
    const second = hashed(recent & 0xffff, 2);
    const third = hashed(recent & 0xffffff, 3);
    const fourth = hashed(recent, 4);
    const start = hashed(this.#whole, 5);
    const bigram = hashed(this.#bigram, 6);
    const set = Math.min(7, this.#place) * 256;
    let left = BYTES[wanted] ?? 1;
    let node = 1;
    while (node > 0) {
      const step = Math.imul(node, 0x9e35);
      at[0] = first + node;
      at[1] = (base[1] ?? 0) + ((second + step) & (TABLE - 1));
      at[2] = (base[2] ?? 0) + ((third + step) & (TABLE - 1));
      at[3] = (base[3] ?? 0) + ((fourth + step) & (TABLE - 1));
      at[4] = (base[4] ?? 0) + ((start + step) & (TABLE - 1));
      at[5] = (base[5] ?? 0) + ((bigram + step) & (TABLE - 1));
      const bit = this.#mix.code(coder, set + node, left & 1);
      left >>>= 1;
      node = STEPS[node * 2 + bit] ?? 0;
    }
    return -node & 255;
  }
}

export interface SpellingContext {
  readonly given: Uint8Array;
  readonly shared: number;
  readonly after: number;
}

const NOTHING = new Uint8Array(0);

function bytesOf(token: string): Uint8Array {
  const bytes = new ByteWriter(token.length * 3 + 8);
  bytes.utf8(token);
  return bytes.view();
}
