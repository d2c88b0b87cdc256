import { ByteReader, ByteWriter, utf8Length, writeUtf8 } from '../format/byte-buffer.js';
import { TERMS_PER_BLOCK, compareTerms, type DictionarySections } from '../terms/term-dictionary.js';
import type { TokenBytes } from './token-attributes.js';

/**
 * Vocabularies of texts, derived from the words of the index. Most tokens equal a word of the index as it is, with a
 * capital, or in capitals; only distances between the numbers of these words are written.
 *
 * Tokens are numbered roughly by frequency: by the classes below. Within a class, they are ordered by form and word,
 * which makes the distances small. A token number takes as many bytes as it would if ordered by frequency alone.
 */
const CLASS_ENDS = [128, 512, 2048, 8192, 16_384, Infinity] as const;

/** How a token is encoded: `own` by its bytes, otherwise by a word of the index. In the order within a class. */
const FORMS = ['own', 'word', 'capital', 'capitals'] as const;
type Form = (typeof FORMS)[number];

/** Maximum bytes of a token: 64 UTF-16 units. */
const MAX_TOKEN_BYTES = 192;

interface FormedToken {
  readonly token: string;
  readonly form: Form;
  /** The number of the word; 0 for an own token. */
  readonly word: number;
}

/** An encoded vocabulary with the order of its tokens. */
export interface OrderedVocabulary {
  readonly bytes: Uint8Array;
  /** By token number: the index of the token in the input. */
  readonly order: Uint32Array;
}

/** Numbers and encodes tokens. `tokens` must be ordered by frequency. `words`: the number of each word of the index. */
export function orderVocabulary(tokens: readonly string[], words: ReadonlyMap<string, number>): OrderedVocabulary {
  const order = new Uint32Array(tokens.length);
  const writer = new VocabularyWriter();
  let from = 0;
  for (const end of CLASS_ENDS) {
    const positions = Array.from({ length: Math.max(0, Math.min(end, tokens.length) - from) }, (_, at) => from + at);
    const formed = positions.map((position) => ({ position, ...formOf(tokens[position] ?? '', words) }));
    for (const form of FORMS) {
      const group = formed.filter((token) => token.form === form);
      if (form === 'own') group.sort((a, b) => compareTerms(a.token, b.token));
      else group.sort((a, b) => a.word - b.word);
      for (const { position } of group) order[from++] = position;
      writer.group(form, group);
    }
    if (from === tokens.length) break;
  }
  return { bytes: writer.finish(tokens.length), order };
}

function formOf(token: string, words: ReadonlyMap<string, number>): FormedToken {
  const same = words.get(token);
  if (same !== undefined) return { token, form: 'word', word: same };
  const lower = token.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  const word = words.get(lower);
  if (word !== undefined && lower !== token) {
    if (capitalized(lower) === token) return { token, form: 'capital', word };
    if (lower.replace(/[a-z]/g, (letter) => letter.toUpperCase()) === token) return { token, form: 'capitals', word };
  }
  return { token, form: 'own', word: 0 };
}

function capitalized(word: string): string {
  return word.replace(/^[a-z]/, (letter) => letter.toUpperCase());
}

/** Writes the groups of all classes. Numbers of one kind go to one stream. */
class VocabularyWriter {
  readonly #counts = new ByteWriter();
  readonly #shared = new ByteWriter();
  readonly #rests = new ByteWriter();
  readonly #distances = { word: new ByteWriter(), capital: new ByteWriter(), capitals: new ByteWriter() };
  readonly #bytes = new ByteWriter();
  #before = new Uint8Array(MAX_TOKEN_BYTES);
  #current = new Uint8Array(MAX_TOKEN_BYTES);
  #beforeLength = 0;

  group(form: Form, group: readonly FormedToken[]): void {
    this.#counts.varint(group.length);
    if (form === 'own') {
      for (const { token } of group) this.#own(token);
      return;
    }
    let expected = 0;
    for (const { word } of group) {
      this.#distances[form].varint(word - expected);
      expected = word + 1;
    }
  }

  #own(token: string): void {
    const length = utf8Length(token);
    if (length * 3 > this.#current.length) {
      this.#current = new Uint8Array(length * 3);
    }
    writeUtf8(token, this.#current, 0);
    const most = Math.min(length, this.#beforeLength, MAX_TOKEN_BYTES);
    let shared = 0;
    while (shared < most && this.#current[shared] === this.#before[shared]) shared += 1;
    this.#shared.varint(shared);
    this.#rests.varint(length - shared);
    this.#bytes.bytes(this.#current.subarray(shared, length));
    [this.#before, this.#current] = [this.#current, this.#before];
    this.#beforeLength = length;
  }

  finish(size: number): Uint8Array {
    const writer = new ByteWriter();
    writer.varint(size);
    writer.bytes(this.#counts.view());
    const { word, capital, capitals } = this.#distances;
    const streams = [this.#shared, this.#rests, word, capital, capitals];
    for (const stream of streams) writer.varint(stream.length);
    for (const stream of [...streams, this.#bytes]) writer.bytes(stream.view());
    return writer.finish();
  }
}

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
    const shared = new ByteReader(source, at.shared);
    const rests = new ByteReader(source, at.rests);
    for (let left = count; left > 0; left -= 1) {
      const common = Math.min(shared.varint(), this.#spelledLength, MAX_TOKEN_BYTES);
      // A damaged length must not reach beyond the source.
      const rest = Math.max(0, Math.min(rests.varint(), source.length - at.bytes, 0xffff - common));
      const bytes = this.#reserve(common + rest);
      const start = this.#length;
      let to = start;
      for (let from = this.#spelledStart, end = from + common; from < end; from += 1) bytes[to++] = bytes[from] ?? 0;
      for (let from = at.bytes, end = from + rest; from < end; from += 1) bytes[to++] = source[from] ?? 0;
      at.bytes += rest;
      this.#spelledStart = start;
      this.#spelledLength = common + rest;
      this.#starts[this.#token] = start;
      this.#byteLengths[this.#token] = common + rest;
      this.#token += 1;
      this.#length = to;
    }
    at.shared = shared.position;
    at.rests = rests.position;
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

/** Decodes all terms of a dictionary to UTF-8, one after another. */
export function decodeTerms(size: number, { bytes: source }: DictionarySections): TokenBytes {
  const starts = new Uint32Array(size);
  const byteLengths = new Uint16Array(size);
  let bytes = new Uint8Array(source.length * 2 + 1024);
  let from = 0;
  let to = 0;
  let before = 0;
  let beforeLength = 0;
  for (let term = 0; term < size; term += 1) {
    // A varint of a dictionary has at most two bytes.
    let shared = 0;
    if ((term & (TERMS_PER_BLOCK - 1)) !== 0) {
      shared = source[from++] ?? 0;
      if (shared >= 0x80) shared = (shared & 0x7f) | ((source[from++] ?? 0) << 7);
      if (shared > beforeLength) shared = beforeLength;
    }
    let rest = source[from++] ?? 0;
    if (rest >= 0x80) rest = (rest & 0x7f) | ((source[from++] ?? 0) << 7);
    if (rest > source.length - from) rest = Math.max(0, source.length - from);
    if (to + shared + rest > bytes.length) {
      const grown = new Uint8Array(bytes.length * 2 + shared + rest);
      grown.set(bytes);
      bytes = grown;
    }
    starts[term] = to;
    byteLengths[term] = shared + rest;
    for (let at = before, end = before + shared; at < end; at += 1) bytes[to++] = bytes[at] ?? 0;
    for (const end = from + rest; from < end; from += 1) bytes[to++] = source[from] ?? 0;
    before = starts[term] ?? 0;
    beforeLength = shared + rest;
  }
  return { bytes: bytes.subarray(0, to), starts, byteLengths };
}
