import type { ByteReader } from '../bytes.js';
import { crc32, damaged, SECTION, writeContainer, type SectionName, type Sections } from '../layout.js';
import { BitReader } from '../transport/coder.js';
import type { Terms } from '../transport/fields.js';
import type { AddedParts } from './added.js';
import { BoundedCoder, exceeds, mostDecisions } from './bounded-coder.js';
import { changedSections, type Change } from './change.js';
import { codeComing } from './coming.js';
import { readContent, type IndexContent } from './content.js';
import { openDelta } from './header.js';
import { counted, readStemChanges } from './stem-changes.js';

/** An index file with its sha256, in lower-case hexadecimal. */
export interface NamedIndex {
  readonly bytes: Uint8Array;
  readonly sha256: string;
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
