import type { Answer } from '../model/document.js';
import { writeDescriptions } from './description-sections.js';
import { readContainer, writeContainer, type SectionName } from '../index/format/container.js';
import { openIndex } from '../index/index-reader.js';
import type { DecodeUtf8 } from '../index/documents/token-vocabulary.js';

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
