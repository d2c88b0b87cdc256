import type { ByteReader, ByteWriter } from '../index/format/byte-buffer.js';
import { damagedIndexError } from '../index/format/container.js';
import type { StemGroups } from '../index/terms/stem-groups.js';
import { compareTerms } from '../index/terms/term-dictionary.js';

/** By stem: the words of a group that differs from the one that merging gives. No words: the group is removed. */
export type StemChanges = ReadonlyMap<string, readonly number[]>;

export function stemChangesBetween(predicted: StemGroups, actual: StemGroups): StemChanges {
  const changes = new Map<string, readonly number[]>();
  const unmatched = new Map(predicted.texts.map((text, at) => [text, predicted.members[at] ?? []]));
  for (const [at, text] of actual.texts.entries()) {
    const members = actual.members[at] ?? [];
    const expected = unmatched.get(text);
    if (expected === undefined || !equal(expected, members)) changes.set(text, members);
    unmatched.delete(text);
  }
  for (const text of unmatched.keys()) changes.set(text, []);
  return changes;
}

function equal(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, at) => value === b[at]);
}

export function changedGroups(predicted: StemGroups, changes: StemChanges): StemGroups {
  if (changes.size === 0) return predicted;
  const groups = new Map(predicted.texts.map((text, at) => [text, predicted.members[at] ?? []]));
  for (const [text, members] of changes) {
    if (members.length === 0) groups.delete(text);
    else groups.set(text, members);
  }
  const texts = [...groups.keys()].sort(compareTerms);
  return { texts, members: texts.map((text) => groups.get(text) ?? []) };
}

export function writeStemChanges(writer: ByteWriter, changes: StemChanges): void {
  writer.varint(changes.size);
  for (const [text, members] of changes) {
    writer.text(text);
    writer.varint(members.length);
    let before = -1;
    for (const word of members) {
      writer.varint(word - before - 1);
      before = word;
    }
  }
}

/**
 * Reads changes of stem groups.
 *
 * @throws {AskdexError} index_damaged: the input is cut
 */
export function readStemChanges(reader: ByteReader): StemChanges {
  const changes = new Map<string, readonly number[]>();
  for (let left = readCount(reader); left > 0; left -= 1) {
    const text = reader.text();
    const members: number[] = [];
    let word = -1;
    for (let more = readCount(reader); more > 0; more -= 1) {
      word += reader.varint() + 1;
      members.push(word);
    }
    changes.set(text, members);
  }
  return changes;
}

/**
 * Reads the number of items that follow. Each item takes at least one byte.
 *
 * @throws {AskdexError} index_damaged: the number exceeds the remaining bytes
 */
export function readCount(reader: ByteReader): number {
  const count = reader.varint();
  if (count > reader.bytes.length - reader.position) throw damagedIndexError('a count in the delta exceeds its size');
  return count;
}
