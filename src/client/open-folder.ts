import { untrustedError } from './download/web-crypto.js';
import { sha256 } from '../sha256.js';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AskdexError, quoteForMessage, systemErrorCode, systemErrorCodeOr } from '../core/errors.js';
import { MANIFEST_FILE, parseManifest, type Manifest } from '../core/model/generation-manifest.js';
import { INDEX_FILE } from '../core/index/format/container.js';
import {
  damagedSnapshotError,
  isSnapshotManifest,
  readSnapshotManifest,
  type SnapshotManifest,
  type TextMode,
} from '../core/model/snapshot-manifest.js';
import { SwappableSnapshot } from './swappable-snapshot.js';
import type { Snapshot, SnapshotOptions } from './types.js';
import { openSnapshotIndex, type OpenSnapshot } from './snapshot.js';
import { checkManifest, checkSequence } from './download/verify-manifest.js';

/**
 * Opens the folder of a generation or of an exported snapshot.
 *
 * @throws {AskdexError} the errors of `openSnapshot`
 */
export async function openFolder(source: string | URL, options: SnapshotOptions): Promise<Snapshot> {
  const folder = source instanceof URL ? pathOf(source) : source;
  return new FolderSnapshot(folder, options, await readFolder(folder, options));
}

type Opened = OpenSnapshot<Manifest | SnapshotManifest>;

class FolderSnapshot extends SwappableSnapshot<Opened> implements Snapshot {
  constructor(
    private readonly folder: string,
    private readonly options: SnapshotOptions,
    opened: Opened,
  ) {
    super(opened);
  }

  /** The folder may contain a newer export by now. */
  protected async fetchNewer(): Promise<boolean> {
    const opened = await readFolder(this.folder, this.options);
    if (opened.manifest.checksum === this.manifest.checksum) return false;
    this.replace(opened);
    return true;
  }
}

async function readFolder(folder: string, options: SnapshotOptions): Promise<Opened> {
  const { manifest, text } = await verifyManifest((await manifestBytes(folder)).toString('utf8'), options);
  const bytes = await indexBytes(folder, manifest);
  const exported = 'settings' in manifest ? manifest.settings : {};
  return openSnapshotIndex({ manifest, bytes, settings: { ...exported, ...options.settings }, text });
}

interface VerifiedManifest {
  readonly manifest: Manifest | SnapshotManifest;
  readonly text: TextMode;
}

async function verifyManifest(json: string, options: SnapshotOptions): Promise<VerifiedManifest> {
  if (isExport(json)) {
    const read = readSnapshotManifest(json);
    await checkManifest(read, options);
    return { manifest: read.manifest, text: read.manifest.text };
  }
  const manifest = parseManifest(json, { sha256, damaged: damagedSnapshotError });
  if (options.publicKey !== undefined)
    throw untrustedError(
      'it is a generation, which has no signature',
      'Open a folder that was exported with --sign-key.',
    );
  checkSequence(manifest.sequence, options.minSequence);
  return { manifest, text: 'full' };
}

function isExport(json: string): boolean {
  try {
    return isSnapshotManifest(JSON.parse(json));
  } catch {
    return false;
  }
}

function pathOf(url: URL): string {
  try {
    return fileURLToPath(url);
  } catch (cause) {
    throw new AskdexError(
      'invalid_parameter',
      `The snapshot's source is ${quoteForMessage(url.href)}, which is not a folder here.`,
      {
        parameter: 'source',
        cause,
      },
    );
  }
}

async function manifestBytes(folder: string): Promise<Buffer> {
  try {
    return await readFile(join(folder, MANIFEST_FILE));
  } catch (error) {
    if (!isMissing(error)) throw unreadable(error);
    throw new AskdexError('generation_not_found', `There is no manifest.json in ${quoteForMessage(folder)}.`, {
      parameter: 'source',
      remedy: 'Name the folder of one generation (in `generations/` of the index folder) or of an export.',
      cause: error,
    });
  }
}

async function indexBytes(folder: string, manifest: VerifiedManifest['manifest']): Promise<Uint8Array<ArrayBuffer>> {
  const expected = manifest.files.find(({ name }) => name === INDEX_FILE);
  if (expected === undefined) throw damagedSnapshotError(`its manifest names no ${INDEX_FILE}`);
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = await readFile(join(folder, INDEX_FILE));
  } catch (error) {
    if (isMissing(error)) throw damagedSnapshotError(`${INDEX_FILE} is missing`, error);
    throw unreadable(error);
  }
  if (bytes.byteLength !== expected.size)
    throw damagedSnapshotError(`${INDEX_FILE} has ${bytes.byteLength} bytes instead of ${expected.size}`);
  if (sha256(bytes) !== expected.sha256) throw damagedSnapshotError(`${INDEX_FILE} does not match its checksum`);
  return bytes;
}

function isMissing(error: unknown): boolean {
  const code = systemErrorCode(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

function unreadable(cause: unknown): AskdexError {
  const code = systemErrorCodeOr(cause);
  return new AskdexError('index_unreadable', `The snapshot's folder cannot be read (${code}).`, {
    parameter: 'source',
    remedy: 'Make it readable for this user.',
    cause,
  });
}
