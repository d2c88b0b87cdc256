import { groupByStem } from '../build/stem-groups-writer.js';
import type { Stem } from '../analysis/stemming.js';
import { AskdexError } from '../errors.js';
import { ByteReader, ByteWriter } from '../index/format/byte-buffer.js';
import { writeIndexSegment, type ReadIndex } from '../build/index-to-segment.js';
import { damagedIndexError } from '../index/format/container.js';
import { mergeSegments } from '../build/segment-merger.js';
import { writeIndex } from '../build/index-writer.js';
import { type StemGroups } from '../index/terms/stem-groups.js';
import { checkSegment } from './validate-segment.js';
import { readCopies, writeCopies } from './byte-copies.js';
import {
  changedGroups,
  readCount,
  readStemChanges,
  stemChangesBetween,
  writeStemChanges,
  type StemChanges,
} from './stem-group-changes.js';

/** Maximum size of the added segment, per byte of the removed segment and the delta together. */
const MAX_GROWTH = 16;

/** The part of an analyzer that deltas need. Both indexes must have been built with it. */
export interface DeltaAnalyzer {
  readonly id: string;
  readonly stem: Stem;
}

/** The difference between two indexes. */
export interface Change {
  /** Whether the new index has answers. */
  readonly answers: boolean;
  /** The numbers of the removed documents, ascending. */
  readonly removed: readonly number[];
  /** A segment of the added documents. */
  readonly added: Uint8Array;
  readonly stems: StemChanges;
}

/** Builds the new index: merges the remaining documents with the added ones, as a build merges its segments. */
export function applyChange(
  before: ReadIndex,
  { answers, removed, added, stems }: Change,
  analyzer: DeltaAnalyzer,
): Uint8Array<ArrayBuffer> {
  const { merged, predicted } = mergeChange(before, { answers, removed, added }, analyzer);
  return writeIndex(merged, before.analyzer, { stems: changedGroups(predicted, stems), answers });
}

/** The stem groups of the new index (`actual`) that do not follow from merging. */
export function stemChanges(
  before: ReadIndex,
  change: Omit<Change, 'stems'>,
  { analyzer, actual }: { readonly analyzer: DeltaAnalyzer; readonly actual: StemGroups },
): StemChanges {
  return stemChangesBetween(mergeChange(before, change, analyzer).predicted, actual);
}

function mergeChange(
  before: ReadIndex,
  { answers, removed, added }: Omit<Change, 'stems'>,
  { stem }: DeltaAnalyzer,
): { readonly merged: ReturnType<typeof mergeSegments>; readonly predicted: StemGroups } {
  const removedNumbers = new Set(removed);
  const remaining = Uint32Array.from({ length: before.size }, (_, at) => at).filter((at) => !removedNumbers.has(at));
  const segments = [writeIndexSegment(before, remaining, { answers, stem }), added];
  const merged = mergeSegments(segments.map((bytes) => ({ bytes, live: null })));
  return { merged, predicted: groupByStem(merged) };
}

/**
 * Writes `flags, count, count × gap, stem changes, segment`. The segment is encoded by copies from that of the removed
 * documents.
 */
export function writeChange(before: ReadIndex, { answers, removed, added, stems }: Change): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter(added.length + 1024);
  writer.u8(answers ? 1 : 0);
  writer.varint(removed.length);
  let last = -1;
  for (const document of removed) {
    writer.varint(document - last - 1);
    last = document;
  }
  writeStemChanges(writer, stems);
  writeCopies(writer, removedSegment(before, removed, answers), added);
  return writer.finish();
}

/**
 * Most added documents are edited versions of removed ones, so the segment of the removed ones predicts much of the new
 * one.
 */
function removedSegment(before: ReadIndex, removed: readonly number[], answers: boolean): Uint8Array {
  return writeIndexSegment(before, Uint32Array.from(removed), { answers, stem: (word) => word });
}

/**
 * Reads the output of `writeChange`. The result's size is at most a fixed multiple of the sizes of the delta and the
 * index.
 *
 * @throws {AskdexError} index_damaged: the delta is inconsistent
 */
export function readChange(bytes: Uint8Array, before: ReadIndex): Change {
  const reader = new ByteReader(bytes);
  const answers = reader.u8() === 1;
  const removed: number[] = [];
  let document = -1;
  for (let left = readCount(reader); left > 0; left -= 1) {
    document += reader.varint() + 1;
    if (document >= before.size) throw damagedIndexError('the delta removes a missing document');
    removed.push(document);
  }
  const stems = readStemChanges(reader);
  const reference = removedSegment(before, removed, answers);
  const added = readCopies(reader, reference, MAX_GROWTH * (reference.length + bytes.length));
  checkSegment(added);
  return { answers, removed, added, stems };
}

/**
 * Reports any error that `read` throws as a damaged delta.
 *
 * @throws {AskdexError} index_damaged: `read` failed
 */
export function orDamaged<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof AskdexError) throw error;
    throw damagedIndexError(`the delta is inconsistent (${error instanceof Error ? error.message : String(error)})`);
  }
}
