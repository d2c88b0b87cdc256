import { ByteReader, ByteWriter } from '../bytes.js';
import { Interner } from '../intern.js';
import type { Strings } from './segment-document.js';

/** Tokens whose count changes, by a number of this patch. */
export class TokenChanges {
  readonly tokens = new Interner();
  readonly #deltas: number[] = [];

  /** The patch's number of a token of a segment. */
  number(bytes: Uint8Array, strings: Strings, token: number): number {
    const start = strings.starts[token] ?? 0;
    return this.tokens.intern(bytes, start, start + (strings.lengths[token] ?? 0));
  }

  /** A token occurs so much more often. */
  add(number: number, more: number): void {
    this.#deltas[number] = (this.#deltas[number] ?? 0) + more;
  }

  delta(number: number): number {
    return this.#deltas[number] ?? 0;
  }
}

/** A vocabulary after a patch. */
export interface PatchedVocabulary {
  readonly section: Uint8Array;
  /** By number. */
  readonly counts: Uint32Array;
  /** The number before → the number now. */
  readonly moved: Uint32Array;
  /** The patch's number → the number now. */
  readonly final: Uint32Array;
}

const GONE = 0xffffffff;

/**
 * Orders a vocabulary anew (by count, the highest first, then by bytes) where the counts of some tokens changed. null: the
 * counts are not those of this vocabulary.
 */
export function patchVocabulary(
  section: Uint8Array,
  before: Uint32Array,
  changes: TokenChanges,
): PatchedVocabulary | null {
  const starts = startsOf(section, before.length);
  if (starts === null) return null;
  const known = numbersOf(section, starts, changes);
  const changed: Changed[] = [];
  const skipped = new Uint8Array(before.length);
  for (let number = 0; number < changes.tokens.size; number += 1) {
    const old = known[number] ?? GONE;
    const count = (old === GONE ? 0 : (before[old] ?? 0)) + changes.delta(number);
    if (count < 0) return null;
    if (changes.delta(number) === 0) continue;
    if (old !== GONE) skipped[old] = 1;
    if (count > 0) changed.push({ number, old, count });
  }
  changed.sort((a, b) => b.count - a.count || changes.tokens.compare(a.number, b.number));
  const merged = new MergedVocabulary({ section, starts, before }, changes, known);
  let next = 0;
  for (let token = 0; token < before.length; token += 1) {
    if (skipped[token] === 1) continue;
    for (let one = changed[next]; one !== undefined && merged.isBefore(one, token); one = changed[next]) {
      merged.put(one);
      next += 1;
    }
    merged.keep(token);
  }
  for (const one of changed.slice(next)) merged.put(one);
  return merged.finish();
}

interface Changed {
  /** The patch's. */
  readonly number: number;
  readonly old: number;
  readonly count: number;
}

/** Where each token begins, with its length before it; the end of the last one at the end. */
function startsOf(section: Uint8Array, size: number): Uint32Array | null {
  const reader = new ByteReader(section);
  if (reader.varint() !== size) return null;
  const starts = new Uint32Array(size + 1);
  for (let token = 0; token < size; token += 1) {
    starts[token] = reader.at;
    const length = reader.varint();
    reader.at += length;
  }
  starts[size] = reader.at;
  return reader.at === section.length ? starts : null;
}

/** The patch's number → the vocabulary's, `GONE` where it is new. */
function numbersOf(section: Uint8Array, starts: Uint32Array, { tokens }: TokenChanges): Uint32Array {
  const numbers = new Uint32Array(tokens.size).fill(GONE);
  for (let token = 0; token + 1 < starts.length; token += 1) {
    const number = tokens.find(section, textStart(section, starts[token] ?? 0), starts[token + 1] ?? 0);
    if (number >= 0) numbers[number] = token;
  }
  return numbers;
}

/** Behind the length. A token has at most 256 bytes. */
function textStart(section: Uint8Array, start: number): number {
  return start + ((section[start] ?? 0) < 0x80 ? 1 : 2);
}

interface Before {
  readonly section: Uint8Array;
  readonly starts: Uint32Array;
  readonly before: Uint32Array;
}

/** The vocabulary that is made: runs of tokens that stay as they are, and tokens between them. */
class MergedVocabulary {
  readonly #from: Before;
  readonly #changes: TokenChanges;
  readonly #known: Uint32Array;
  readonly #bytes: ByteWriter;
  readonly #counts: Uint32Array;
  readonly #moved: Uint32Array;
  readonly #final: Uint32Array;
  #size = 0;
  /** The run that is not copied yet: tokens from … to. */
  #run: [from: number, to: number] = [0, 0];

  constructor(from: Before, changes: TokenChanges, known: Uint32Array) {
    this.#from = from;
    this.#changes = changes;
    this.#known = known;
    this.#bytes = new ByteWriter(from.section.length + 4096);
    this.#counts = new Uint32Array(from.before.length + known.length);
    this.#moved = new Uint32Array(from.before.length);
    this.#final = new Uint32Array(known.length);
  }

  /** Whether a changed token comes before one that did not change. */
  isBefore({ number, count }: Changed, token: number): boolean {
    const { section, starts, before } = this.#from;
    const other = before[token] ?? 0;
    if (count !== other) return count > other;
    const start = textStart(section, starts[token] ?? 0);
    return this.#changes.tokens.compareWith(number, section, start, starts[token + 1] ?? 0) < 0;
  }

  keep(token: number): void {
    if (this.#run[1] !== token) this.#copyRun(token);
    this.#run[1] = token + 1;
    this.#moved[token] = this.#size;
    this.#counts[this.#size] = this.#from.before[token] ?? 0;
    this.#size += 1;
  }

  put({ number, old, count }: Changed): void {
    this.#copyRun(this.#run[1]);
    this.#changes.tokens.write(number, this.#bytes);
    if (old !== GONE) this.#moved[old] = this.#size;
    this.#final[number] = this.#size;
    this.#counts[this.#size] = count;
    this.#size += 1;
  }

  #copyRun(next: number): void {
    const [from, to] = this.#run;
    const { section, starts } = this.#from;
    this.#bytes.raw(section.subarray(starts[from] ?? 0, starts[to] ?? 0));
    this.#run = [next, next];
  }

  finish(): PatchedVocabulary {
    this.#copyRun(0);
    for (const [number, old] of this.#known.entries())
      if (old !== GONE && this.#changes.delta(number) === 0) this.#final[number] = this.#moved[old] ?? 0;
    const section = new ByteWriter(this.#bytes.length + 8);
    section.varint(this.#size);
    section.raw(this.#bytes.view());
    const counts = this.#counts.slice(0, this.#size);
    return { section: section.finish(), counts, moved: this.#moved, final: this.#final };
  }
}
