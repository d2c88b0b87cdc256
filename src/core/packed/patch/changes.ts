import type { SegmentDocument } from './segment-document.js';
import { textOf } from './segment-document.js';
import { compareTerms } from '../terms.js';

/** A document of an index with its answer or its description changed, and nothing else. */
export interface DocumentChange {
  /** Its number in the index, which stays. */
  readonly document: number;
  readonly before: SegmentDocument;
  readonly after: SegmentDocument;
}

/** One posting before and after; 0: there is none. */
export interface PostingChange {
  readonly document: number;
  readonly before: number;
  readonly after: number;
}

/** A word with the lists that change, by field, each in ascending order of document. */
export interface WordChange {
  readonly word: string;
  readonly stem: string;
  readonly fields: readonly (readonly PostingChange[])[];
}

/** No frequency needs more: a field of a million characters repeats no word more often than this counts. */
export const HIGHEST_FREQUENCY = 0xffff;

/**
 * The lists that change, in the order of their words: those in which a posting comes, goes or counts differently, and those
 * of a document whose field has another length, which bounds what their blocks can score.
 */
export function wordChanges(changes: readonly DocumentChange[]): WordChange[] {
  const words = new Map<string, { stem: string; fields: PostingChange[][] }>();
  for (const change of [...changes].sort((a, b) => a.document - b.document)) {
    for (const [word, { stem, fields }] of changedEntries(change)) {
      const known = words.get(word) ?? { stem, fields: [[], [], []] };
      words.set(word, known);
      for (const [field, posting] of fields) known.fields[field]?.push(posting);
    }
  }
  return [...words]
    .map(([word, { stem, fields }]) => ({ word, stem, fields }))
    .sort((a, b) => compareTerms(a.word, b.word));
}

interface ChangedWord {
  readonly stem: string;
  readonly fields: Map<number, PostingChange>;
}

function changedEntries({ document, before, after }: DocumentChange): Map<string, ChangedWord> {
  const words = new Map<string, ChangedWord>();
  for (const side of [before, after]) {
    for (const { word, field, frequency } of side.entries) {
      const text = textOf(side.bytes, side.words, word);
      const known = words.get(text) ?? { stem: side.stem(word), fields: new Map<number, PostingChange>() };
      words.set(text, known);
      const posting = known.fields.get(field) ?? { document, before: 0, after: 0 };
      const counted = Math.min(frequency, HIGHEST_FREQUENCY);
      known.fields.set(field, { ...posting, [side === before ? 'before' : 'after']: counted });
    }
  }
  for (const [word, { fields }] of words) {
    for (const [field, posting] of fields) {
      const sameLength = before.distinct[field] === after.distinct[field];
      if (sameLength && posting.before === posting.after) fields.delete(field);
    }
    if (fields.size === 0) words.delete(word);
  }
  return words;
}
