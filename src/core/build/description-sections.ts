import { DESCRIPTION } from '../index/documents/stored-fields-format.js';
import { ByteWriter } from '../index/format/byte-buffer.js';
import type { Sections } from '../index/format/container.js';
import { compareTerms } from '../index/terms/term-dictionary.js';
import { orderVocabulary } from './vocabulary-order.js';
import { cutTokens } from '../index/documents/token-vocabulary.js';

/** The sections for descriptions in an index without answers. */
export type DescriptionSections = Pick<Sections, 'vocabulary' | 'descriptionLengths' | 'descriptions'>;

/**
 * Writes the description of each document ('' for none) as tokens of a vocabulary that holds only descriptions' tokens.
 */
export function writeDescriptions(texts: readonly string[], words: ReadonlyMap<string, number>): DescriptionSections {
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
