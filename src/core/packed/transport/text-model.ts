import { damaged } from '../layout.js';
import type { BitCoder } from './coder.js';
import { Guesses } from './guesses.js';
import { Mix } from './mixing.js';
import { hashed } from './number-model.js';
import type { Spelling } from './spelling.js';
import { joinTokens, tokensOf } from './tokens.js';

const TABLE = 1 << 18;
/** Tokens of a text; a damaged file ends here. */
const MOST = 1 << 20;
const NOTHING = new Uint8Array(0);

/** The stream of descriptions. */
export const DESCRIPTIONS = 6;
/** Guesses rest on the last three tokens, on two and on one. */
const TABLES = 3;
const NONE: readonly number[] = [];

/**
 * Codes short texts token by token: a token is first guessed, from what followed the same tokens before and from a text that
 * it may repeat; what no guess finds is spelled.
 */
export class TextModel {
  readonly #numbers = new Map<string, number>([['', 0]]);
  readonly #tokens: string[] = [''];
  /** What followed: a token's number plus one, and how often in a row it did. */
  readonly #guesses = new Guesses(TABLES);
  readonly #hashes = new Int32Array(TABLES);
  /** Guesses that were wrong, and how many these are. */
  readonly #wrong = new Int32Array(TABLES + 3);
  #misses = 0;
  /** A number for what the text is about. */
  #topic = 0;
  readonly #mix = new Mix({ tables: [4096, TABLE, TABLE, TABLE], sets: 80, rate: 0.01, limit: 60 });

  constructor(private readonly spelling: Spelling) {}

  /**
   * `stream`, 0 to 6: what kind of text it is. `hint`: a text of which it may repeat parts, from its beginning on. `about`: a
   * text that tells what is asked; texts whose `about` has the same words, but for those of the hint, are alike. Descriptions
   * repeat their hint more than once, in lower case too.
   */
  code(
    coder: BitCoder,
    text: string,
    { stream, hint, about = '' }: { readonly stream: number; readonly hint: string; readonly about?: string },
  ): string {
    const again = stream === DESCRIPTIONS;
    // First what the reader knows too: numbers are given in the order of reading.
    const hints = [
      this.#numbersOf(hint),
      ...(again ? [this.#numbersOf(hint.replace(/[A-Z]/g, (letter) => letter.toLowerCase()))] : []),
    ];
    this.#topic = this.#numbersOf(about)
      .filter((token) => hints[0]?.includes(token) !== true)
      .reduce((sum, token) => hashed(sum ^ token, 31), stream);
    const wanted = coder.writing ? this.#numbersOf(text) : NONE;
    const out: string[] = [];
    const walk: Walk = { stream, first: END, second: END, third: END, hints, hinted: 0, place: 0 };
    for (;;) {
      const target = walk.place < wanted.length ? (wanted[walk.place] ?? 0) + 1 : END;
      const token = this.#token(coder, target, walk);
      if (token === END) break;
      out.push(this.#tokens[token - 1] ?? '');
      if (out.length > MOST) throw damaged('a text has no end');
      if (hints.some((tokens) => tokens[walk.hinted] === token - 1)) walk.hinted += 1;
      if (again && walk.hinted === hints[0]?.length) walk.hinted = 0;
      walk.third = walk.second;
      walk.second = walk.first;
      walk.first = token;
      walk.place += 1;
    }
    return joinTokens(out);
  }

  #numbersOf(text: string): readonly number[] {
    return tokensOf(text).map((token) => this.#number(token));
  }

  #number(token: string): number {
    const known = this.#numbers.get(token);
    if (known !== undefined) return known;
    this.#numbers.set(token, this.#tokens.length);
    return this.#tokens.push(token) - 1;
  }

  /** Codes a token, its number plus one; `END` after the last. */
  #token(coder: BitCoder, target: number, walk: Walk): number {
    this.#look(walk);
    this.#misses = 0;
    const found = this.#guessed(coder, target, walk);
    const token = found >= 0 ? found : this.#spell(coder, target, walk);
    this.#guesses.learn(this.#hashes, token);
    return token;
  }

  /** Numbers for the tokens before; where a text begins, that of one tells apart what texts are about. */
  #look({ first, second, third }: Walk): void {
    const hashes = this.#hashes;
    const one = hashed(first + (first === END ? this.#topic : 0), 21);
    const two = hashed(one ^ second, 22);
    hashes[0] = hashed(two ^ third, 23);
    hashes[1] = two;
    hashes[2] = one;
  }

  /** Asks for each guess in turn; −1 where all of them are wrong. */
  #guessed(coder: BitCoder, target: number, walk: Walk): number {
    const first = walk.hinted > 0 || walk.hints.length === 1;
    if (first) {
      const found = this.#hinted(coder, target, walk);
      if (found >= 0) return found;
    }
    for (let table = 0; table < TABLES; table += 1) {
      if (!first && table === TABLES - 1) {
        const found = this.#hinted(coder, target, walk);
        if (found >= 0) return found;
      }
      const hash = this.#hashes[table] ?? 0;
      const run = this.#guesses.run(table, hash);
      const guess = this.#guesses.token(table, hash);
      if (run === 0 || this.#missed(guess)) continue;
      if (this.#ask(coder, guess, walk, { kind: table + 1, run, target })) return guess;
    }
    return -1;
  }

  /** Asks for the next token of each form of the hint; −1 where there is none, or all are wrong. */
  #hinted(coder: BitCoder, target: number, walk: Walk): number {
    const run = Math.min(15, walk.hinted);
    for (const [at, hints] of walk.hints.entries()) {
      const guess = (hints[walk.hinted] ?? -1) + 1;
      if (guess === END || this.#missed(guess)) continue;
      if (this.#ask(coder, guess, walk, { kind: at * 4, run, target })) return guess;
    }
    return -1;
  }

  #missed(guess: number): boolean {
    for (let at = 0; at < this.#misses; at += 1) if (this.#wrong[at] === guess) return true;
    return false;
  }

  /** `run`: how sure the guess is, 0 to 15. */
  #ask(coder: BitCoder, guess: number, walk: Walk, { kind, run, target }: Asked): boolean {
    const { at, base } = this.#mix;
    const stage = (walk.stream * 4 + kind) * 4 + Math.min(3, this.#misses);
    at[0] = stage * 16 + run;
    at[1] = (base[1] ?? 0) + (hashed(stage * 16 + Math.min(15, walk.place), 11) % TABLE);
    at[2] = (base[2] ?? 0) + (hashed(stage + Math.imul(walk.first, 131), 12) % TABLE);
    at[3] = (base[3] ?? 0) + (hashed(stage + Math.imul(guess, 131), 13) % TABLE);
    if (this.#mix.code(coder, kind * 16 + run, guess === target ? 1 : 0) === 1) return true;
    this.#wrong[this.#misses] = guess;
    this.#misses += 1;
    return false;
  }

  #spell(coder: BitCoder, target: number, walk: Walk): number {
    if (!this.#missed(END) && this.#ask(coder, END, walk, { kind: 3, run: 0, target })) return END;
    const after = this.spelling.code(coder, this.#tokens[target - 1] ?? '', {
      given: NOTHING,
      shared: 0,
      after: walk.first,
      topic: this.#topic,
    });
    return this.#number(after) + 1;
  }
}

/** The number of what ends a text; tokens have theirs plus one. */
const END = 0;

interface Walk {
  readonly stream: number;
  /** The three tokens before, the last first. */
  first: number;
  second: number;
  third: number;
  readonly hints: readonly (readonly number[])[];
  hinted: number;
  place: number;
}

interface Asked {
  readonly kind: number;
  readonly run: number;
  readonly target: number;
}
