import { Cursor, PostingBlock } from '../../index/postings/postings-cursor.js';
import type { PackedIndex } from '../../index/index-reader.js';
import { gather } from '../../index/format/availability.js';
import { madeList, type PostingList, type TermLists } from '../../index/postings/postings-reader.js';

/** Documents, ascending, and how often something stands in each, from 1. */
export interface Postings {
  readonly documents: readonly number[];
  readonly frequencies: readonly number[];
}

/** Words of which one stands in a place, by their numbers. */
export type Slot = readonly number[];

/** Documents of one field that have a word of each slot; how often: that of the rarest slot there. */
export function postingsOfAll(index: PackedIndex, slots: readonly Slot[], field: number): Postings {
  const lists = gather(slots, (slot) => listsOf(index, slot, field));
  index.postings.need(lists.flat());
  lists.sort((a, b) => sizeOf(a) - sizeOf(b));
  const [rarest = [], ...others] = lists;
  const found = unionOf(index, rarest);
  const documents = [...found.keys()].sort((a, b) => a - b);
  const cursors = others.map((slot) =>
    slot.map((list) => new Cursor(index.postings, list, new PostingBlock())),
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
export function listsOfAll(index: PackedIndex, slots: readonly Slot[]): TermLists {
  return gather(index.totals.keys(), (field) => {
    const { documents, frequencies } = postingsOfAll(index, slots, field);
    return documents.length === 0 ? null : madeList(documents, frequencies);
  });
}

/** Calls back with every document that has one of these words in any field. */
export function eachDocument(index: PackedIndex, slot: Slot, visit: (document: number) => void): void {
  const fields = [...index.totals.keys()];
  for (const found of gather(fields, (field) => unionOf(index, listsOf(index, slot, field))))
    for (const document of found.keys()) visit(document);
}

function listsOf({ lists }: PackedIndex, slot: Slot, field: number): PostingList[] {
  return gather(slot, (word) => lists.lists(word)[field] ?? []).flat();
}

function sizeOf(lists: readonly PostingList[]): number {
  return lists.reduce((sum, { count }) => sum + count, 0);
}

function unionOf({ postings }: PackedIndex, lists: readonly PostingList[]): Map<number, number> {
  postings.need(lists);
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
