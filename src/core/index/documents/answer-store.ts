import type { TokenBytes } from '../format/columns.js';
import { BLOCK_KINDS, normalizeWhitespace, DESCRIPTION } from './stored-fields-format.js';
import type { Answer, AnswerView, Block, TextRange } from '../../model/document.js';
import { ByteReader } from '../format/byte-buffer.js';
import { prefixSums } from '../format/columns.js';
import type { Sections } from '../format/container.js';
import { lazy } from '../../lazy.js';
import { TokenBuffer } from './token-buffer.js';
import { COMPLEX_TOKEN } from './token-attributes.js';
import { Vocabulary, type DecodeUtf8 } from './token-vocabulary.js';

/** Maximum number of UTF-8 bytes of one UTF-16 unit. */
const UTF8_UNIT = 3;
/** Maximum number of UTF-8 bytes of an answer that are searched for snippets. Bounds the work per hit. */
export const MAX_SNIPPET_BYTES = 12_288;

const NO_PREFIXES = new Uint8Array(COMPLEX_TOKEN + 1);

/** UTF-8 bytes of an answer that are searched first. Most answers state their subject there. */
export const FIRST_PASS_BYTES = 3072;

/** The beginning of an answer, valid until the next one is read. */
export interface AnswerPrefix extends AnswerView {
  readonly text: TokenBuffer;
  /** Whether the answer continues. */
  readonly hasMore: boolean;
}

export interface Structure {
  readonly blocks: Block[];
  readonly atoms: TextRange[];
  /** Positioned at the token count of the text. */
  readonly reader: ByteReader;
}

/** Answers and descriptions, from any source. */
export type AnswerStore = Omit<Pick<AnswerReader, keyof AnswerReader>, 'structure' | 'writtenDescription'>;

type TextSections = Pick<Sections, 'vocabulary' | 'textLengths' | 'texts' | 'descriptionLengths' | 'descriptions'>;

/** Reads answers and descriptions from the sections of an index. */
export class AnswerReader {
  readonly vocabulary: Vocabulary;
  readonly #starts: () => Uint32Array;
  readonly #descriptionStarts: () => Uint32Array;
  readonly #text: TokenBuffer;

  constructor(
    private readonly size: number,
    private readonly sections: TextSections,
    decode: DecodeUtf8,
    words: () => TokenBytes,
  ) {
    this.vocabulary = new Vocabulary(sections.vocabulary, decode, words);
    this.#starts = lazy(() => prefixSums(sections.textLengths, size));
    this.#descriptionStarts = lazy(() => prefixSums(sections.descriptionLengths, size));
    this.#text = new TokenBuffer(this.vocabulary);
  }

  /** Reads the offsets and the vocabulary ahead of the first query. */
  prepare(): void {
    this.#starts();
    this.vocabulary.prepare();
  }

  /** Whether the index contains answers. */
  get hasAnswers(): boolean {
    return this.sections.texts.length > 0 || this.size === 0;
  }

  /** Returns a reader positioned at the token count of an answer's text. */
  tokens(document: number): ByteReader {
    const reader = new ByteReader(this.sections.texts, this.#starts()[document] ?? 0);
    for (let left = reader.varint(); left > 0; left -= 1) reader.varint();
    for (let left = reader.varint() * 2; left > 0; left -= 1) reader.varint();
    return reader;
  }

  answer(document: number): Answer {
    const { blocks, atoms, reader } = this.structure(document);
    return { text: this.vocabulary.readText(reader), blocks, atoms };
  }

  /**
   * Reads the beginning of an answer: whole blocks of about `maxBytes` UTF-8 bytes, or the beginning of the first block
   * if that is longer. `prefixes` marks the word beginnings to collect as candidates, see `TokenMarker`.
   */
  readPrefix(document: number, prefixes: Uint8Array = NO_PREFIXES, maxBytes: number = MAX_SNIPPET_BYTES): AnswerPrefix {
    const { blocks, atoms, reader } = this.structure(document);
    const text = this.#text;
    text.load(reader, { count: reader.varint(), maxBytes, prefixes });
    if ((blocks.at(-1)?.end ?? 0) <= text.length) {
      text.truncate(blocks.at(-1)?.end ?? 0);
      return { text, blocks, atoms, hasMore: false };
    }
    const whole = blocks.filter(({ end }) => end <= text.length);
    const first = blocks[0];
    const isTruncated = whole.length === 0 && first !== undefined;
    if (isTruncated) whole.push({ ...first, end: lastSpace(text) });
    const end = whole.at(-1)?.end ?? 0;
    text.truncate(end);
    return {
      text,
      blocks: whole,
      atoms: atoms.filter(([, to]) => to <= end),
      hasMore: true,
      isTruncated,
    };
  }

  description(document: number): string | null {
    const length = this.writtenDescription(document);
    if (length === null) return null;
    if (typeof length !== 'number') return this.vocabulary.readText(length);
    const unitLimit = length * 2 + 64;
    const answer = this.structure(document).reader;
    const text = this.vocabulary.read(answer, answer.varint(), unitLimit * UTF8_UNIT);
    return normalizeWhitespace(text.slice(0, unitLimit)).slice(0, length);
  }

  /**
   * The encoded form of a description: a length (UTF-16 units of the answer's beginning), a reader at its token count,
   * or null if there is none.
   */
  writtenDescription(document: number): number | ByteReader | null {
    const reader = new ByteReader(this.sections.descriptions, this.#descriptionStarts()[document] ?? 0);
    const kind = reader.varint();
    if (kind === DESCRIPTION.own) return reader;
    return kind === DESCRIPTION.ofAnswer ? reader.varint() : null;
  }

  /** Reads the blocks and atoms of an answer, but not its text. */
  structure(document: number): Structure {
    const reader = new ByteReader(this.sections.texts, this.#starts()[document] ?? 0);
    const blocks: Block[] = [];
    let start = 0;
    for (let left = reader.varint(); left > 0; left -= 1) {
      const code = reader.varint();
      const end = start + Math.floor(code / 8);
      blocks.push({ kind: BLOCK_KINDS[code % 8] ?? 'paragraph', start, end });
      start = end + 1;
    }
    const atoms: TextRange[] = [];
    let at = 0;
    for (let left = reader.varint(); left > 0; left -= 1) {
      const from = at + reader.varint();
      at = from + reader.varint();
      atoms.push([from, at]);
    }
    return { blocks, atoms, reader };
  }
}

/** The position of the last space of a text; the text's length if there is none after its first unit. */
function lastSpace(text: TokenBuffer): number {
  for (let at = text.length - 1; at > 0; at -= 1) if (text.charCodeAt(at) === 32) return at;
  return text.length;
}
