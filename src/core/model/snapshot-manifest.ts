import { isCount, isFileName, isRecord, isSha256, isText } from '../guards.js';
import { AskdexError, quoteForMessage } from '../errors.js';
import type { ManifestFile } from './generation-manifest.js';
import { type SearchSettings, isSettings } from './settings.js';

/** Whether answers travel with the index: `none` keeps titles, links and descriptions of at most 160 characters. */
export const TEXT_MODES = ['none', 'full'] as const;
export type TextMode = (typeof TEXT_MODES)[number];

export const SNAPSHOT_KINDS = ['packed', 'minisearch'] as const;
export type SnapshotKind = (typeof SNAPSHOT_KINDS)[number];

export const SNAPSHOT_MANIFEST = 'manifest.json';
/** The endings of a file's compressed forms, which lie beside it: brotli 11 and gzip 9. */
export const BROTLI_ENDING = '.br';
export const GZIP_ENDING = '.gz';
/** The two files of a MiniSearch export that its user names. */
export const MINISEARCH_FILE = 'index.json';
export const MINISEARCH_OPTIONS = 'options.js';

/** A file that turns an earlier snapshot of the same text mode and subject into this one, see `core/packed/delta`. */
export interface SnapshotDelta extends ManifestFile {
  /** Of the earlier snapshot. */
  readonly generation: string;
  /** sha256 of the earlier snapshot's `index.askdex`. */
  readonly from: string;
}

/**
 * A generation as clients download it. The same generation and choices, and the same earlier snapshots to make deltas from, give
 * the same manifest, to the byte.
 */
export interface SnapshotManifest {
  /** Version of this object's own shape. */
  readonly snapshot: 1;
  readonly kind: SnapshotKind;
  readonly generation: string;
  /** Of the generation. ISO 8601, UTC. */
  readonly createdAt: string;
  /** Of the generation when the snapshot was made: a client that has seen a higher one refuses it. */
  readonly sequence: number;
  /** The version of Askdex that built the generation. */
  readonly askdex: string;
  readonly analyzer: string;
  readonly text: TextMode;
  /** What the index is searched with where that is not the default: with other settings the order would be another. */
  readonly settings: Partial<SearchSettings>;
  /** The one subject that it holds; null: all of them. */
  readonly subject: string | null;
  readonly documents: number;
  /**
   * Stands before each file's name in its URL, which is relative to the manifest's. Empty in exports, whose files lie beside the
   * manifest; a server's is not.
   */
  readonly prefix: string;
  /** Sizes and checksums are those of the files as they lie on disk. */
  readonly files: readonly ManifestFile[];
  /** What turns earlier snapshots into this one; each `from` once. Their files lie beside the others. */
  readonly deltas: readonly SnapshotDelta[];
  /** sha256 of this object's JSON without this member and `signature`. */
  readonly checksum: string;
  /** Ed25519, base64: over this object's JSON without this member, in UTF-8. */
  readonly signature?: string;
}

/** A manifest as it was read, with the texts that its checksum and its signature speak of. */
export interface ReadSnapshotManifest {
  readonly manifest: SnapshotManifest;
  /** What `checksum` is the sha256 of. */
  readonly checksummedText: string;
  /** What `signature` signs. */
  readonly signedText: string;
}

// Relative to the manifest and below it: a manifest cannot send its reader to another place.
const PREFIX = /^(?:[A-Za-z0-9][A-Za-z0-9._-]*\/)*(?:[A-Za-z0-9][A-Za-z0-9._-]*)?$/;

/** Whether a value has the version mark of a snapshot's manifest, sound or not. */
export function isSnapshotManifest(value: unknown): boolean {
  return isRecord(value) && value['snapshot'] === 1;
}

/**
 * Reads a snapshot's manifest. Neither its checksum nor its signature is compared: who calls has the means for it.
 *
 * Throws `index_damaged`.
 */
export function readSnapshotManifest(text: string): ReadSnapshotManifest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw damagedSnapshotError(`${SNAPSHOT_MANIFEST} is not JSON`, cause);
  }
  if (!isRecord(value)) throw damagedSnapshotError(`${SNAPSHOT_MANIFEST} is no object`);
  if (value['snapshot'] !== 1)
    throw damagedSnapshotError(
      `${SNAPSHOT_MANIFEST} has the version ${quoteForMessage(value['snapshot'])}, known is 1`,
    );
  const wrong = Object.entries(members()).find(([name, is]) => !is(value[name]))?.[0];
  if (wrong !== undefined || !isManifest(value))
    throw damagedSnapshotError(`${quoteForMessage(wrong ?? 'files')} of ${SNAPSHOT_MANIFEST} is wrong`);
  // Whatever a later version adds is covered too: members keep the order in which they stand in the file.
  const { signature: _signature, ...signed } = value;
  const { checksum: _checksum, ...summed } = signed;
  return { manifest: value, checksummedText: JSON.stringify(summed), signedText: JSON.stringify(signed) };
}

/** `index_damaged` for a snapshot. */
export function damagedSnapshotError(what: string, cause?: unknown): AskdexError {
  return new AskdexError('index_damaged', `The snapshot is damaged: ${what}.`, {
    remedy: 'Fetch or export it again, or build it anew with `askdex index --full`.',
    cause,
  });
}

/** The file of a manifest with this name; throws `index_damaged` where it names none. */
export function snapshotFile({ files }: SnapshotManifest, name: string): ManifestFile {
  const file = files.find((one) => one.name === name);
  if (file === undefined) throw damagedSnapshotError(`${SNAPSHOT_MANIFEST} names no ${name}`);
  return file;
}

/** The compressed form of a file with this ending; null: the manifest names none. */
export function compressedFile(
  { files }: Pick<SnapshotManifest, 'files'>,
  name: string,
  ending: typeof BROTLI_ENDING | typeof GZIP_ENDING,
): ManifestFile | null {
  return files.find((one) => one.name === name + ending) ?? null;
}

/** Bytes that downloading a file takes: the size of its smallest form. Throws `index_damaged` if the manifest does not name it. */
export function downloadSize(manifest: SnapshotManifest, name: string): number {
  const forms = [
    snapshotFile(manifest, name),
    compressedFile(manifest, name, BROTLI_ENDING),
    compressedFile(manifest, name, GZIP_ENDING),
  ];
  return Math.min(...forms.flatMap((form) => form?.size ?? []));
}

/** The delta that starts from the `index.askdex` with this sha256; null: there is none. */
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

// A function, so that a page which needs only a name of this file loads none of the checks.
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

/** The names of a list of files that was found to be one. */
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
