import { AskdexError } from '../../errors.js';
import { ByteWriter } from '../bytes.js';
import { FORMAT_VERSION, readContainer, writeContainer } from '../layout.js';
import type { PackedMeta } from '../pack.js';
import { openPacked } from '../packed-index.js';
import type { DecodeUtf8 } from '../vocabulary.js';
import type { DocumentChange } from './changes.js';
import type { IndexMemory } from './memory.js';
import { readSegmentDocument, type SegmentPlace } from './segment-document.js';
import { patchTexts } from './texts-patch.js';
import { patchWords } from './words-patch.js';

/** An index with what is remembered of it. */
export interface RememberedIndex {
  /** Checked. Begins at a multiple of 8. */
  readonly bytes: Uint8Array;
  readonly memory: IndexMemory;
}

/** One document as it was and as it is. */
export interface ChangedPlace {
  readonly before: SegmentPlace;
  readonly after: SegmentPlace;
}

export interface PatchOptions {
  /** How subjects are spelled. */
  readonly subjects: Iterable<string>;
  readonly decode: DecodeUtf8;
}

/**
 * The index in which some documents have another answer or description: the same bytes as merging all its documents gives,
 * for a fraction of the work. null: something else changed as well, or what is remembered does not fit; all is to be merged.
 */
export function patchIndex(
  { bytes, memory }: RememberedIndex,
  places: readonly ChangedPlace[],
  options: PatchOptions,
): RememberedIndex | null {
  try {
    const changes = readChanges(bytes, places, options);
    return changes === null ? null : patched(bytes, memory, changes);
  } catch (error) {
    if (error instanceof AskdexError && error.code === 'index_damaged') return null;
    throw error;
  }
}

function readChanges(
  bytes: Uint8Array,
  places: readonly ChangedPlace[],
  { subjects, decode }: PatchOptions,
): DocumentChange[] | null {
  const { documents } = openPacked(bytes, { verify: false, decode });
  const names = documents.subjectNames;
  const spelled = new Set(Array.from({ length: names.size }, (_, number) => names.token(number)));
  for (const subject of subjects) if (!spelled.has(subject)) return null;
  const changes: DocumentChange[] = [];
  for (const place of places) {
    const before = readSegmentDocument(place.before);
    const after = readSegmentDocument(place.after);
    if (before === null || after === null || !isSameHead(before.head, after.head)) return null;
    const document = before.key === after.key ? documents.find(after.key) : -1;
    if (document < 0) return null;
    changes.push({ document, before, after });
  }
  return changes;
}

function isSameHead(a: DocumentChange['before']['head'], b: typeof a): boolean {
  return a.length === b.length && a.every((part, at) => part === b[at]);
}

function patched(
  bytes: Uint8Array,
  memory: IndexMemory,
  changes: readonly DocumentChange[],
): RememberedIndex | null {
  const sections = readContainer(bytes, false);
  const { meta } = openPacked(bytes, { verify: false });
  const size = meta.documents;
  if (memory.words.length !== meta.words) return null;
  const texts = patchTexts(sections, changes, { size, tokenCounts: memory.tokenCounts });
  if (texts === null) return null;
  const {
    sections: wordSections,
    lengths,
    stemCount,
    ...words
  } = patchWords({ sections, memory, size }, changes);
  const metaBytes = new ByteWriter();
  const sums = lengths.map((column) => column.reduce((sum, length) => sum + length, 0));
  const after: PackedMeta = {
    format: FORMAT_VERSION,
    analyzer: meta.analyzer,
    documents: size,
    words: words.words.length,
    stems: stemCount ?? meta.stems,
    distinct: sums.slice(0, 3),
    totals: sums.slice(3),
  };
  metaBytes.utf8(JSON.stringify(after));
  const file = { ...sections, meta: metaBytes.finish(), ...texts.sections, ...wordSections };
  return { bytes: writeContainer(file), memory: { ...words, tokenCounts: texts.tokenCounts } };
}
