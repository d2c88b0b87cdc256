import { ByteReader, ByteWriter } from '../bytes.js';
import {
  crc32,
  damaged,
  MAGIC,
  readContainer,
  SECTION,
  writeContainer,
  type SectionName,
  type Sections,
} from '../layout.js';
import type { PackedMeta } from '../pack.js';
import { readMeta } from '../packed-index.js';
import { BitReader, BitWriter, HALF, type BitCoder } from './coder.js';
import { readDescriptions, writeDescriptions, type DescriptionSections } from './description-sections.js';
import type { Terms } from './fields.js';
import { APART, makeSections, type MadeSections, readFields, readWords } from './parts.js';
import { codeParts, type CodedParts } from './parts-model.js';
import { readRecords } from './records.js';

export type { Terms } from './fields.js';

export const TRANSPORT_MAGIC = 'ASKDEXTR';
export const TRANSPORT_VERSION = 2;
/** Letters, version, checksum of what follows. */
const HEADER = 16;
/** Bytes of an index, at most. */
const LARGEST = 2 ** 31;
/** Postings that one byte of a list can stand for: 128 in a row, each once, take three bytes. */
const DENSEST = 128;

export interface TransportOptions {
  /** Whether answers and descriptions come along; without them the outcome is the index without them. */
  readonly texts: boolean;
}

/** Sections that go without saying where texts are left out. */
const TEXTS: readonly SectionName[] = [
  'vocabulary',
  'textLengths',
  'texts',
  'descriptionLengths',
  'descriptions',
];

/** An index file without its answers and descriptions: it finds and ranks the same, and shows titles and links. */
export function withoutTexts(index: Uint8Array): Uint8Array<ArrayBuffer> {
  const sections: Record<SectionName, Uint8Array> = { ...readContainer(index, false) };
  for (const name of TEXTS) sections[name] = new Uint8Array(0);
  return writeContainer(sections);
}

/**
 * Encodes an index file for its way to a client: much smaller, and only good for `decodeTransport`. What is coded is final;
 * answers and descriptions lie at the end as they are, so that compressing the whole once more pays for them alone.
 *
 * `analyzer` is the one that the index was built with.
 *
 * @throws AskdexError `index_damaged`: no packed index of this version, or one of another analyzer.
 */
export function encodeTransport(
  index: Uint8Array,
  analyzer: Terms,
  { texts }: TransportOptions = { texts: true },
): Uint8Array<ArrayBuffer> {
  const file = texts ? new Uint8Array(index) : withoutTexts(index);
  const sections = readContainer(file, true);
  const meta = readMeta(sections.meta);
  requireAnalyzer(meta.analyzer, analyzer);
  const { documents, words } = meta;
  const most = postingsOf(meta);
  const given = {
    records: readRecords(sections, documents),
    words: readWords(sections, words),
    fields: readFields(sections, words),
    descriptions: descriptionsOf(sections, documents),
  };
  const writer = new BitWriter();
  const described = codeFlag(writer, given.descriptions !== null);
  const parts = codeParts(writer, { documents, words, most, analyzer, described, given });
  const made: Partial<Sections> = madeOf(parts, analyzer);
  const carried = SECTION_NAMES.filter((name) => !equal(made[name] ?? NOTHING, sections[name]));
  return writeTransport(file, {
    coded: writer.finish(),
    carried: carried.map((name) => [name, sections[name]]),
  });
}

const NOTHING = new Uint8Array(0);
const SECTION_NAMES = Object.keys(SECTION).filter((name): name is SectionName => name in SECTION);

interface Transport {
  readonly coded: Uint8Array;
  /** Sections that travel as they are. */
  readonly carried: readonly (readonly [name: SectionName, bytes: Uint8Array])[];
}

function writeTransport(file: Uint8Array, { coded, carried }: Transport): Uint8Array<ArrayBuffer> {
  const body = new ByteWriter(coded.length + 1024);
  body.u32(file.length);
  body.u32(crc32(file));
  body.varint(carried.length);
  for (const [name, bytes] of carried) {
    body.varint(SECTION[name]);
    body.varint(bytes.length);
  }
  body.varint(coded.length);
  body.raw(coded);
  for (const [, bytes] of carried) body.raw(bytes);
  const writer = new ByteWriter(HEADER + body.length);
  writer.utf8(TRANSPORT_MAGIC);
  writer.u32(TRANSPORT_VERSION);
  writer.u32(crc32(body.view()));
  writer.raw(body.view());
  return writer.finish();
}

/**
 * Decodes what `encodeTransport` wrote: the very bytes of the index file. `analyzer` has to be the one of the encoding; its
 * id is compared. `onProgress` is told now and then how far it came, from 0 to 1.
 *
 * @throws AskdexError `index_damaged`: no such encoding, another version, cut or changed, or of another analyzer.
 */
export function decodeTransport(
  bytes: Uint8Array,
  analyzer: Terms,
  onProgress: (share: number) => void = () => undefined,
): Uint8Array<ArrayBuffer> {
  const { length, checksum, coded, carried } = readTransport(bytes);
  const meta = readMeta(carried.meta ?? NOTHING);
  requireAnalyzer(meta.analyzer, analyzer);
  const { documents, words } = meta;
  if (documents > length || words > length) throw damaged('it says to hold more than its size');
  const coder = new BitReader(coded, (read) => onProgress(Math.min(1, read / coded.length)));
  const described = codeFlag(coder, false);
  const context = {
    documents,
    words,
    most: Math.min(length * DENSEST, postingsOf(meta)),
    analyzer,
    described,
    given: null,
  };
  const parts = codeParts(coder, context);
  const nothing = Object.fromEntries(APART.map((name) => [name, NOTHING])) as Record<
    (typeof APART)[number],
    Uint8Array
  >;
  const file = writeContainer({
    ...nothing,
    ...madeOf(parts, analyzer),
    ...carried,
  });
  if (file.length !== length || crc32(file) !== checksum)
    throw damaged('decoding gave other bytes than were encoded');
  return file;
}

/** The sections that are not carried. */
function madeOf(
  { descriptions, ...parts }: CodedParts,
  { stem }: Terms,
): MadeSections & Partial<DescriptionSections> {
  const made = makeSections({ ...parts, stem });
  return descriptions === null ? made : { ...made, ...writeDescriptions(descriptions) };
}

/** The descriptions that are coded: those that go without answers. */
function descriptionsOf(sections: Sections, documents: number): readonly string[] | null {
  return sections.texts.length > 0 ? null : readDescriptions(sections, documents);
}

function codeFlag(coder: BitCoder, flag: boolean): boolean {
  return coder.code(flag ? 1 : 0, HALF) === 1;
}

/** Postings of one field, at most: distinct terms of all documents. */
function postingsOf({ distinct }: PackedMeta): number {
  return Math.max(0, ...distinct);
}

function requireAnalyzer(id: string, analyzer: Terms): void {
  if (id !== analyzer.id) {
    throw damaged(`it was written with the analyzer ${id}, these settings ask for ${analyzer.id}`);
  }
}

interface ReadTransport {
  /** Bytes of the index file, and their CRC-32. */
  readonly length: number;
  readonly checksum: number;
  readonly coded: Uint8Array;
  readonly carried: Partial<Record<SectionName, Uint8Array>>;
}

function readTransport(bytes: Uint8Array): ReadTransport {
  const reader = new ByteReader(bytes);
  const letters = String.fromCharCode(...bytes.subarray(0, MAGIC.length));
  reader.at = MAGIC.length;
  if (letters !== TRANSPORT_MAGIC) throw damaged('it does not begin like an encoded one');
  const version = reader.u32();
  if (version !== TRANSPORT_VERSION)
    throw damaged(`its encoding has version ${version}, this program reads ${TRANSPORT_VERSION}`);
  if (reader.u32() !== crc32(bytes.subarray(HEADER))) throw damaged('it was cut or changed on its way');
  const length = reader.u32();
  const checksum = reader.u32();
  if (length > LARGEST) throw damaged('it says to be too large');
  const lengths: (readonly [SectionName, number])[] = [];
  for (let left = Math.min(reader.varint(), SECTION_NAMES.length); left > 0; left -= 1) {
    const id = reader.varint();
    const name = SECTION_NAMES.find((name) => SECTION[name] === id);
    if (name === undefined) throw damaged(`it has a section ${id} that is not known`);
    lengths.push([name, reader.varint()]);
  }
  const codedLength = reader.varint();
  const coded = bytes.subarray(reader.at, reader.at + codedLength);
  let at = reader.at + codedLength;
  const carried: Partial<Record<SectionName, Uint8Array>> = {};
  for (const [name, size] of lengths) {
    carried[name] = bytes.subarray(at, at + size);
    at += size;
  }
  if (at !== bytes.length) throw damaged('its parts are not as long as it says');
  return { length, checksum, coded, carried };
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}
