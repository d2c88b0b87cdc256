import { ByteWriter } from '../bytes.js';
import { crc32, SECTION, type SectionName } from '../layout.js';
import { BitWriter } from '../transport/coder.js';
import type { Terms } from '../transport/fields.js';
import { partsOf, textsOfAdded } from './added.js';
import { BoundedCoder, exceeds, mostDecisions } from './bounded-coder.js';
import { changedSections, type Change } from './change.js';
import { changesBetween } from './changes.js';
import { amountOf, codeComing, toldParts } from './coming.js';
import { readContent, type IndexContent } from './content.js';
import type { NamedIndex } from './delta.js';
import { writeDelta, type IndexName } from './header.js';
import { foretoldGroups, stemChangesBetween, stemGroupsOf, writeStemChanges } from './stem-changes.js';
import { carriedTexts } from './texts.js';

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

const SECTION_NAMES = Object.keys(SECTION).filter((name): name is SectionName => name in SECTION);

function nameOf({ bytes, sha256 }: NamedIndex): IndexName {
  return { sha256, size: bytes.length, crc: crc32(bytes) };
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

function equal(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at += 1) if (a[at] !== b[at]) return false;
  return true;
}
