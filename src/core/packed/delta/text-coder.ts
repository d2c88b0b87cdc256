import { damaged } from '../layout.js';
import type { BitCoder } from '../transport/coder.js';
import { Guesses } from '../transport/guesses.js';
import { Mix } from '../transport/mixing.js';
import { hashed, NumberModel } from '../transport/number-model.js';
import { Spelling } from '../transport/spelling.js';
import type { CarriedTexts, DocumentTexts, TextRecord } from './texts.js';

const TABLE = 1 << 14;
/** How many tokens before it a guess rests on, the longest first. */
const ORDERS: readonly number[] = [4, 2, 1];
const NOTHING = new Uint8Array(0);

/** Kinds of numbers, told apart in their contexts. */
const NUMBER = { same: 0, count: 1, number: 2, tokens: 3, token: 4 } as const;
/** Answers and descriptions, told apart in the same way. */
const KIND = { answer: 0, description: 1 } as const;

export interface TextCoderOptions {
  /** Tokens of the vocabulary that reader and writer have. */
  readonly known: number;
  /** What the numbers behind the vocabulary stand for, each in the order in which they first come; a reader leaves it out. */
  readonly given: readonly string[] | null;
}

/**
 * Codes the texts of documents by the numbers of their tokens in a vocabulary that reader and writer have; others are
 * spelled once. A token is first guessed from what followed the same tokens before, in the document's earlier form as
 * well: so of a text that was edited only the edits are told.
 */
export class TextCoder {
  /** Tokens that the vocabulary lacks. */
  readonly tokens: string[] = [];
  readonly #numbers = new NumberModel(2);
  readonly #spelling = new Spelling();
  readonly #guesses = new Guesses(ORDERS.length);
  readonly #mix = new Mix({ tables: [1024, TABLE, TABLE], sets: 64, rate: 0.015, limit: 120 });

  constructor(
    private readonly coder: BitCoder,
    private readonly options: TextCoderOptions,
  ) {}

  /** Codes a document's texts. `given`: what to write; a reader leaves it out. `old`: its earlier form, if it had one. */
  code(carried: CarriedTexts, given: DocumentTexts | null, old: DocumentTexts | null): DocumentTexts {
    return {
      answer: carried.answers ? this.#record(KIND.answer, given?.answer, old?.answer) : null,
      description: carried.descriptions
        ? this.#record(KIND.description, given?.description, old?.description)
        : null,
    };
  }

  #record(
    kind: number,
    given: TextRecord | null | undefined,
    old: TextRecord | null | undefined,
  ): TextRecord {
    const before = old ?? null;
    const record = given ?? null;
    const numbers = this.#numbersBefore(kind, record, before);
    const hasTokens = this.#number(kind, NUMBER.tokens, record?.tokens === null ? 0 : 1, numbers[0] ?? 0);
    if (hasTokens === 0) return { numbers, tokens: null };
    if (before?.tokens != null) this.#learnAll(before.tokens);
    const count = this.#number(kind, NUMBER.count, record?.tokens?.length ?? 0, 1);
    const tokens: number[] = [];
    const walk: Walk = [NONE, NONE, NONE, NONE];
    for (let left = count; left > 0; left -= 1) {
      const token = this.#token(record?.tokens?.[tokens.length] ?? 0, walk);
      tokens.push(token);
    }
    return { numbers, tokens };
  }

  /** The numbers before the tokens: those of the earlier form, or others. */
  #numbersBefore(kind: number, given: TextRecord | null, old: TextRecord | null): readonly number[] {
    if (old !== null) {
      const same = given !== null && sameNumbers(given.numbers, old.numbers);
      if (this.#number(kind, NUMBER.same, same ? 1 : 0, 0) === 1) return old.numbers;
    }
    const count = this.#number(kind, NUMBER.count, given?.numbers.length ?? 0, 0);
    const numbers: number[] = [];
    for (let left = count; left > 0; left -= 1) {
      const at = numbers.length;
      numbers.push(
        this.#number(
          kind,
          NUMBER.number,
          given?.numbers[at] ?? 0,
          Math.min(at, 3) * 64 + widthOf(numbers[at - 1] ?? 0),
        ),
      );
    }
    return numbers;
  }

  #number(kind: number, what: number, value: number, context: number): number {
    const place = kind * 8 + what;
    return this.#numbers.code(this.coder, value, [place, place + 16 * (context + 1)]);
  }

  #learnAll(tokens: readonly number[]): void {
    const walk: Walk = [NONE, NONE, NONE, NONE];
    for (const token of tokens) {
      this.#guesses.learn(this.#hashes(walk), token);
      advance(walk, token);
    }
  }

  #hashes(walk: Walk): number[] {
    return ORDERS.map((order) => {
      let context = order;
      for (let at = 0; at < order; at += 1) context = hashed(context ^ (walk[at] ?? 0), at);
      return context;
    });
  }

  #token(target: number, walk: Walk): number {
    const hashes = this.#hashes(walk);
    const missed: number[] = [];
    let found = -1;
    for (const [at, hash] of hashes.entries()) {
      const guess = this.#guesses.token(at, hash);
      const run = this.#guesses.run(at, hash);
      if (run === 0 || missed.includes(guess)) continue;
      const stage = at * 4 + missed.length;
      const { at: places, base } = this.#mix;
      places[0] = stage * 16 + run;
      places[1] = (base[1] ?? 0) + (hashed(stage + Math.imul(walk[0], 131), 12) % TABLE);
      places[2] = (base[2] ?? 0) + (hashed(stage + Math.imul(guess, 131), 13) % TABLE);
      if (this.#mix.code(this.coder, stage, guess === target ? 1 : 0) === 1) {
        found = guess;
        break;
      }
      missed.push(guess);
    }
    if (found < 0) found = this.#named(target, walk);
    this.#guesses.learn(hashes, found);
    advance(walk, found);
    return found;
  }

  /** A token by its number plus one; 0 and its spelling the first time where the vocabulary lacks it. */
  #named(target: number, walk: Walk): number {
    const { known, given } = this.options;
    const next = known + this.tokens.length;
    const number = this.#number(0, NUMBER.token, target === next ? 0 : target + 1, walk[0]);
    if (number > next) throw damaged('a text has a token that is not told');
    if (number > 0) return number - 1;
    const spelled = { given: NOTHING, shared: 0, after: walk[0] };
    this.tokens.push(this.#spelling.code(this.coder, given?.[this.tokens.length] ?? '', spelled));
    return next;
  }
}

/** Stands for what is before the first token. */
const NONE = 0x3fff_ffff;
/** The tokens before, the last first. */
type Walk = [number, number, number, number];

function advance(walk: Walk, token: number): void {
  walk[3] = walk[2];
  walk[2] = walk[1];
  walk[1] = walk[0];
  walk[0] = token;
}

function sameNumbers(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, at) => value === b[at]);
}

function widthOf(number: number): number {
  return 32 - Math.clz32(number);
}
