import type { Sections } from '../layout.js';
import { writeMeta } from '../pack.js';
import type { FieldLists } from '../transport/field-lists.js';
import type { Terms } from '../transport/fields.js';
import { makeSections } from '../transport/parts.js';
import type { AddedParts } from './added.js';
import type { IndexContent } from './content.js';
import { mergeLists } from './merge-lists.js';
import { mergedOrder, mergeRecords } from './merge-records.js';
import { changedGroups, foretoldGroups, type StemChanges } from './stem-changes.js';
import { mergeTexts, type AddedTexts } from './merge-texts.js';

/** What turns one index into another. */
export interface Change {
  /** Documents that go, ascending. */
  readonly gone: readonly number[];
  /** Documents that come, as an index of their own. */
  readonly parts: AddedParts;
  readonly texts: AddedTexts;
  readonly stems: StemChanges;
}

/**
 * The sections of the index that a change makes of another, as packing its documents would make them.
 *
 * @throws AskdexError `index_damaged`: a change that is not one of this index.
 */
export function changedSections(before: IndexContent, change: Change, analyzer: Terms): Sections {
  const { parts, texts } = change;
  const kept = keptOf(before.records.documents.length, change.gone);
  const order = mergedOrder(before.records, kept, parts.records);
  const places = [before.records, parts.records].map(({ documents }) =>
    new Int32Array(documents.length).fill(-1),
  );
  const [beforePlaces = new Int32Array(0), addedPlaces = new Int32Array(0)] = places;
  for (const [place, number] of order.entries()) {
    if (number < 0) addedPlaces[-1 - number] = place;
    else beforePlaces[number] = place;
  }
  const { words, fields } = mergeLists(
    { words: before.words, fields: before.fields, places: beforePlaces },
    { words: parts.words, fields: parts.fields, places: addedPlaces },
  );
  const { stem } = analyzer;
  const stems = changedGroups(foretoldGroups(before, words, stem), change.stems);
  const records = mergeRecords(before.records, parts.records, order);
  return {
    meta: writeMeta({
      analyzer: before.meta.analyzer,
      documents: order.length,
      words: words.length,
      stems: stems.texts.length,
      distinct: fields.map(({ documents }) => documents.length),
      totals: fields.map(totalOf),
    }),
    ...makeSections({ records, words, fields, stem, stems }),
    ...mergeTexts(before.texts, texts, order),
  };
}

function keptOf(size: number, gone: readonly number[]): Uint32Array {
  const going = new Uint8Array(size);
  for (const document of gone) going[document] = 1;
  return Uint32Array.from(going.keys()).filter((document) => going[document] === 0);
}

function totalOf({ frequencies }: FieldLists): number {
  let total = 0;
  for (const frequency of frequencies) total += frequency;
  return total;
}
