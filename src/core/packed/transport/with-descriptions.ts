import type { Answer } from '../../document.js';
import { ByteWriter } from '../bytes.js';
import { readContainer, writeContainer } from '../layout.js';
import { openPacked } from '../packed-index.js';
import { DESCRIPTION } from '../segment.js';
import { compareTerms } from '../terms.js';
import { cutTokens, writeVocabulary, type DecodeUtf8 } from '../vocabulary.js';
import { withoutTexts } from './transport.js';

/** UTF-16 units of a description that goes without its answer. */
export const LONGEST_DESCRIPTION = 160;

/**
 * An index file without its answers but with descriptions, each a text of its own and cut at a word to
 * `LONGEST_DESCRIPTION` units; a document that has none is described by the beginning of its answer. It finds what the index finds, in
 * the order of the first ranking stage.
 *
 * @throws AskdexError `index_damaged`
 */
export function withDescriptions(index: Uint8Array, decode?: DecodeUtf8): Uint8Array<ArrayBuffer> {
  const { size, documents } = openPacked(index, {
    verify: false,
    ...(decode === undefined ? {} : { decode }),
  });
  const texts = Array.from({ length: size }, (_, document) =>
    shortened(documents.answers.description(document) ?? openingOf(documents.answers.answer(document))),
  );
  const cut = texts.map(tokensOf);
  const vocabulary = byFrequency(cut);
  const numbers = new Map(vocabulary.map((token, number) => [token, number]));
  const lengths = new ByteWriter(size * 2 + 16);
  const descriptions = new ByteWriter(size * 64 + 16);
  for (const tokens of cut) {
    const start = descriptions.length;
    if (tokens.length === 0) descriptions.varint(DESCRIPTION.none);
    else {
      descriptions.varint(DESCRIPTION.own);
      descriptions.varint(tokens.length);
      for (const token of tokens) descriptions.varint(numbers.get(token) ?? 0);
    }
    lengths.varint(descriptions.length - start);
  }
  return writeContainer({
    ...readContainer(withoutTexts(index), false),
    vocabulary: writeVocabulary(vocabulary),
    descriptionLengths: lengths.finish(),
    descriptions: descriptions.finish(),
  });
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

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  cutTokens(text, (start, end) => tokens.push(text.slice(start, end)));
  return tokens;
}

/** Each token once, the most frequent first; equal ones by code points: the same index gives the same bytes. */
function byFrequency(texts: readonly (readonly string[])[]): string[] {
  const counts = new Map<string, number>();
  for (const tokens of texts) for (const token of tokens) counts.set(token, (counts.get(token) ?? 0) + 1);
  return [...counts].sort(([a, x], [b, y]) => y - x || compareTerms(a, b)).map(([token]) => token);
}
