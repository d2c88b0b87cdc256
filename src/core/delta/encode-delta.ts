import { ByteWriter } from '../index/format/byte-buffer.js';
import { readIndex, writeIndexSegment, type ReadIndex } from '../build/index-to-segment.js';
import { crc32, damagedIndexError } from '../index/format/container.js';
import type { DecodeUtf8 } from '../index/documents/token-vocabulary.js';
import { applyChange, readChange, stemChanges, writeChange, type DeltaAnalyzer } from './apply-change.js';
import { changesBetween } from './diff-indexes.js';
import { exceeds, type NamedIndex } from './apply-delta.js';
import { writeDelta, type IndexName } from './delta-header.js';

export interface EncodeTools {
  /** The analyzer that both indexes were built with. */
  readonly analyzer: DeltaAnalyzer;
  readonly decode: DecodeUtf8;
  /** Compresses to a raw deflate stream. */
  readonly deflate: (bytes: Uint8Array) => Uint8Array;
}

/**
 * Encodes the difference between two index files as removed and added documents. Returns null if the new index does not
 * follow from its documents, or if the delta would exceed the expansion limits that readers enforce.
 *
 * @throws {AskdexError} index_damaged: a file is no index of this version, or another analyzer built it
 */
export function encodeDelta(
  before: NamedIndex,
  after: NamedIndex,
  { analyzer, decode, deflate }: EncodeTools,
): Uint8Array<ArrayBuffer> | null {
  const [from, to] = [before, after].map(({ bytes }) => readIndex(bytes, decode, true));
  if (from === undefined || to === undefined) return null;
  for (const index of [from, to])
    if (index.analyzer !== analyzer.id) throw damagedIndexError('it was built with another analyzer');
  const body = encodeBody(from, to, analyzer);
  const result = applyChange(from, readChange(body, from), analyzer);
  if (!isEqual(result, after.bytes)) return null;
  const deflated = deflate(body);
  if (exceeds(body.length, deflated.length)) return null;
  const writer = new ByteWriter(deflated.length + 8);
  writer.u32(body.length);
  writer.bytes(deflated);
  return writeDelta({ from: nameOf(before), to: nameOf(after) }, writer.view());
}

function encodeBody(from: ReadIndex, to: ReadIndex, analyzer: DeltaAnalyzer): Uint8Array<ArrayBuffer> {
  const answers = to.documents.answers.hasAnswers;
  const { removed, added } = changesBetween(from, to);
  const segment = writeIndexSegment(to, Uint32Array.from(added), { answers, stem: analyzer.stem });
  const change = { answers, removed, added: segment };
  const stems = stemChanges(from, change, { analyzer, actual: to.groups });
  return writeChange(from, { ...change, stems });
}

function nameOf({ bytes, sha256 }: NamedIndex): IndexName {
  return { sha256, size: bytes.length, crc: crc32(bytes) };
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}
