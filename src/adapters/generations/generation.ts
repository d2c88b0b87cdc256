import { isGenerationName, MANIFEST_FILE, type Manifest } from '../../core/model/generation-manifest.js';
import { join } from 'node:path';
import { AskdexError, quoteForMessage, systemErrorCode } from '../../core/errors.js';
import type { StoredGeneration } from '../../core/model/ports.js';
import { sha256 } from '../../sha256.js';
import { type FileSystem, withDiskErrors, nodeFileSystem } from './file-system.js';
import { damaged, readManifestBytes } from './manifest-file.js';
import type { IndexPaths } from './index-paths.js';
import { type StoredReport, type ReportStore, isStoredReport } from '../../core/model/build-report.js';
import { replaceFile } from './current-pointer.js';

/**
 * Opens a generation by name.
 *
 * @throws {AskdexError} generation_not_found: if there is none of this name. index_damaged: if its manifest is invalid.
 */
export async function openGeneration(disk: FileSystem, paths: IndexPaths, name: string): Promise<StoredGeneration> {
  if (!isGenerationName(name)) throw notFound(name);
  const folder = join(paths.generations, name);
  const manifest = await readManifest(disk, folder, name);
  return { manifest, read: (file) => readChecked(disk, { folder, manifest, file }) };
}

/**
 * Reads every file of a generation.
 *
 * @throws {AskdexError} index_damaged: if a file does not match the manifest.
 */
export async function verifyGeneration(stored: StoredGeneration): Promise<void> {
  for (const file of stored.manifest.files) await stored.read(file.name);
}

function notFound(name: string): AskdexError {
  return new AskdexError('generation_not_found', `There is no generation ${quoteForMessage(name)}.`, {
    parameter: 'generation',
    remedy: 'Choose one of the retained generations, or none for the previous one.',
  });
}

async function readManifest(disk: FileSystem, folder: string, name: string): Promise<Manifest> {
  const bytes = await withDiskErrors('reading a manifest', async () => {
    try {
      return await disk.read(join(folder, MANIFEST_FILE));
    } catch (error) {
      if (systemErrorCode(error) !== 'ENOENT') throw error;
      return (await disk.list(folder)).length === 0 ? null : 'missing';
    }
  });
  if (bytes === null) throw notFound(name);
  if (bytes === 'missing') throw damaged(name, 'its manifest is missing');
  return readManifestBytes(bytes, name);
}

interface FileRequest {
  readonly folder: string;
  readonly manifest: Manifest;
  readonly file: string;
}

async function readChecked(disk: FileSystem, { folder, manifest, file }: FileRequest): Promise<Uint8Array> {
  const expected = manifest.files.find(({ name }) => name === file);
  if (expected === undefined) throw damaged(manifest.generation, `it has no file ${quoteForMessage(file)}`);
  const bytes = await withDiskErrors('reading a file of a generation', async () => {
    try {
      return await disk.read(join(folder, file));
    } catch (error) {
      if (systemErrorCode(error) !== 'ENOENT') throw error;
      throw damaged(manifest.generation, `its file ${quoteForMessage(file)} is missing`, error);
    }
  });
  if (bytes.byteLength !== expected.size)
    throw damaged(
      manifest.generation,
      `its file ${quoteForMessage(file)} has ${bytes.byteLength} bytes instead of ${expected.size}`,
    );
  if (sha256(bytes) !== expected.sha256)
    throw damaged(manifest.generation, `its file ${quoteForMessage(file)} does not match its checksum`);
  return bytes;
}

/** Stores the report of the last build as `report.json` in the index folder. */
export function createReportStore(folder: string, disk: FileSystem = nodeFileSystem): ReportStore {
  const path = join(folder, 'report.json');
  return {
    async save(report: StoredReport) {
      const bytes = new TextEncoder().encode(`${JSON.stringify(report, null, 2)}\n`);
      await withDiskErrors('writing the report', () => replaceFile(disk, folder, { path, bytes }));
    },
    async load() {
      try {
        const value: unknown = JSON.parse(new TextDecoder().decode(await disk.read(path)));
        return isStoredReport(value) ? value : null;
      } catch {
        return null;
      }
    },
  };
}
