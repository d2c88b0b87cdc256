import { sha256, sha256Bytes } from '../../sha256.js';
import { sign, type KeyObject } from 'node:crypto';
import type { Analyzer } from '../../core/analysis/analyzer.js';
import { AskdexError } from '../../core/errors.js';
import { requireAnalyzer, type OutputFile, type Manifest } from '../../core/model/generation-manifest.js';
import { CHUNKS_FILE, INDEX_FILE, chunkHashes } from '../../core/index/format/container.js';
import { openIndex } from '../../core/index/index-reader.js';
import { LAZY_FILE, LAZY_HEAD_FILE } from '../../core/partial/lazy-directory.js';
import { writeLazy } from '../../core/partial/pieces-writer.js';
import { withDescriptions } from '../../core/build/strip-answers.js';
import { type SearchSettings, nonDefaultSettings } from '../../core/model/settings.js';
import {
  BROTLI_ENDING,
  GZIP_ENDING,
  MINISEARCH_FILE,
  MINISEARCH_OPTIONS,
  SNAPSHOT_MANIFEST,
  type SnapshotKind,
  type SnapshotManifest,
  type TextMode,
} from '../../core/model/snapshot-manifest.js';
import { buildDeltas, type Deltas, type PreviousIndex } from './snapshot-deltas.js';
import { miniSearchJson, miniSearchOptionsModule } from './minisearch-json.js';

/** What a snapshot is made of. */
export interface SnapshotSource {
  /** The generation's manifest. */
  readonly manifest: Manifest;
  /** The index: the generation's own, or one of a single subject. */
  readonly index: Uint8Array;
  /** The analyzer that the index was built with. */
  readonly analyzer: Analyzer;
  /** The site's search settings. */
  readonly settings: SearchSettings;
  /** Earlier indexes to encode deltas from. */
  readonly previous: readonly PreviousIndex[];
}

export interface ExportOptions {
  readonly kind: SnapshotKind;
  readonly text: TextMode;
  readonly subject: string | null;
  /** Prefix of each file's name in its URL; '' if the files are next to the manifest. */
  readonly prefix: string;
  /** An Ed25519 private key that signs the manifest; null for an unsigned manifest. */
  readonly signKey: KeyObject | null;
}

/** The compressors and files that building a snapshot needs. */
export interface Compressors {
  /** Both use the strongest level, which is slow. */
  readonly brotli: (bytes: Uint8Array) => Uint8Array;
  readonly gzip: (bytes: Uint8Array) => Uint8Array;
  /** Raw deflate. */
  readonly deflate: (bytes: Uint8Array) => Uint8Array;
  /** The tokenizer's modules as browsers load them. */
  readonly tokenizer: () => readonly OutputFile[];
}

export interface SnapshotExport {
  readonly manifest: SnapshotManifest;
  /** The last file is the manifest. */
  readonly files: readonly OutputFile[];
}

/**
 * Builds the files that clients download. Blocks its thread, for seconds with an index of a few megabytes.
 *
 * @throws {AskdexError} index_damaged: also if the index was built with another analyzer. invalid_parameter: if a
 *   `bm25` index is to be exported for MiniSearch.
 */
export function buildSnapshot(source: SnapshotSource, options: ExportOptions, tools: Compressors): SnapshotExport {
  const { manifest: generation, index, analyzer } = source;
  requireAnalyzer(generation, analyzer);
  const { files, deltas } =
    options.kind === 'packed'
      ? packedFiles(source, options, tools)
      : { files: miniSearchFiles(source, options, tools), deltas: NO_DELTAS };
  const { kind, text, subject, prefix } = options;
  const body = {
    snapshot: 1 as const,
    kind,
    generation: generation.generation,
    createdAt: generation.createdAt,
    sequence: generation.sequence,
    askdex: generation.askdex,
    analyzer: generation.analyzer,
    text,
    settings: nonDefaultSettings(source.settings),
    subject,
    documents: openIndex(index, { verify: false }).size,
    prefix,
    files: files.map(({ name, bytes }) => ({ name, size: bytes.byteLength, sha256: sha256(bytes) })),
    deltas: deltas.deltas,
  };
  const unsigned = { ...body, checksum: sha256(JSON.stringify(body)) };
  const manifest =
    options.signKey === null
      ? unsigned
      : { ...unsigned, signature: signatureOf(JSON.stringify(unsigned), options.signKey) };
  const bytes = new TextEncoder().encode(`${JSON.stringify(manifest, null, 2)}\n`);
  return { manifest, files: [...files, ...deltas.files, { name: SNAPSHOT_MANIFEST, bytes }] };
}

const NO_DELTAS: Deltas = { deltas: [], files: [] };

interface PackedFiles {
  readonly files: readonly OutputFile[];
  readonly deltas: Deltas;
}

function packedFiles(
  { index, analyzer, previous }: SnapshotSource,
  { text }: ExportOptions,
  tools: Compressors,
): PackedFiles {
  const shipped = text === 'full' ? index : withDescriptions(index);
  const forms = withCompressed({ name: INDEX_FILE, bytes: shipped }, tools);
  const download = Math.min(...forms.map(({ bytes }) => bytes.byteLength));
  return {
    files: [
      ...forms,
      {
        name: CHUNKS_FILE,
        bytes: chunkHashes(shipped, sha256Bytes),
      },
      ...(text === 'none' ? lazyFiles(shipped, tools) : []),
    ],
    deltas: buildDeltas(previous, {
      ...{ index: shipped, analyzer, text, maxBytes: download / 2 },
      deflate: tools.deflate,
    }),
  };
}

/** A file, followed by its compressed forms. */
function withCompressed(file: OutputFile, { brotli, gzip }: Compressors): OutputFile[] {
  return [
    file,
    { name: file.name + BROTLI_ENDING, bytes: brotli(file.bytes) },
    { name: file.name + GZIP_ENDING, bytes: gzip(file.bytes) },
  ];
}

/** For clients that load pieces on demand. Without answers, which would make each piece several times as long. */
function lazyFiles(index: Uint8Array, { deflate }: Compressors): OutputFile[] {
  const { head, file } = writeLazy(index, { deflate, sha256: sha256Bytes });
  return [
    { name: LAZY_HEAD_FILE, bytes: head },
    { name: LAZY_FILE, bytes: file },
  ];
}

function miniSearchFiles(
  { index, analyzer }: SnapshotSource,
  { text }: ExportOptions,
  tools: Compressors,
): readonly OutputFile[] {
  if (analyzer.singleField) {
    throw new AskdexError(
      'invalid_parameter',
      'An index with the ranking "bm25" has one joined field, which MiniSearch would rank differently.',
      { parameter: '--format', remedy: 'Build with another ranking, or export with --format packed.' },
    );
  }
  const json = new TextEncoder().encode(miniSearchJson(openIndex(index, { verify: false }), text));
  return [
    ...withCompressed({ name: MINISEARCH_FILE, bytes: json }, tools),
    { name: MINISEARCH_OPTIONS, bytes: new TextEncoder().encode(miniSearchOptionsModule(text)) },
    ...tools.tokenizer(),
  ];
}

function signatureOf(text: string, key: KeyObject): string {
  return sign(null, Buffer.from(text), key).toString('base64');
}
