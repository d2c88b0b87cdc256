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

/** Bytes of UTF-8 that one UTF-16 unit takes at most. */
const UTF8_UNIT = 3;
/** Bytes of an answer in UTF-8, from its beginning, that snippets are looked for in: what bounds the work for a hit. */
export const MAX_SNIPPET_BYTES = 12_288;

const NO_BEGINNINGS = new Uint8Array(COMPLEX_TOKEN + 1);

/** Where snippets are looked for first: most answers say there what they are about. */
export const FIRST_PASS_BYTES = 3072;

/** The beginning of an answer, valid until the next one is read. */
export interface AnswerPrefix extends AnswerView {
  readonly text: TokenBuffer;
  /** Whether the answer goes on. */
  readonly hasMore: boolean;
}

export interface Structure {
  readonly blocks: Block[];
  readonly atoms: TextRange[];
  /** Stands on the number of the text's tokens. */
  readonly reader: ByteReader;
}

/** Answers and descriptions, wherever they are read. */
export type AnswerStore = Omit<Pick<AnswerReader, keyof AnswerReader>, 'structure' | 'writtenDescription'>;

type TextSections = Pick<Sections, 'vocabulary' | 'textLengths' | 'texts' | 'descriptionLengths' | 'descriptions'>;

/** Reads answers and descriptions where they lie. */
export class AnswerReader {
  readonly vocabulary: Vocabulary;
  readonly #starts: () => Uint32Array;
  readonly #descriptionStarts: () => Uint32Array;
  readonly #run: TokenBuffer;

  constructor(
    private readonly size: number,
    private readonly sections: TextSections,
    decode: DecodeUtf8,
    words: () => TokenBytes,
  ) {
    this.vocabulary = new Vocabulary(sections.vocabulary, decode, words);
    this.#starts = lazy(() => prefixSums(sections.textLengths, size));
    this.#descriptionStarts = lazy(() => prefixSums(sections.descriptionLengths, size));
    this.#run = new TokenBuffer(this.vocabulary);
  }

  /** Finds out where everything lies. */
  prepare(): void {
    this.#starts();
    this.vocabulary.prepare();
  }

  /** Whether this snapshot carries answers at all. */
  get hasAnswers(): boolean {
    return this.sections.texts.length > 0 || this.size === 0;
  }

  /** Stands on the number of the tokens of an answer's text. */
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
   * The beginning of an answer: whole blocks, `reach` bytes of UTF-8 about; of a longer first block, its beginning. `begun`
   * tells which beginnings of words are looked for in it, see `TokenMarker`.
   */
  readPrefix(document: number, begun: Uint8Array = NO_BEGINNINGS, reach: number = MAX_SNIPPET_BYTES): AnswerPrefix {
    const { blocks, atoms, reader } = this.structure(document);
    const text = this.#run;
    text.load(reader, { count: reader.varint(), maxBytes: reach, prefixes: begun });
    if ((blocks.at(-1)?.end ?? 0) <= text.length) {
      text.truncate(blocks.at(-1)?.end ?? 0);
      return { text, blocks, atoms, hasMore: false };
    }
    const whole = blocks.filter(({ end }) => end <= text.length);
    const first = blocks[0];
    const goesOn = whole.length === 0 && first !== undefined;
    if (goesOn) whole.push({ ...first, end: lastSpace(text) });
    const end = whole.at(-1)?.end ?? 0;
    text.truncate(end);
    return {
      text,
      blocks: whole,
      atoms: atoms.filter(([, to]) => to <= end),
      hasMore: true,
      isTruncated: goesOn,
    };
  }

  description(document: number): string | null {
    const length = this.writtenDescription(document);
    if (length === null) return null;
    if (typeof length !== 'number') return this.vocabulary.readText(length);
    const enough = length * 2 + 64;
    const answer = this.structure(document).reader;
    const text = this.vocabulary.read(answer, answer.varint(), enough * UTF8_UNIT);
    return normalizeWhitespace(text.slice(0, enough)).slice(0, length);
  }

  /** How a description is written: as so many units of the answer's beginning, as tokens, or not at all. */
  writtenDescription(document: number): number | ByteReader | null {
    const reader = new ByteReader(this.sections.descriptions, this.#descriptionStarts()[document] ?? 0);
    const kind = reader.varint();
    if (kind === DESCRIPTION.own) return reader;
    return kind === DESCRIPTION.ofAnswer ? reader.varint() : null;
  }

  /** An answer without its text. */
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

/** Where the last space of a text is; its end where it has none but perhaps at its beginning. */
function lastSpace(text: TokenBuffer): number {
  for (let at = text.length - 1; at > 0; at -= 1) if (text.charCodeAt(at) === 32) return at;
  return text.length;
}
