import { damaged } from '../layout.js';
import { compareTerms } from '../terms.js';
import type { BitCoder } from '../transport/coder.js';
import { emptyLists, type FieldLists } from '../transport/field-lists.js';
import { NumberModel } from '../transport/number-model.js';
import { Spelling } from '../transport/spelling.js';
import type { AddedParts } from './added.js';
import { mergeLists } from './merge-lists.js';

/** The field whose lists are told by what differs from a document's earlier form. */
export const ANSWER = 1;

/** Kinds of numbers, told apart in their contexts. */
const NUMBER = { kept: 0, count: 1, word: 2, frequency: 3 } as const;
const HIGHEST_FREQUENCY = 0xffff;
const NOTHING = new Uint8Array(0);
/** Stands for "the token before" where words are spelled. */
const OF_WORDS = 0x3fff_ffff;

/** The terms of one document: by word how often it occurs. */
export type Terms = ReadonlyMap<number, number>;

/** The terms that documents have in lists. `places`: by document where it comes in what is returned; −1 for nowhere. */
export function termsOf(lists: FieldLists, places: Int32Array, size: number): Map<number, number>[] {
  const terms = Array.from({ length: size }, () => new Map<number, number>());
  const { starts, documents, frequencies } = lists;
  for (let word = 0; word + 1 < starts.length; word += 1) {
    for (let at = starts[word] ?? 0; at < (starts[word + 1] ?? 0); at += 1) {
      const place = places[documents[at] ?? 0] ?? -1;
      if (place >= 0) terms[place]?.set(word, frequencies[at] ?? 1);
    }
  }
  return terms;
}

/**
 * Codes the terms of documents by what differs from their earlier forms. Words are numbered as the earlier index does; others are
 * spelled the first time and numbered on behind.
 */
export class TermCoder {
  /** Words that the earlier index lacks. */
  readonly words: string[] = [];
  readonly #numbers = new NumberModel(2);
  readonly #spelling = new Spelling();

  /** `known`: words of the earlier index. `given`: the words behind them as they first come; a reader leaves it out. */
  constructor(
    private readonly coder: BitCoder,
    private readonly known: number,
    private readonly given: readonly string[] | null,
  ) {}

  /** `wanted`: what to write; a reader leaves it out. */
  code(earlier: Terms, wanted: Terms | null): Map<number, number> {
    const terms = new Map<number, number>();
    let before = 0;
    for (const [word, frequency] of earlier) {
      const now = wanted?.get(word) ?? 0;
      const change = this.#number(NUMBER.kept, now === frequency ? 0 : now + 1, before);
      before = Math.min(1, change);
      const coded = change === 0 ? frequency : change - 1;
      if (coded > 0) terms.set(word, Math.min(HIGHEST_FREQUENCY, coded));
    }
    const fresh = [...(wanted ?? [])].filter(([word]) => !earlier.has(word)).sort(([a], [b]) => a - b);
    let last = -1;
    const count = this.#number(NUMBER.count, fresh.length, 0);
    for (let at = 0; at < count; at += 1) {
      const [target = 0, frequency = 1] = fresh[at] ?? [];
      const word = last + 1 + this.#number(NUMBER.word, target - last - 1, Math.min(15, count));
      if (word > this.known + this.words.length) throw damaged('a document has a word that is not told');
      if (word === this.known + this.words.length) this.#spell();
      terms.set(word, Math.min(HIGHEST_FREQUENCY, this.#number(NUMBER.frequency, frequency - 1, 0) + 1));
      last = word;
    }
    return terms;
  }

  #number(kind: number, value: number, context: number): number {
    return this.#numbers.code(this.coder, value, [kind, kind + 16 * (context + 1)]);
  }

  #spell(): void {
    const spelled = { given: NOTHING, shared: 0, after: OF_WORDS };
    this.words.push(this.#spelling.code(this.coder, this.given?.[this.words.length] ?? '', spelled));
  }
}

/** Adds the terms of answers that were told apart. `terms`: by document; null for one that was not. */
export function withAnswers(
  parts: AddedParts,
  terms: readonly (ReadonlyMap<string, number> | null)[],
): AddedParts {
  const found = new Map<string, [document: number, frequency: number][]>();
  for (const [document, counts] of terms.entries()) {
    for (const [word, frequency] of counts ?? []) {
      const list = found.get(word);
      if (list === undefined) found.set(word, [[document, frequency]]);
      else list.push([document, frequency]);
    }
  }
  const words = [...found.keys()].sort(compareTerms);
  const answers = emptyLists(words.map((word) => found.get(word)?.length ?? 0));
  let at = 0;
  for (const word of words) {
    for (const [document, frequency] of found.get(word) ?? []) {
      answers.documents[at] = document;
      answers.frequencies[at] = frequency;
      at += 1;
    }
  }
  const nothing = emptyLists(new Uint32Array(words.length));
  const places = Int32Array.from({ length: terms.length }, (_, document) => document);
  const fields = parts.fields.map((_, field) => (field === ANSWER ? answers : nothing));
  return { ...parts, ...mergeLists({ ...parts, places }, { words, fields, places }) };
}
