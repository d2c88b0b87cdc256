import { ByteWriter, utf8Length, writeUtf8 } from '../index/format/byte-buffer.js';
import { CLASS_ENDS, FORMS, MAX_TOKEN_BYTES, type Form } from '../index/documents/derived-vocabulary.js';
import { compareTerms } from '../index/terms/term-dictionary.js';

interface FormedToken {
  readonly token: string;
  readonly form: Form;
  /** Number of the word; 0 for an own token. */
  readonly word: number;
}

/** A vocabulary as it is written, and where its tokens went. */
export interface OrderedVocabulary {
  readonly bytes: Uint8Array;
  /** For each number the place of its token among the tokens that were given. */
  readonly order: Uint32Array;
}

/** Numbers tokens, which come in the order of their frequency, and writes them. `words`: the number of each word of the index. */
export function orderVocabulary(tokens: readonly string[], words: ReadonlyMap<string, number>): OrderedVocabulary {
  const order = new Uint32Array(tokens.length);
  const writer = new VocabularyWriter();
  let from = 0;
  for (const end of CLASS_ENDS) {
    const places = Array.from({ length: Math.max(0, Math.min(end, tokens.length) - from) }, (_, at) => from + at);
    const formed = places.map((place) => ({ place, ...formOf(tokens[place] ?? '', words) }));
    for (const form of FORMS) {
      const group = formed.filter((token) => token.form === form);
      if (form === 'own') group.sort((a, b) => compareTerms(a.token, b.token));
      else group.sort((a, b) => a.word - b.word);
      for (const { place } of group) order[from++] = place;
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

/** Writes the groups of all classes, what is alike side by side. */
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
