import type { Answer } from '../model/document.js';
import { readContainer, writeContainer, type SectionName, type Sections } from '../index/format/container.js';
import { openIndex } from '../index/index-reader.js';
import { type DecodeUtf8, cutTokens } from '../index/documents/token-vocabulary.js';
import { DESCRIPTION } from '../index/documents/stored-fields-format.js';
import { ByteWriter } from '../index/format/byte-buffer.js';
import { compareTerms } from '../index/terms/term-dictionary.js';
import { orderVocabulary } from './vocabulary-order.js';

/** Maximum length of a description in an index without answers, in UTF-16 units. */
export const LONGEST_DESCRIPTION = 160;

/** Sections that are empty in an index without texts. */
const TEXT_SECTIONS: readonly SectionName[] = [
  'vocabulary',
  'textLengths',
  'texts',
  'descriptionLengths',
  'descriptions',
];

/**
 * Returns the index file without answers and descriptions. It finds and ranks the same documents and still contains
 * titles and links.
 *
 * @throws {AskdexError} index_damaged: the file is no index of this version
 */
export function withoutTexts(index: Uint8Array): Uint8Array<ArrayBuffer> {
  const sections: Record<SectionName, Uint8Array> = { ...readContainer(index, false) };
  for (const name of TEXT_SECTIONS) sections[name] = new Uint8Array(0);
  return writeContainer(sections);
}

/**
 * Returns the index file without answers but with descriptions, each cut at a word boundary to `LONGEST_DESCRIPTION`
 * units. A document without a description gets the beginning of its answer. The result finds what the index finds, in
 * the order of the first ranking stage.
 *
 * @throws {AskdexError} index_damaged: the file is no index of this version
 */
export function withDescriptions(index: Uint8Array, decode?: DecodeUtf8): Uint8Array<ArrayBuffer> {
  const { size, documents, words } = openIndex(index, {
    verify: false,
    ...(decode === undefined ? {} : { decode }),
  });
  const texts = Array.from({ length: size }, (_, document) =>
    shortened(documents.answers.description(document) ?? openingOf(documents.answers.answer(document))),
  );
  return writeContainer({
    ...readContainer(withoutTexts(index), false),
    ...writeDescriptions(texts, new Map(words.terms().map((word, number) => [word, number]))),
  });
}

/** The first prose of an answer, long enough to be cut to a description. */
function openingOf({ text, blocks }: Answer): string {
  let opening = '';
  for (const { kind, start, end } of blocks) {
    if (kind !== 'paragraph' && kind !== 'item') continue;
    opening += `${opening === '' ? '' : ' '}${text.slice(start, end)}`;
    if (opening.length > LONGEST_DESCRIPTION) break;
  }
  return opening.replace(/\s+/g, ' ').trim();
}

/** Cuts a description to `LONGEST_DESCRIPTION`, at a space if there is one and never inside a surrogate pair. */
export function shortened(text: string): string {
  if (text.length <= LONGEST_DESCRIPTION) return text;
  const space = text.lastIndexOf(' ', LONGEST_DESCRIPTION);
  if (space > 0) return text.slice(0, space);
  return text.slice(0, LONGEST_DESCRIPTION).replace(/[\ud800-\udbff]$/, '');
}

/** The sections for descriptions in an index without answers. */
export type DescriptionSections = Pick<Sections, 'vocabulary' | 'descriptionLengths' | 'descriptions'>;

/**
 * Writes the description of each document ('' for none) as tokens of a vocabulary that holds only descriptions' tokens.
 */
function writeDescriptions(texts: readonly string[], words: ReadonlyMap<string, number>): DescriptionSections {
  const cut = texts.map(tokensOf);
  const tokens = byFrequency(cut);
  const { bytes: vocabulary, order } = orderVocabulary(tokens, words);
  const numbers = new Map(Array.from(order, (place, number) => [tokens[place] ?? '', number]));
  const lengths = new ByteWriter(texts.length * 2 + 16);
  const descriptions = new ByteWriter(texts.length * 64 + 16);
  for (const own of cut) {
    const start = descriptions.length;
    if (own.length === 0) descriptions.varint(DESCRIPTION.none);
    else {
      descriptions.varint(DESCRIPTION.own);
      descriptions.varint(own.length);
      for (const token of own) descriptions.varint(numbers.get(token) ?? 0);
    }
    lengths.varint(descriptions.length - start);
  }
  return {
    vocabulary,
    descriptionLengths: lengths.finish(),
    descriptions: descriptions.finish(),
  };
}

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  cutTokens(text, (start, end) => tokens.push(text.slice(start, end)));
  return tokens;
}

/** Distinct tokens, most frequent first. Ties are ordered by code points, so that the output is deterministic. */
function byFrequency(texts: readonly (readonly string[])[]): string[] {
  const counts = new Map<string, number>();
  for (const tokens of texts) for (const token of tokens) counts.set(token, (counts.get(token) ?? 0) + 1);
  return [...counts].sort(([a, x], [b, y]) => y - x || compareTerms(a, b)).map(([token]) => token);
}
