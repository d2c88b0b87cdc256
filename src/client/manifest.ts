import { AskdexError } from '../core/errors.js';
import type { Manifest, ManifestFile } from '../core/manifest.js';

const SHA256 = /^[0-9a-f]{64}$/;

/**
 * Reads a manifest and checks it against its own checksum. `sha256` gives lower-case hexadecimal.
 *
 * Throws `index_damaged`.
 */
export function readManifest(text: string, sha256: (text: string) => string): Manifest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw damaged('its manifest is not JSON');
  }
  const manifest = isRecord(value) ? manifestOf(value) : null;
  if (manifest === null) throw damaged('its manifest has a wrong shape');
  const { checksum, ...body } = manifest;
  // The members in the order in which `manifestOf` puts them: the one that the checksum was taken of.
  if (sha256(JSON.stringify(body)) !== checksum)
    throw damaged('its manifest does not match its own checksum');
  return manifest;
}

function manifestOf(record: Readonly<Record<string, unknown>>): Manifest | null {
  const { format, generation, createdAt, sequence, contentHash, askdex, analyzer, documents, checksum } =
    record;
  const files = filesOf(record.files);
  return format === 1 &&
    typeof generation === 'string' &&
    typeof createdAt === 'string' &&
    isCount(sequence) &&
    isSha256(contentHash) &&
    typeof askdex === 'string' &&
    typeof analyzer === 'string' &&
    isCount(documents) &&
    files !== null &&
    isSha256(checksum)
    ? {
        format,
        generation,
        createdAt,
        sequence,
        contentHash,
        askdex,
        analyzer,
        documents,
        files,
        checksum,
      }
    : null;
}

function filesOf(value: unknown): ManifestFile[] | null {
  if (!Array.isArray(value)) return null;
  const files: ManifestFile[] = [];
  for (const file of value as readonly unknown[]) {
    if (!isRecord(file)) return null;
    const { name, size, sha256 } = file;
    if (typeof name !== 'string' || !isCount(size) || !isSha256(sha256)) return null;
    files.push({ name, size, sha256 });
  }
  return files;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isSha256(value: unknown): value is string {
  return typeof value === 'string' && SHA256.test(value);
}

/** `index_damaged` for what a snapshot is opened from. */
export function damaged(what: string, cause?: unknown): AskdexError {
  return new AskdexError('index_damaged', `The snapshot is damaged: ${what}.`, {
    remedy: 'Fetch it again, or build it anew with `askdex index --full`.',
    cause,
  });
}
