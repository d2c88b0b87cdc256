import type { Answer } from '../model/document.js';
import { writeDescriptions } from './description-sections.js';
import { readContainer, writeContainer, type SectionName } from '../index/format/container.js';
import { openIndex } from '../index/index-reader.js';
import type { TermDictionary } from '../index/terms/term-dictionary.js';
import type { DecodeUtf8 } from '../index/documents/token-vocabulary.js';

/** UTF-16 units of a description that goes without its answer. */
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
 * An index file without its answers and descriptions. It finds and ranks the same documents, and shows titles and links.
 *
 * @throws AskdexError `index_damaged`
 */
export function withoutTexts(index: Uint8Array): Uint8Array<ArrayBuffer> {
  const sections: Record<SectionName, Uint8Array> = { ...readContainer(index, false) };
  for (const name of TEXT_SECTIONS) sections[name] = new Uint8Array(0);
  return writeContainer(sections);
}

/**
 * An index file without its answers but with descriptions, each a text of its own and cut at a word to
 * `LONGEST_DESCRIPTION` units; a document that has none is described by the beginning of its answer. It finds what the index finds, in
 * the order of the first ranking stage.
 *
 * @throws AskdexError `index_damaged`
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
    ...writeDescriptions(texts, wordNumbers(words)),
  });
}

function wordNumbers(words: TermDictionary): Map<string, number> {
  const numbers = new Map<string, number>();
  for (let word = 0; word < words.size; word += 1) {
    if (word === 0) words.seek(0);
    else words.next();
    numbers.set(words.text(), word);
  }
  return numbers;
}

/** What an answer says first: its prose, up to where it is cut anyway. */
function openingOf({ text, blocks }: Answer): string {
  let opening = '';
  for (const { kind, start, end } of blocks) {
    if (kind !== 'paragraph' && kind !== 'item') continue;
    opening += `${opening === '' ? '' : ' '}${text.slice(start, end)}`;
    if (opening.length > LONGEST_DESCRIPTION) break;
  }
  return opening.replace(/\s+/g, ' ').trim();
}

/** A description as it goes without its answer: cut at a space where there is one, never inside a surrogate pair. */
export function shortened(text: string): string {
  if (text.length <= LONGEST_DESCRIPTION) return text;
  const space = text.lastIndexOf(' ', LONGEST_DESCRIPTION);
  if (space > 0) return text.slice(0, space);
  return text.slice(0, LONGEST_DESCRIPTION).replace(/[\ud800-\udbff]$/, '');
}
