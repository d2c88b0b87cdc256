import { ByteReader } from '../bytes.js';
import { readStarts } from '../columns.js';
import type { Sections } from '../layout.js';
import { DESCRIPTION } from '../segment.js';
import { Vocabulary } from '../vocabulary.js';

export type TextSections = Pick<
  Sections,
  'vocabulary' | 'textLengths' | 'texts' | 'descriptionLengths' | 'descriptions'
>;

/** One part of every document: numbers as varints, then perhaps the tokens of a text. */
export interface TextParts {
  readonly bytes: Uint8Array;
  /** Where each document's part begins, then where the last one ends. */
  readonly starts: Uint32Array;
}

/** Answers and descriptions; null: they are not carried. */
export interface Texts {
  readonly vocabulary: Vocabulary;
  readonly answers: TextParts | null;
  readonly descriptions: TextParts | null;
}

/** What is said of one text: the numbers before its tokens as they are written, and its tokens; null: it has none. */
export interface TextRecord {
  readonly numbers: readonly number[];
  readonly tokens: readonly number[] | null;
}

/** The texts of one document; null: not carried. */
export interface DocumentTexts {
  readonly answer: TextRecord | null;
  readonly description: TextRecord | null;
}

export function readTexts(sections: TextSections, size: number): Texts {
  const parts = (lengths: Uint8Array, bytes: Uint8Array): TextParts | null => {
    if (lengths.length === 0) return null;
    const starts = new Uint32Array(size + 1);
    starts.set(readStarts(lengths, size));
    starts[size] = bytes.length;
    return { bytes, starts };
  };
  return {
    vocabulary: new Vocabulary(sections.vocabulary),
    answers: parts(sections.textLengths, sections.texts),
    descriptions: parts(sections.descriptionLengths, sections.descriptions),
  };
}

/** Where the tokens of an answer begin, with their number: behind its blocks and atoms. */
export function answerTokens({ bytes, starts }: TextParts, document: number): number {
  const reader = new ByteReader(bytes, starts[document] ?? 0);
  for (let left = reader.varint(); left > 0; left -= 1) reader.varint();
  for (let left = reader.varint() * 2; left > 0; left -= 1) reader.varint();
  return reader.at;
}

/** The same of a description; its end where it has no tokens of its own. */
export function descriptionTokens({ bytes, starts }: TextParts, document: number): number {
  const at = starts[document] ?? 0;
  return bytes[at] === DESCRIPTION.own ? at + 1 : (starts[document + 1] ?? at);
}

/** The texts of a document, its tokens by their numbers in `vocabulary`. */
export function textsOf({ answers, descriptions }: Texts, document: number): DocumentTexts {
  return {
    answer: answers === null ? null : record(answers, document, answerTokens(answers, document)),
    description:
      descriptions === null
        ? null
        : record(descriptions, document, descriptionTokens(descriptions, document)),
  };
}

function record({ bytes, starts }: TextParts, document: number, tokensAt: number): TextRecord {
  const reader = new ByteReader(bytes, starts[document] ?? 0);
  const numbers: number[] = [];
  while (reader.at < tokensAt) numbers.push(reader.varint());
  if (tokensAt >= (starts[document + 1] ?? 0)) return { numbers, tokens: null };
  const tokens = Array.from({ length: Math.min(reader.varint(), bytes.length) }, () => reader.varint());
  return { numbers, tokens };
}

/** Which sections of texts an index has. */
export interface CarriedTexts {
  readonly vocabulary: boolean;
  readonly answers: boolean;
  readonly descriptions: boolean;
}

export function carriedTexts(sections: TextSections): CarriedTexts {
  return {
    vocabulary: sections.vocabulary.length > 0,
    answers: sections.textLengths.length > 0,
    descriptions: sections.descriptionLengths.length > 0,
  };
}
