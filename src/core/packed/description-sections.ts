import { ByteWriter } from './bytes.js';
import type { Sections } from './layout.js';
import { DESCRIPTION } from './segment.js';
import { compareTerms } from './terms.js';
import { cutTokens, writeVocabulary } from './vocabulary.js';

/** What descriptions without answers are written in. */
export type DescriptionSections = Pick<Sections, 'vocabulary' | 'descriptionLengths' | 'descriptions'>;

/** Writes the description of each document, '' for none: each a text of its own over a vocabulary of their tokens. */
export function writeDescriptions(texts: readonly string[]): DescriptionSections {
  const cut = texts.map(tokensOf);
  const vocabulary = byFrequency(cut);
  const numbers = new Map(vocabulary.map((token, number) => [token, number]));
  const lengths = new ByteWriter(texts.length * 2 + 16);
  const descriptions = new ByteWriter(texts.length * 64 + 16);
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
  return {
    vocabulary: writeVocabulary(vocabulary),
    descriptionLengths: lengths.finish(),
    descriptions: descriptions.finish(),
  };
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
