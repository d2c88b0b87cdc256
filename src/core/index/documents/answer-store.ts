import type { Answer, AnswerView, Block, Range } from '../../model/document.js';
import { ByteReader } from '../format/byte-buffer.js';
import { readStarts } from '../format/columns.js';
import type { Sections } from '../format/container.js';
import { lazy } from '../../lazy.js';
import { BLOCK_KINDS, collapsed, DESCRIPTION } from '../../build/segment-writer.js';
import { TokenRun } from './token-buffer.js';
import { MIXED_BEGINNING, type TokenBytes } from './token-attributes.js';
import { Vocabulary, type DecodeUtf8 } from './token-vocabulary.js';

/** Bytes of UTF-8 that one UTF-16 unit takes at most. */
const UTF8_UNIT = 3;
/** Bytes of an answer in UTF-8, from its beginning, that snippets are looked for in: what bounds the work for a hit. */
export const SNIPPET_REACH = 12_288;

const NO_BEGINNINGS = new Uint8Array(MIXED_BEGINNING + 1);

/** Where snippets are looked for first: most answers say there what they are about. */
export const FIRST_REACH = 3072;

/** The beginning of an answer, valid until the next one is read. */
export interface AnswerBeginning extends AnswerView {
  readonly text: TokenRun;
  /** Whether the answer goes on. */
  readonly cut: boolean;
}

export interface Structure {
  readonly blocks: Block[];
  readonly atoms: Range[];
  /** Stands on the number of the text's tokens. */
  readonly reader: ByteReader;
}

/** Answers and descriptions, wherever they are read. */
export type AnswerStore = Omit<Pick<StoredAnswers, keyof StoredAnswers>, 'structure' | 'writtenDescription'>;

type TextSections = Pick<
  Sections,
  'vocabulary' | 'textLengths' | 'texts' | 'descriptionLengths' | 'descriptions'
>;

/** Reads answers and descriptions where they lie. */
export class StoredAnswers {
  readonly vocabulary: Vocabulary;
  readonly #starts: () => Uint32Array;
  readonly #descriptionStarts: () => Uint32Array;
  readonly #run: TokenRun;

  constructor(
    private readonly size: number,
    private readonly sections: TextSections,
    decode: DecodeUtf8,
    words: () => TokenBytes,
  ) {
    this.vocabulary = new Vocabulary(sections.vocabulary, decode, words);
    this.#starts = lazy(() => readStarts(sections.textLengths, size));
    this.#descriptionStarts = lazy(() => readStarts(sections.descriptionLengths, size));
    this.#run = new TokenRun(this.vocabulary);
  }

  /** Finds out where everything lies. */
  prepare(): void {
    this.#starts();
    this.vocabulary.prepare();
  }

  /** Whether this snapshot carries answers at all. */
  get carried(): boolean {
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
  beginning(
    document: number,
    begun: Uint8Array = NO_BEGINNINGS,
    reach: number = SNIPPET_REACH,
  ): AnswerBeginning {
    const { blocks, atoms, reader } = this.structure(document);
    const text = this.#run;
    text.fill(reader, { count: reader.varint(), reach, begun });
    if ((blocks.at(-1)?.end ?? 0) <= text.length) {
      text.cut(blocks.at(-1)?.end ?? 0);
      return { text, blocks, atoms, cut: false };
    }
    const whole = blocks.filter(({ end }) => end <= text.length);
    const first = blocks[0];
    const goesOn = whole.length === 0 && first !== undefined;
    if (goesOn) whole.push({ ...first, end: lastSpace(text) });
    const end = whole.at(-1)?.end ?? 0;
    text.cut(end);
    return { text, blocks: whole, atoms: atoms.filter(([, to]) => to <= end), cut: true, goesOn };
  }

  description(document: number): string | null {
    const length = this.writtenDescription(document);
    if (length === null) return null;
    if (typeof length !== 'number') return this.vocabulary.readText(length);
    const enough = length * 2 + 64;
    const answer = this.structure(document).reader;
    const text = this.vocabulary.read(answer, answer.varint(), enough * UTF8_UNIT);
    return collapsed(text.slice(0, enough)).slice(0, length);
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
    const atoms: Range[] = [];
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
function lastSpace(text: TokenRun): number {
  for (let at = text.length - 1; at > 0; at -= 1) if (text.charCodeAt(at) === 32) return at;
  return text.length;
}
