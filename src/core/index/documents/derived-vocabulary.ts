import type { TokenBytes } from '../format/columns.js';
import { ByteReader } from '../format/byte-buffer.js';
import { readNumbers } from '../format/columns.js';

/**
 * Vocabularies of texts, derived from the words of the index. Most tokens equal a word of the index as it is, with a
 * capital, or in capitals; only distances between the numbers of these words are written.
 *
 * Tokens are numbered roughly by frequency: by the classes below. Within a class, they are ordered by form and word,
 * which makes the distances small. A token number takes as many bytes as it would if ordered by frequency alone.
 */
export const CLASS_ENDS = [128, 512, 2048, 8192, 16_384, Infinity] as const;

/** How a token is encoded: `own` by its bytes, otherwise by a word of the index. In the order within a class. */
export const FORMS = ['own', 'word', 'capital', 'capitals'] as const;
export type Form = (typeof FORMS)[number];

/** Maximum bytes of a token: 64 UTF-16 units. */
export const MAX_TOKEN_BYTES = 192;

/**
 * Reads the output of `orderVocabulary`. `reader` is positioned behind the number of tokens, which is `size`. Tokens
 * that equal a word refer to the words' own bytes, which are copied to the beginning. The loops decode varints inline,
 * since they visit all tokens before the first answer.
 */
export function readDerivedVocabulary(reader: ByteReader, size: number, words: TokenBytes): TokenBytes {
  const counts = readCounts(reader, size);
  const lengths = [0, 1, 2, 3, 4].map(() => reader.varint());
  const own = { shared: reader.position, rests: reader.position + (lengths[0] ?? 0), bytes: 0 };
  let end = own.rests + (lengths[1] ?? 0);
  const distances = [0, 0, 0, 0];
  for (let form = 1; form < FORMS.length; form += 1) {
    distances[form] = end;
    end += lengths[form + 1] ?? 0;
  }
  own.bytes = end;
  const tokens = new TokenBytesBuilder(size, words);
  for (const [at, count] of counts.entries()) {
    const form = at % FORMS.length;
    const from = distances[form] ?? 0;
    if (form === 0) tokens.addOwn(reader.bytes, own, count);
    else if (form === 1) distances[form] = tokens.addWords(reader.bytes, from, count);
    else distances[form] = tokens.addCapitals(reader.bytes, from, { count, all: form === 3 });
  }
  return tokens.finish();
}

/** The number of tokens of each form, class by class; at most `size` in total. */
function readCounts(reader: ByteReader, size: number): number[] {
  const counts: number[] = [];
  for (let left = size, at = 0; at < CLASS_ENDS.length && left > 0; at += 1) {
    for (let form = 0; form < FORMS.length; form += 1) {
      const count = Math.min(reader.varint(), left);
      counts.push(count);
      left -= count;
    }
  }
  return counts;
}

class TokenBytesBuilder {
  readonly #starts: Uint32Array;
  readonly #byteLengths: Uint16Array;
  #bytes: Uint8Array;
  #length: number;
  #token = 0;
  #spelledStart = 0;
  #spelledLength = 0;

  constructor(
    size: number,
    private readonly words: TokenBytes,
  ) {
    this.#starts = new Uint32Array(size);
    this.#byteLengths = new Uint16Array(size);
    this.#bytes = new Uint8Array(words.bytes.length + size * 8 + 1024);
    this.#bytes.set(words.bytes);
    this.#length = words.bytes.length;
  }

  finish(): TokenBytes {
    return {
      bytes: this.#bytes.subarray(0, this.#length),
      starts: this.#starts,
      byteLengths: this.#byteLengths,
    };
  }

  #reserve(more: number): Uint8Array {
    if (this.#length + more > this.#bytes.length) {
      const grown = new Uint8Array(this.#bytes.length * 2 + more);
      grown.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = grown;
    }
    return this.#bytes;
  }

  /** Reads own tokens. `at`: the offsets of the shared lengths, the rest lengths and the rests; they are advanced. */
  addOwn(source: Uint8Array, at: { shared: number; rests: number; bytes: number }, count: number): void {
    const shared = readNumbers(source.subarray(at.shared), count);
    const rests = readNumbers(source.subarray(at.rests), count);
    at.shared += varintBytes(shared);
    at.rests += varintBytes(rests);
    let room = 0;
    for (let own = 0; own < count; own += 1) {
      // A damaged length must not reach beyond the source.
      const rest = Math.min(rests[own] ?? 0, Math.max(0, source.length - at.bytes), MAX_TOKEN_BYTES);
      rests[own] = rest;
      room += Math.min(shared[own] ?? 0, MAX_TOKEN_BYTES) + rest;
    }
    const bytes = this.#reserve(room);
    let to = this.#length;
    let token = this.#token;
    let before = this.#spelledStart;
    let beforeLength = this.#spelledLength;
    let next = at.bytes;
    for (let own = 0; own < count; own += 1) {
      const start = to;
      const kept = Math.min(shared[own] ?? 0, beforeLength, MAX_TOKEN_BYTES);
      for (const end = before + kept; before < end; before += 1) bytes[to++] = bytes[before] ?? 0;
      for (let left = rests[own] ?? 0; left > 0; left -= 1) bytes[to++] = source[next++] ?? 0;
      this.#starts[token] = start;
      this.#byteLengths[token] = to - start;
      token += 1;
      before = start;
      beforeLength = to - start;
    }
    at.bytes = next;
    this.#spelledStart = before;
    this.#spelledLength = beforeLength;
    this.#token = token;
    this.#length = to;
  }

  /** Reads tokens that equal a word. Returns the offset behind their distances. */
  addWords(source: Uint8Array, from: number, count: number): number {
    const { starts, byteLengths } = this.words;
    const toStarts = this.#starts;
    const toLengths = this.#byteLengths;
    const reader = new ByteReader(source);
    let at = from;
    let word = 0;
    const end = this.#token + count;
    for (let token = this.#token; token < end; token += 1) {
      let distance = source[at++] ?? 0;
      if (distance >= 0x80) {
        reader.position = at - 1;
        distance = reader.varint();
        at = reader.position;
      }
      word += distance;
      toStarts[token] = starts[word] ?? 0;
      toLengths[token] = byteLengths[word] ?? 0;
      word += 1;
    }
    this.#token = end;
    return at;
  }

  /**
   * Reads tokens that are a word with a capital or, if `all`, in capitals. Returns the offset behind their distances.
   */
  addCapitals(
    source: Uint8Array,
    from: number,
    { count, all }: { readonly count: number; readonly all: boolean },
  ): number {
    const first = this.#token;
    const at = this.addWords(source, from, count);
    const starts = this.#starts;
    const byteLengths = this.#byteLengths;
    let room = 0;
    for (let token = first; token < first + count; token += 1) room += byteLengths[token] ?? 0;
    const bytes = this.#reserve(room);
    let to = this.#length;
    for (let token = first; token < first + count; token += 1) {
      let letter = starts[token] ?? 0;
      const end = letter + (byteLengths[token] ?? 0);
      starts[token] = to;
      for (let raise = true; letter < end; letter += 1) {
        const byte = bytes[letter] ?? 0;
        bytes[to++] = raise && byte >= 97 && byte <= 122 ? byte - 32 : byte;
        raise = all;
      }
    }
    this.#length = to;
    return at;
  }
}

/** Returns the size of these numbers as varints, in bytes. */
function varintBytes(numbers: Uint32Array): number {
  let bytes = numbers.length;
  for (let rest of numbers) for (; rest >= 0x80; rest >>>= 7) bytes += 1;
  return bytes;
}
