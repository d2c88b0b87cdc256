import { ByteReader } from '../bytes.js';
import { readStarts } from '../columns.js';
import type { Sections } from '../layout.js';
import { DESCRIPTION } from '../segment.js';
import { copyAnswer, copyDescription, Parts } from '../texts.js';
import type { DocumentChange } from './changes.js';
import type { SegmentDocument } from './segment-document.js';
import { patchVocabulary, TokenChanges } from './vocabulary-patch.js';

export interface PatchedTexts {
  readonly sections: Pick<
    Sections,
    'vocabulary' | 'textLengths' | 'texts' | 'descriptionLengths' | 'descriptions'
  >;
  /** How often each token of the vocabulary occurs. */
  readonly tokenCounts: Uint32Array;
}

/**
 * Puts the new answers and descriptions of some documents in place of the old ones. null: the counts are not those of
 * these texts.
 */
export function patchTexts(
  sections: Sections,
  changes: readonly DocumentChange[],
  { size, tokenCounts }: { readonly size: number; readonly tokenCounts: Uint32Array },
): PatchedTexts | null {
  const tokens = new TokenChanges();
  for (const { before } of changes) countTokens(before, tokens, -1);
  const maps = changes.map(({ after }) => countTokens(after, tokens, 1));
  const vocabulary = patchVocabulary(sections.vocabulary, tokenCounts, tokens);
  if (vocabulary === null) return null;
  const { final, moved } = vocabulary;
  const texts = new Parts(size, sections.texts.length + 65_536);
  const descriptions = new Parts(size, sections.descriptions.length + 4096);
  const textStarts = readStarts(sections.textLengths, size);
  const descriptionStarts = readStarts(sections.descriptionLengths, size);
  const changed = new Map(changes.map(({ document }, at) => [document, at]));
  const text = new ByteReader(sections.texts);
  const description = new ByteReader(sections.descriptions);
  for (let document = 0; document < size; document += 1) {
    const at = changed.get(document);
    const change = at === undefined ? undefined : changes[at];
    if (at === undefined || change === undefined) {
      text.at = textStarts[document] ?? 0;
      description.at = descriptionStarts[document] ?? 0;
      copyDescription(description, descriptions.begin(document), moved);
      copyAnswer(text, texts.begin(document), moved);
      continue;
    }
    const map = (maps[at] ?? new Uint32Array(0)).map((number) => final[number] ?? 0);
    const reader = new ByteReader(change.after.bytes, change.after.texts);
    copyDescription(reader, descriptions.begin(document), map);
    copyAnswer(reader, texts.begin(document), map);
  }
  return {
    sections: {
      vocabulary: vocabulary.section,
      textLengths: texts.lengths(),
      texts: texts.bytes(),
      descriptionLengths: descriptions.lengths(),
      descriptions: descriptions.bytes(),
    },
    tokenCounts: vocabulary.counts,
  };
}

/** Counts every token of a document's texts; gives the patch's number of each of its segment's tokens that it has. */
function countTokens(
  { bytes, texts, tokens }: SegmentDocument,
  into: TokenChanges,
  more: number,
): Uint32Array {
  const map = new Uint32Array(tokens.starts.length);
  const reader = new ByteReader(bytes, texts);
  const read = (): void => {
    for (let left = reader.varint(); left > 0; left -= 1) {
      const token = reader.varint();
      const number = into.number(bytes, tokens, token);
      map[token] = number;
      into.add(number, more);
    }
  };
  const kind = reader.varint();
  if (kind === DESCRIPTION.ofAnswer) reader.varint();
  else if (kind === DESCRIPTION.own) read();
  for (let left = reader.varint(); left > 0; left -= 1) reader.varint();
  for (let left = reader.varint() * 2; left > 0; left -= 1) reader.varint();
  read();
  return map;
}
