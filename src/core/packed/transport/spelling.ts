import { ByteWriter, readUtf8 } from '../bytes.js';
import { damaged } from '../layout.js';
import type { BitCoder } from './coder.js';
import { BYTES, STEPS } from './byte-tree.js';
import { Mix } from './mixing.js';
import { hashed } from './number-model.js';

/** Places that lie beside each other: four steps in a row. */
const NEAR = 16;
/** Ends a token: no byte of UTF-8 is this. */
const END = 255;
/** A token or a word has no more bytes; a damaged file ends here. */
const LONGEST = 1 << 12;

/** Spells tokens byte by byte, each decision foretold by the bytes before it in the token, by the token before, and by what the text is about. */
export class Spelling {
  readonly #mix: Mix;
  /** Whether the byte is the one that came last after the same beginning: most bytes take this one decision. */
  readonly #guess: Mix;
  readonly #last: Uint8Array;
  readonly #runs: Uint8Array;
  /** The bits of a hash that make a place of a table, and those that make one of the first of places that lie near. */
  readonly #places: number;
  readonly #heads: number;
  readonly #bytes = new Uint8Array(LONGEST);
  /**
   * The byte's place in the token; hashes of all bytes before it, and of these with what came before the token; the last four
   * bytes; and those hashes with what the text is about.
   */
  #place = 0;
  #whole = 0;
  #bigram = 0;
  #recent = 0;
  #topical = 0;

  /** `documents`: how many have texts that are spelled; where there are many, tables have room for more contexts. */
  constructor(documents = 0) {
    const size = 1 << Math.max(17, Math.min(20, 40 - Math.clz32(documents)));
    const tables = new Array<number>(6).fill(size);
    this.#mix = new Mix({ tables: [256 * 256, ...tables], sets: 8 * 256, rate: 0.008, limit: 30 });
    this.#guess = new Mix({ tables: [4096, size, size, size], sets: 64, rate: 0.004, limit: 60 });
    this.#last = new Uint8Array(size);
    this.#runs = new Uint8Array(size);
    this.#places = size - 1;
    this.#heads = size - NEAR;
  }

  /**
   * Codes a token. Its first `shared` bytes are those of `given`, which reader and writer know; `after` is a number for what
   * came before it, `topic` one for what the text is about.
   */
  code(coder: BitCoder, token: string, { given, shared, after, topic = 0 }: SpellingContext): string {
    const wanted = coder.writing ? bytesOf(token) : NOTHING;
    const bytes = this.#bytes;
    const apart = Math.imul(after + 1, 0x2c1b3c6d);
    this.#whole = 0;
    this.#recent = 0;
    let at = 0;
    for (; ; at += 1) {
      this.#place = at;
      this.#bigram = this.#whole ^ apart;
      this.#topical = this.#whole ^ topic;
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
    const slot = hashed(this.#whole, 7) & this.#places;
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
    const places = this.#places;
    at[0] = run * 256 + guess;
    at[1] = (base[1] ?? 0) + (hashed(recent & 0xffffff, 9 + guess) & places);
    at[2] = (base[2] ?? 0) + (hashed(recent & 0xffff, 300 + guess) & places);
    at[3] = (base[3] ?? 0) + (hashed(this.#bigram, 8) & places);
    return this.#guess.code(coder, Math.min(3, this.#place) * 16 + run, bit);
  }

  /** Codes a byte by the steps that lead to it in the tree of bytes. */
  #steps(coder: BitCoder, wanted: number): number {
    const { at, base } = this.#mix;
    const recent = this.#recent;
    const set = Math.min(7, this.#place) * 256;
    const heads = this.#heads;
    let left = BYTES[wanted] ?? 1;
    let node = 1;
    while (node > 0) {
      // Steps that follow each other lie beside each other: memory is slower than anything else here.
      const top = Math.imul(node, 0x9e3779b1);
      at[0] = (recent & 255) * 256 + node;
      at[1] = (base[1] ?? 0) + (hashed((recent & 0xffff) ^ top, 2) & heads);
      at[2] = (base[2] ?? 0) + (hashed((recent & 0xffffff) ^ top, 3) & heads);
      at[3] = (base[3] ?? 0) + (hashed(recent ^ top, 4) & heads);
      at[4] = (base[4] ?? 0) + (hashed(this.#whole ^ top, 5) & heads);
      at[5] = (base[5] ?? 0) + (hashed(this.#bigram ^ top, 6) & heads);
      at[6] = (base[6] ?? 0) + (hashed(this.#topical ^ top, 10) & heads);
      let inner = 0;
      while (node > 0 && inner < NEAR - 1) {
        const bit = this.#mix.code(coder, set + node, left & 1);
        left >>>= 1;
        const next = STEPS[node * 2 + bit] ?? 0;
        const step = inner + 1 + bit;
        at[0] = (at[0] ?? 0) + next - node;
        for (let table = 1; table < at.length; table += 1) at[table] = (at[table] ?? 0) + step;
        inner += step;
        node = next;
      }
    }
    return -node & 255;
  }
}

export interface SpellingContext {
  readonly given: Uint8Array;
  readonly shared: number;
  readonly after: number;
  readonly topic?: number;
}

const NOTHING = new Uint8Array(0);

function bytesOf(token: string): Uint8Array {
  const bytes = new ByteWriter(token.length * 3 + 8);
  bytes.utf8(token);
  return bytes.view();
}
