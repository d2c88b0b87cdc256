import { ByteWriter, type ByteReader } from '../bytes.js';
import { crc32, damaged, SECTION, writeContainer, type SectionName, type Sections } from '../layout.js';
import { BitReader, BitWriter } from '../transport/coder.js';
import type { Terms } from '../transport/fields.js';
import { BoundedCoder, mostDecisions } from './bounded-coder.js';
import { partsOf, textsOfAdded, type AddedParts } from './added.js';
import { changedSections, type Change } from './change.js';
import { changesBetween } from './changes.js';
import { amountOf, codeComing, toldParts, type Amount } from './coming.js';
import { readContent, type IndexContent } from './content.js';
import { openDelta, writeDelta, type IndexName } from './header.js';
import {
  counted,
  foretoldGroups,
  readStemChanges,
  stemChangesBetween,
  stemGroupsOf,
  writeStemChanges,
} from './stem-changes.js';
import { carriedTexts } from './texts.js';

/** What one byte of a delta may stand for, at most: allocations are bounded by its size. */
const DENSEST = { documents: 16, words: 64, postings: 256 } as const;

/** An index file with its sha256, in lower-case hexadecimal. */
export interface NamedIndex {
  readonly bytes: Uint8Array;
  readonly sha256: string;
}

/**
 * Tells what makes one index file of another, by document: which go, and what those say that come or have changed. For
 * `applyDelta` alone. null: so much would come of so few bytes that no reader takes it.
 *
 * `analyzer` is the one that both were built with.
 *
 * @throws AskdexError `index_damaged`: no packed index of this version, changed, or one of another analyzer.
 */
export function encodeDelta(
  before: NamedIndex,
  after: NamedIndex,
  analyzer: Terms,
): Uint8Array<ArrayBuffer> | null {
  const from = readContent(before.bytes, analyzer, true);
  const to = readContent(after.bytes, analyzer, true);
  const { gone, come } = changesBetween(from, to);
  const parts = partsOf(to, come);
  const carried = carriedTexts(to.sections);
  const texts = { carried, ...textsOfAdded(from.texts, to.texts, come) };
  const stems = stemChangesBetween(foretoldGroups(from, to.words, analyzer.stem), stemGroupsOf(to));
  const change = { gone, parts, texts, stems };
  const made = changedSections(from, change, analyzer);
  const rest = SECTION_NAMES.filter((name) => !equal(made[name], to.sections[name]));
  const written = writeChange(change, {
    before: from,
    analyzer,
    rest: rest.map((name) => [name, to.sections[name]]),
  });
  if (written === null) return null;
  return writeDelta({ from: nameOf(before), to: nameOf(after) }, written);
}

/**
 * Makes the later index file of the earlier one: the very bytes that `encodeDelta` was given. Their length and CRC-32 are compared; who fetched the
 * delta compares the sha256. `analyzer` has to be the one of the encoding.
 *
 * @throws AskdexError `index_damaged`: no delta, another version, cut or changed, for another index, or of another analyzer.
 */
export function applyDelta(before: Uint8Array, delta: Uint8Array, analyzer: Terms): Uint8Array<ArrayBuffer> {
  const { header, reader } = openDelta(delta);
  if (before.length !== header.from.size || crc32(before) !== header.from.crc)
    throw damaged('the delta is for another index');
  const content = readContent(before, analyzer, false);
  const { change, rest } = readChange(reader, content, analyzer);
  const file = writeContainer({ ...changedSections(content, change, analyzer), ...rest });
  if (file.length !== header.to.size || crc32(file) !== header.to.crc)
    throw damaged('the delta gave other bytes than it was made for');
  return file;
}

const SECTION_NAMES = Object.keys(SECTION).filter((name): name is SectionName => name in SECTION);

function nameOf({ bytes, sha256 }: NamedIndex): IndexName {
  return { sha256, size: bytes.length, crc: crc32(bytes) };
}

function exceeds({ documents, words, postings }: Amount, size: number): boolean {
  return (
    documents > size * DENSEST.documents || words > size * DENSEST.words || postings > size * DENSEST.postings
  );
}

interface Writing {
  readonly before: IndexContent;
  readonly analyzer: Terms;
  /** Sections that do not follow from the change. */
  readonly rest: readonly (readonly [name: SectionName, bytes: Uint8Array])[];
}

/** null: no reader would take so much out of so few bytes. */
function writeChange(change: Change, { before, analyzer, rest }: Writing): Uint8Array | null {
  const { gone, parts, texts, stems } = change;
  const writer = new ByteWriter(1 << 16);
  writer.varint(gone.length);
  let last = -1;
  for (const document of gone) {
    writer.varint(document - last - 1);
    last = document;
  }
  writeStemChanges(writer, stems);
  writer.varint(rest.length);
  for (const [name, bytes] of rest) {
    writer.varint(SECTION[name]);
    writer.varint(bytes.length);
    writer.raw(bytes);
  }
  const { vocabulary, answers, descriptions } = texts.carried;
  writer.u8((vocabulary ? 1 : 0) | (answers ? 2 : 0) | (descriptions ? 4 : 0));
  const amount = amountOf(toldParts({ before, gone }, parts));
  writer.varint(amount.documents);
  if (amount.documents === 0) return writer.finish();
  writer.varint(amount.words);
  writer.varint(amount.postings);
  const bits = new BitWriter();
  const coder = new BoundedCoder(bits, Infinity);
  codeComing(coder, { before, gone, carried: texts.carried, analyzer, ...amount }, change);
  writer.raw(bits.finish());
  const { length } = writer;
  return coder.taken > mostDecisions(length) || exceeds(amount, length) ? null : writer.finish();
}

interface ReadChange {
  readonly change: Change;
  readonly rest: Partial<Sections>;
}

function readChange(reader: ByteReader, before: IndexContent, analyzer: Terms): ReadChange {
  const gone = readGone(reader, before.meta.documents);
  const stems = readStemChanges(reader);
  const rest = readRest(reader);
  const flags = reader.u8();
  const carried = { vocabulary: (flags & 1) > 0, answers: (flags & 2) > 0, descriptions: (flags & 4) > 0 };
  const size = reader.bytes.length;
  const documents = reader.varint();
  if (documents === 0)
    return { change: { gone, stems, parts: NO_PARTS, texts: { carried, documents: [], tokens: [] } }, rest };
  const amount = { documents, words: reader.varint(), postings: reader.varint() };
  if (exceeds(amount, size)) throw damaged('the delta says to hold more than its size');
  const bits = new BitReader(reader.bytes.subarray(reader.at));
  const coder = new BoundedCoder(bits, mostDecisions(size));
  const { parts, texts } = codeComing(coder, { before, gone, carried, analyzer, ...amount }, null);
  return { change: { gone, stems, parts, texts }, rest };
}

const NO_PARTS: AddedParts = { records: { tables: [], documents: [] }, words: [], fields: [] };

function readGone(reader: ByteReader, size: number): number[] {
  const gone: number[] = [];
  let document = -1;
  for (let left = counted(reader); left > 0; left -= 1) {
    document += reader.varint() + 1;
    if (document >= size) throw damaged('the delta names a document that there is not');
    gone.push(document);
  }
  return gone;
}

function readRest(reader: ByteReader): Partial<Sections> {
  const rest: Partial<Record<SectionName, Uint8Array>> = {};
  for (let left = counted(reader); left > 0; left -= 1) {
    const id = reader.varint();
    const name = SECTION_NAMES.find((one) => SECTION[one] === id);
    if (name === undefined) throw damaged(`the delta has a section ${id} that is not known`);
    const length = counted(reader);
    rest[name] = reader.bytes.subarray(reader.at, reader.at + length);
    reader.at += length;
  }
  return rest;
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at += 1) if (a[at] !== b[at]) return false;
  return true;
}
