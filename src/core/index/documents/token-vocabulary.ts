import type { TokenBytes } from '../format/columns.js';
import { ByteReader, ByteWriter, readUtf8 } from '../format/byte-buffer.js';
import { readDerivedVocabulary } from './derived-vocabulary.js';
import { lazy } from '../../lazy.js';
import { isWordByte, tokenAttributes } from './token-attributes.js';

/**
 * Receives the range of each token. A text is cut into alternating runs of word characters (letters, digits, everything
 * beyond ASCII) and of other characters. A single space between two words is implied and not written; any other run is
 * a token. The text can be restored exactly. Frequent tokens have small numbers, which take one byte.
 */
export type TokenSink = (start: number, end: number) => void;

/** Whether a token that begins with this byte is a word. Bytes of 128 and above belong to characters beyond ASCII. */
const WORD_BYTES = Uint8Array.from({ length: 256 }, (_, byte) => (isWordByte(byte) ? 1 : 0));

/** Whether a UTF-16 unit belongs to a word: ASCII letters and digits, and everything beyond ASCII. */
function isWordUnit(unit: number): boolean {
  return unit >= 128 || WORD_BYTES[unit] === 1;
}

const SPACE = 32;
/** Maximum UTF-16 units of a token. Without a limit, endless runs would fill the vocabulary with tokens used once. */
export const MAX_TOKEN_UNITS = 64;

/** Cuts a text into tokens. */
export function cutTokens(text: string, sink: TokenSink): void {
  let at = 0;
  let afterWord = false;
  while (at < text.length) {
    const start = at;
    const word = isWordUnit(text.charCodeAt(at));
    while (at < text.length && at - start < MAX_TOKEN_UNITS && isWordUnit(text.charCodeAt(at)) === word) at += 1;
    // A surrogate pair must not be split.
    if (
      at < text.length &&
      (text.charCodeAt(at) & 0xfc00) === 0xdc00 &&
      (text.charCodeAt(at - 1) & 0xfc00) === 0xd800
    ) {
      at -= 1;
      if (at === start) at += 2;
    }
    const impliedSpace =
      !word &&
      afterWord &&
      at - start === 1 &&
      text.charCodeAt(start) === SPACE &&
      at < text.length &&
      isWordUnit(text.charCodeAt(at));
    if (!impliedSpace) sink(start, at);
    // Two adjacent parts of a long word must not gain a space, so an empty token separates them.
    if (word && at < text.length && isWordUnit(text.charCodeAt(at))) sink(at, at);
    afterWord = word;
  }
}

/** Writes a plain vocabulary: the number of tokens, then each as its byte length and UTF-8. */
export function writeVocabulary(tokens: readonly string[]): Uint8Array {
  const writer = new ByteWriter(tokens.length * 8 + 8);
  writer.varint(tokens.length);
  for (const token of tokens) writer.text(token);
  return writer.finish();
}

/** Decodes UTF-8. The runtime's own decoder is several times faster than `decodeUtf8` and gives the same result. */
export type DecodeUtf8 = (bytes: Uint8Array) => string;

export const decodeUtf8: DecodeUtf8 = (bytes) => readUtf8(bytes, 0, bytes.length);

/** `reader` is positioned at the first token. */
function readOffsets(reader: ByteReader, size: number): TokenBytes {
  const { bytes } = reader;
  const end = bytes.length;
  const starts = new Uint32Array(size);
  const byteLengths = new Uint16Array(size);
  let at = reader.position;
  for (let token = 0; token < size; token += 1) {
    // `reader.varint()`, inlined: this loop visits all tokens before the first answer.
    let length = bytes[at++] ?? 0;
    if (length >= 0x80) {
      reader.position = at - 1;
      length = reader.varint();
      at = reader.position;
    }
    starts[token] = at;
    byteLengths[token] = length <= end - at ? length : Math.max(0, end - at);
    at += length;
  }
  return { bytes, starts, byteLengths };
}

/** Reads texts encoded as token numbers. The bytes of all tokens are joined and decoded in one call. */
export class Vocabulary {
  readonly size: number;
  readonly #offsets: () => TokenBytes;
  #text = new Uint8Array(4096);

  /** `words`: the words that the vocabulary is derived from, see `orderVocabulary`. Omitted for a plain vocabulary. */
  constructor(
    bytes: Uint8Array,
    readonly decode: DecodeUtf8 = decodeUtf8,
    words?: () => TokenBytes,
  ) {
    const reader = new ByteReader(bytes);
    // A token takes at least one byte, so a damaged count cannot allocate too much.
    this.size = Math.min(reader.varint(), bytes.length);
    this.#offsets = lazy(() =>
      words === undefined ? readOffsets(reader, this.size) : readDerivedVocabulary(reader, this.size, words()),
    );
  }

  /** Reads the offsets of all tokens. */
  prepare(): void {
    this.#offsets();
  }

  /** The UTF-8 bytes of all tokens. */
  get bytes(): Uint8Array {
    return this.#offsets().bytes;
  }

  /** The offset of each token in `bytes`. */
  get starts(): Uint32Array {
    return this.#offsets().starts;
  }

  /** The length of each token in bytes. */
  get byteLengths(): Uint16Array {
    return this.#offsets().byteLengths;
  }

  readonly #shapes = lazy(() => new Int32Array(this.size));

  /** The token attributes computed so far (see `WORD_TOKEN`); 0 for other tokens. */
  shapes(): Int32Array {
    return this.#shapes();
  }

  /** Computes the attributes of a token and stores them in `shapes`. */
  shape(token: number): number {
    const shape = tokenAttributes(this.#offsets(), token);
    if (token < this.size) this.shapes()[token] = shape;
    return shape;
  }

  token(number: number): string {
    const { bytes, starts, byteLengths } = this.#offsets();
    const start = starts[number] ?? 0;
    return this.decode(bytes.subarray(start, start + (byteLengths[number] ?? 0)));
  }

  /** Reads `count` tokens, or as many as give `maxBytes` UTF-8 bytes, and returns the text. */
  read(reader: ByteReader, count: number, maxBytes = Infinity): string {
    const { bytes, starts, byteLengths } = this.#offsets();
    let text = this.#text;
    let size = 0;
    let before = 0;
    for (let left = count; left > 0 && size < maxBytes; left -= 1) {
      const token = reader.varint();
      let from = starts[token] ?? 0;
      const length = byteLengths[token] ?? 0;
      const word = length > 0 ? (WORD_BYTES[bytes[from] ?? 0] ?? 0) : 0;
      if (size + length >= text.length) {
        text = new Uint8Array(Math.max(text.length * 2, size + length + 1));
        text.set(this.#text);
        this.#text = text;
      }
      if ((word & before) === 1) text[size++] = SPACE;
      for (const end = from + length; from < end; from += 1) text[size++] = bytes[from] ?? 0;
      before = word;
    }
    return this.decode(text.subarray(0, size));
  }

  /** Reads a text that is preceded by its token count. */
  readText(reader: ByteReader): string {
    return this.read(reader, reader.varint());
  }
}
