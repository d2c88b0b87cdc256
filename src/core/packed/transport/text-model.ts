import { damaged } from '../layout.js';
import type { BitCoder } from './coder.js';
import { Guesses } from './guesses.js';
import { Mix } from './mixing.js';
import { hashed } from './number-model.js';
import type { Spelling } from './spelling.js';
import { joinTokens, tokensOf } from './tokens.js';

const TABLE = 1 << 16;
/** Tokens of a text; a damaged file ends here. */
const MOST = 1 << 20;
const NOTHING = new Uint8Array(0);

/** How many tokens before it a guess rests on, the longest first. */
const ORDERS: readonly number[] = [3, 2, 1];

/**
 * Codes short texts token by token: a token is first guessed, from what followed the same tokens before and from a text that
 * it may repeat; what no guess finds is spelled.
 */
export class TextModel {
  readonly #numbers = new Map<string, number>([['', 0]]);
  readonly #tokens: string[] = [''];
  /** What followed: a token's number plus one, and how often in a row it did. */
  readonly #guesses = new Guesses(ORDERS.length);
  readonly #mix = new Mix({ tables: [4096, TABLE, TABLE, TABLE], sets: 64, rate: 0.015, limit: 120 });

  constructor(private readonly spelling: Spelling) {}

  /** `stream`, 0 to 7: what kind of text it is. `hint`: a text of which it may repeat parts, from its beginning on. */
  code(
    coder: BitCoder,
    text: string,
    { stream, hint }: { readonly stream: number; readonly hint: string },
  ): string {
    const wanted = coder.writing ? tokensOf(text).map((token) => this.#number(token)) : [];
    const hints = tokensOf(hint).map((token) => this.#number(token));
    const out: number[] = [];
    const walk: Walk = { stream, before: [END, END, END], hints, hinted: 0, place: 0 };
    for (;;) {
      const target = walk.place < wanted.length ? (wanted[walk.place] ?? 0) + 1 : END;
      const token = this.#token(coder, target, walk);
      if (token === END) break;
      out.push(token - 1);
      if (out.length > MOST) throw damaged('a text has no end');
      if (hints[walk.hinted] === token - 1) walk.hinted += 1;
      walk.before = [token, walk.before[0], walk.before[1]];
      walk.place += 1;
    }
    return joinTokens(out.map((token) => this.#tokens[token] ?? ''));
  }

  #number(token: string): number {
    const known = this.#numbers.get(token);
    if (known !== undefined) return known;
    this.#numbers.set(token, this.#tokens.length);
    return this.#tokens.push(token) - 1;
  }

  /** Codes a token, its number plus one; `END` after the last. */
  #token(coder: BitCoder, target: number, walk: Walk): number {
    const hashes = ORDERS.map((order) => hashed(contextOf(walk, order), order));
    const missed: number[] = [];
    let found = -1;
    const hint = walk.hints[walk.hinted];
    if (
      hint !== undefined &&
      this.#ask(coder, { guess: hint + 1, kind: 0, run: Math.min(15, walk.hinted), missed }, walk, target)
    ) {
      found = hint + 1;
    }
    for (const [at, hash] of hashes.entries()) {
      if (found >= 0) break;
      const { token: guess, run } = this.#guesses.of(at, hash);
      if (run === 0 || missed.includes(guess)) continue;
      if (this.#ask(coder, { guess, kind: at + 1, run, missed }, walk, target)) found = guess;
    }
    if (found < 0) found = this.#spell(coder, target, walk, missed);
    this.#guesses.learn(hashes, found);
    return found;
  }

  #ask(coder: BitCoder, { guess, kind, run, missed }: Guess, walk: Walk, target: number): boolean {
    const { at, base } = this.#mix;
    const stage = (walk.stream * 4 + kind) * 4 + missed.length;
    at[0] = stage * 16 + run;
    at[1] = (base[1] ?? 0) + (hashed(stage * 16 + Math.min(15, walk.place), 11) % TABLE);
    at[2] = (base[2] ?? 0) + (hashed(stage + Math.imul(walk.before[0], 131), 12) % TABLE);
    at[3] = (base[3] ?? 0) + (hashed(stage + Math.imul(guess, 131), 13) % TABLE);
    const hit = this.#mix.code(coder, kind * 16 + Math.min(15, run), guess === target ? 1 : 0) === 1;
    if (!hit) missed.push(guess);
    return hit;
  }

  #spell(coder: BitCoder, target: number, walk: Walk, missed: readonly number[]): number {
    if (!missed.includes(END)) {
      if (this.#ask(coder, { guess: END, kind: 3, run: 0, missed: [...missed] }, walk, target)) return END;
    }
    const after = this.spelling.code(coder, this.#tokens[target - 1] ?? '', {
      given: NOTHING,
      shared: 0,
      after: walk.before[0],
    });
    return this.#number(after) + 1;
  }
}

/** The number of what ends a text; tokens have theirs plus one. */
const END = 0;

interface Walk {
  readonly stream: number;
  /** The three tokens before, the last first. */
  before: readonly [number, number, number];
  readonly hints: readonly number[];
  hinted: number;
  place: number;
}

interface Guess {
  readonly guess: number;
  readonly kind: number;
  /** How sure it is, 0 to 15. */
  readonly run: number;
  readonly missed: number[];
}

/** A number for the tokens before; one order tells streams apart where a text begins. */
function contextOf({ before: [first, second, third], stream }: Walk, order: number): number {
  let context = hashed(first + (first === END ? stream * 0x1_0000 : 0), 21);
  if (order > 1) context = hashed(context ^ second, 22);
  if (order > 2) context = hashed(context ^ third, 23);
  return context;
}
