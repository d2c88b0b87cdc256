import type { Alternatives } from '../scoring/clause.js';
import { PostingsCursor, PostingBlock } from '../../index/postings/postings-cursor.js';
import type { PackedIndex } from '../../index/index-reader.js';
import { mapCollectingMissing } from '../../index/format/availability.js';
import { inMemoryList, type PostingList, type TermLists } from '../../index/postings/postings-reader.js';

/** Documents, ascending, and how often something stands in each, from 1. */
export interface IntersectedPostings {
  readonly documents: readonly number[];
  readonly frequencies: readonly number[];
}

/** Documents of one field that have a word of each slot; how often: that of the rarest slot there. */
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
  const kept: number[] = [];
  const frequencies: number[] = [];
  for (const document of documents) {
    let least = found.get(document) ?? 0;
    for (const slot of cursors) {
      let frequency = 0;
      for (const cursor of slot) frequency += cursor.frequencyIn(document);
      least = Math.min(least, frequency);
      if (least === 0) break;
    }
    if (least === 0) continue;
    kept.push(document);
    frequencies.push(least);
  }
  return { documents: kept, frequencies };
}

/** Lists, by field, of the documents that have a word of each slot in the same field. */
export function intersectLists(index: PackedIndex, slots: readonly Alternatives[]): TermLists {
  return mapCollectingMissing(index.totalTerms.keys(), (field) => {
    const { documents, frequencies } = intersectPostings(index, slots, field);
    return documents.length === 0 ? null : inMemoryList(documents, frequencies);
  });
}

/** Calls back with every document that has one of these words in any field. */
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
