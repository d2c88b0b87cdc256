import { isCount, isFileName, isRecord, isSha256, isText } from '../guards.js';
import { AskdexError, quoteForMessage } from '../errors.js';
import type { ManifestFile } from './generation-manifest.js';
import { type SearchSettings, isSettings } from './settings.js';

/** Whether a snapshot has answers. `none` has titles, links and descriptions of at most 160 characters. */
export const TEXT_MODES = ['none', 'full'] as const;
export type TextMode = (typeof TEXT_MODES)[number];

export const SNAPSHOT_KINDS = ['packed', 'minisearch'] as const;
export type SnapshotKind = (typeof SNAPSHOT_KINDS)[number];

export const SNAPSHOT_MANIFEST = 'manifest.json';
/** The endings of a file's compressed forms, in the same folder: brotli 11 and gzip 9. */
export const BROTLI_ENDING = '.br';
export const GZIP_ENDING = '.gz';
/** The two files of a MiniSearch export that its users refer to. */
export const MINISEARCH_FILE = 'index.json';
export const MINISEARCH_OPTIONS = 'options.js';

/** A file that turns an earlier snapshot of the same text mode and subject into this one, see `core/delta`. */
export interface SnapshotDelta extends ManifestFile {
  /** The earlier snapshot's generation. */
  readonly generation: string;
  /** sha256 of the earlier snapshot's `index.askdex`. */
  readonly from: string;
}

/**
 * A generation as clients download it. The same generation, options and earlier snapshots (for deltas) give the same
 * manifest byte for byte.
 */
export interface SnapshotManifest {
  /** Version of the manifest format. */
  readonly snapshot: 1;
  readonly kind: SnapshotKind;
  readonly generation: string;
  /** The generation's time. ISO 8601, UTC. */
  readonly createdAt: string;
  /** The generation's sequence at the time of the export. A client that has seen a higher one rejects the snapshot. */
  readonly sequence: number;
  /** The version of Askdex that built the generation. */
  readonly askdex: string;
  readonly analyzer: string;
  readonly text: TextMode;
  /** The settings that differ from the defaults. Searching with others would change the order of hits. */
  readonly settings: Partial<SearchSettings>;
  /** The only subject in the snapshot; null: all of them. */
  readonly subject: string | null;
  readonly documents: number;
  /**
   * Prepended to each file's name in its URL, which is relative to the manifest's. Empty in exports, whose files are in
   * the manifest's folder, but not in a server's manifest.
   */
  readonly prefix: string;
  /** Sizes and checksums are those of the files on disk. */
  readonly files: readonly ManifestFile[];
  /** Deltas from earlier snapshots, each `from` once. */
  readonly deltas: readonly SnapshotDelta[];
  /** sha256 of this object's JSON without this member and `signature`. */
  readonly checksum: string;
  /** Ed25519, base64: over this object's JSON without this member, in UTF-8. */
  readonly signature?: string;
}

/** A manifest, with the texts that its checksum and its signature cover. */
export interface ReadSnapshotManifest {
  readonly manifest: SnapshotManifest;
  /** The text that `checksum` covers. */
  readonly checksummedText: string;
  /** The text that `signature` covers. */
  readonly signedText: string;
}

// Relative to the manifest and below it, so that a manifest cannot point to another site or folder.
const PREFIX = /^(?:[A-Za-z0-9][A-Za-z0-9._-]*\/)*(?:[A-Za-z0-9][A-Za-z0-9._-]*)?$/;

/** Whether a value has the version member of a snapshot's manifest, valid or not. */
export function isSnapshotManifest(value: unknown): boolean {
  return isRecord(value) && value['snapshot'] === 1;
}

/**
 * Parses a snapshot's manifest. The caller must verify its checksum and its signature.
 *
 * @throws {AskdexError} index_damaged: when it is not JSON or a member is invalid.
 */
export function readSnapshotManifest(text: string): ReadSnapshotManifest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw damagedSnapshotError(`${SNAPSHOT_MANIFEST} is not JSON`, cause);
  }
  if (!isRecord(value)) throw damagedSnapshotError(`${SNAPSHOT_MANIFEST} is not an object`);
  if (value['snapshot'] !== 1)
    throw damagedSnapshotError(
      `${SNAPSHOT_MANIFEST} has the version ${quoteForMessage(value['snapshot'])}, only 1 is supported`,
    );
  const wrong = Object.entries(members()).find(([name, is]) => !is(value[name]))?.[0];
  if (wrong !== undefined || !isManifest(value))
    throw damagedSnapshotError(`${quoteForMessage(wrong ?? 'files')} of ${SNAPSHOT_MANIFEST} is invalid`);
  // Members that a later version adds are covered too, because the order of members in the file is preserved.
  const { signature: _signature, ...signed } = value;
  const { checksum: _checksum, ...summed } = signed;
  return { manifest: value, checksummedText: JSON.stringify(summed), signedText: JSON.stringify(signed) };
}

/** Creates the `index_damaged` error for a snapshot. */
export function damagedSnapshotError(what: string, cause?: unknown): AskdexError {
  return new AskdexError('index_damaged', `The snapshot is damaged: ${what}.`, {
    remedy: 'Download or export it again, or rebuild the index with `askdex index --full`.',
    cause,
  });
}

/**
 * Returns the file of a manifest with this name.
 *
 * @throws {AskdexError} index_damaged: when the manifest has no such file.
 */
export function snapshotFile({ files }: SnapshotManifest, name: string): ManifestFile {
  const file = files.find((entry) => entry.name === name);
  if (file === undefined) throw damagedSnapshotError(`${SNAPSHOT_MANIFEST} does not list ${name}`);
  return file;
}

/** Returns the compressed form of a file with this ending, or null if the manifest has none. */
export function compressedFile(
  { files }: Pick<SnapshotManifest, 'files'>,
  name: string,
  ending: typeof BROTLI_ENDING | typeof GZIP_ENDING,
): ManifestFile | null {
  return files.find((file) => file.name === name + ending) ?? null;
}

/**
 * Returns the bytes of a file's smallest form, compressed or not.
 *
 * @throws {AskdexError} index_damaged: when the manifest has no such file.
 */
export function downloadSize(manifest: SnapshotManifest, name: string): number {
  const forms = [
    snapshotFile(manifest, name),
    compressedFile(manifest, name, BROTLI_ENDING),
    compressedFile(manifest, name, GZIP_ENDING),
  ];
  return Math.min(...forms.flatMap((form) => form?.size ?? []));
}

/** Returns the delta from the `index.askdex` with this sha256, or null if there is none. */
export function deltaFrom({ deltas }: Pick<SnapshotManifest, 'deltas'>, sha256: string): SnapshotDelta | null {
  return deltas.find(({ from }) => from === sha256) ?? null;
}

const matches =
  (pattern: RegExp) =>
  (value: unknown): boolean =>
    typeof value === 'string' && pattern.test(value);
const oneOf =
  (values: readonly string[]) =>
  (value: unknown): boolean =>
    typeof value === 'string' && values.includes(value);

// A function, so that a page that needs only the constants loads none of the checks.
function members(): Readonly<Record<string, (value: unknown) => boolean>> {
  return {
    kind: oneOf(SNAPSHOT_KINDS),
    generation: isText,
    createdAt: isText,
    sequence: isCount,
    askdex: isText,
    analyzer: isText,
    text: oneOf(TEXT_MODES),
    settings: isSettings,
    subject: (value) => value === null || isText(value),
    documents: isCount,
    prefix: matches(PREFIX),
    files: (value) => Array.isArray(value) && value.every(isFile) && distinct(value.map(({ name }) => name)),
    deltas: (value) => Array.isArray(value) && value.every(isDelta) && distinct(value.map(({ from }) => from)),
    checksum: isSha256,
    signature: (value) => value === undefined || isText(value),
  };
}

function isManifest(value: unknown): value is SnapshotManifest {
  return (
    isRecord(value) &&
    Object.entries(members()).every(([name, is]) => is(value[name])) &&
    distinct([value['files'], value['deltas']].flatMap(namesOf))
  );
}

function namesOf(files: unknown): string[] {
  return Array.isArray(files) ? files.filter(isFile).map(({ name }) => name) : [];
}

function isDelta(value: unknown): value is SnapshotDelta {
  return isFile(value) && 'generation' in value && isText(value.generation) && 'from' in value && isSha256(value.from);
}

function isFile(value: unknown): value is ManifestFile {
  return (
    isRecord(value) &&
    isFileName(value['name']) &&
    value['name'] !== SNAPSHOT_MANIFEST &&
    isCount(value['size']) &&
    isSha256(value['sha256'])
  );
}

function distinct(texts: readonly string[]): boolean {
  return new Set(texts).size === texts.length;
}
