import type { Alternatives } from '../scoring/clause.js';
import { PostingsCursor, PostingBlock } from '../../index/postings/postings-cursor.js';
import type { PackedIndex } from '../../index/index-reader.js';
import { mapCollectingMissing } from '../../index/format/availability.js';
import { inMemoryList, type PostingList, type TermLists } from '../../index/postings/postings-reader.js';

/** Documents, ascending, with a frequency (from 1) for each. */
export interface IntersectedPostings {
  readonly documents: readonly number[];
  readonly frequencies: readonly number[];
}

/** Returns the documents whose field has a word of each slot. The frequency is that of the document's rarest slot. */
export function intersectPostings(
  index: PackedIndex,
  slots: readonly Alternatives[],
  field: number,
): IntersectedPostings {
  const lists = mapCollectingMissing(slots, (slot) => listsOf(index, slot, field));
  index.postings.require(lists.flat());
  lists.sort((a, b) => sizeOf(a) - sizeOf(b));
  const [rarest = [], ...others] = lists;
  const found = unionOf(index, rarest);
  const documents = [...found.keys()].sort((a, b) => a - b);
  const cursors = others.map((slot) =>
    slot.map((list) => new PostingsCursor(index.postings, list, new PostingBlock())),
  );
  const matching: number[] = [];
  const frequencies: number[] = [];
  for (const document of documents) {
    let lowest = found.get(document) ?? 0;
    for (const slot of cursors) {
      let frequency = 0;
      for (const cursor of slot) frequency += cursor.frequencyIn(document);
      lowest = Math.min(lowest, frequency);
      if (lowest === 0) break;
    }
    if (lowest === 0) continue;
    matching.push(document);
    frequencies.push(lowest);
  }
  return { documents: matching, frequencies };
}

/** Returns a postings list for each field, of the documents that have a word of each slot in that field. */
export function intersectLists(index: PackedIndex, slots: readonly Alternatives[]): TermLists {
  return mapCollectingMissing(index.totalTerms.keys(), (field) => {
    const { documents, frequencies } = intersectPostings(index, slots, field);
    return documents.length === 0 ? null : inMemoryList(documents, frequencies);
  });
}

/** Calls `visit` with every document that has one of the words in any field. */
export function eachDocument(index: PackedIndex, slot: Alternatives, visit: (document: number) => void): void {
  const fields = [...index.totalTerms.keys()];
  for (const found of mapCollectingMissing(fields, (field) => unionOf(index, listsOf(index, slot, field))))
    for (const document of found.keys()) visit(document);
}

function listsOf({ lists }: PackedIndex, slot: Alternatives, field: number): PostingList[] {
  return mapCollectingMissing(slot, (word) => lists.lists(word)[field] ?? []).flat();
}

function sizeOf(lists: readonly PostingList[]): number {
  return lists.reduce((sum, { count }) => sum + count, 0);
}

function unionOf({ postings }: PackedIndex, lists: readonly PostingList[]): Map<number, number> {
  postings.require(lists);
  const block = new PostingBlock();
  const found = new Map<number, number>();
  for (const list of lists) {
    for (let number = 0; number < list.blocks; number += 1) {
      const size = postings.load(list, number, block);
      for (let at = 0; at < size; at += 1) {
        const document = block.documents[at] ?? 0;
        found.set(document, (found.get(document) ?? 0) + (block.frequencies[at] ?? 0));
      }
    }
  }
  return found;
}
