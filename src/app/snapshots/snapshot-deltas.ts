import { sha256 } from '../../sha256.js';
import type { Analyzer } from '../../core/analysis/analyzer.js';
import type { OutputFile } from '../../core/model/generation-manifest.js';
import { encodeDelta } from '../../core/delta/encode-delta.js';
import { INDEX_FILE } from '../../core/index/format/container.js';
import { withDescriptions } from '../../core/build/strip-answers.js';
import type { GenerationStore, StoredGeneration } from '../../core/model/ports.js';
import {
  readSnapshotManifest,
  SNAPSHOT_MANIFEST,
  snapshotFile,
  type SnapshotDelta,
  type TextMode,
} from '../../core/model/snapshot-manifest.js';

/** Maximum number of deltas. Each takes some seconds for ten thousand documents. */
const MAX_DELTAS = 8;

/** An index that clients may have. `isExported`: as a snapshot has it, otherwise as a generation has it. */
export interface PreviousIndex {
  readonly generation: string;
  readonly index: Uint8Array;
  readonly isExported: boolean;
}

/** The sources of earlier indexes. */
export interface PreviousIndexSources {
  /** The generation of the new snapshot. */
  readonly stored: StoredGeneration;
  readonly store: Pick<GenerationStore, 'list' | 'open'>;
  readonly text: TextMode;
  readonly subject: string | null;
  /** Reads a file of the replaced export; null if there is none of this name. */
  readonly read: (name: string) => Promise<Uint8Array | null>;
}

/**
 * The indexes that clients may have: that of the replaced export, then those of the retained generations, newest first.
 * Leaves out damaged ones and those of another text mode, subject or analyzer.
 */
export async function previousIndexes(sources: PreviousIndexSources): Promise<PreviousIndex[]> {
  const { stored, store, subject } = sources;
  const replaced = await nullOnError(() => replacedIndex(sources));
  const found = replaced === null ? [] : [replaced];
  // The build cache has only the documents of the current generation, so earlier subject indexes cannot be rebuilt.
  if (subject !== null) return found;
  const current = stored.manifest;
  for (const { generation, analyzer } of await store.list()) {
    if (generation === current.generation || analyzer !== current.analyzer || found.length >= MAX_DELTAS) continue;
    const index = await nullOnError(async () => (await store.open(generation)).read(INDEX_FILE));
    if (index !== null) found.push({ generation, index, isExported: false });
  }
  return found;
}

async function replacedIndex({ stored, text, subject, read }: PreviousIndexSources): Promise<PreviousIndex | null> {
  const bytes = await read(SNAPSHOT_MANIFEST);
  if (bytes === null) return null;
  const { manifest } = readSnapshotManifest(Buffer.from(bytes).toString('utf8'));
  const { generation, kind } = manifest;
  const isComparable =
    kind === 'packed' &&
    manifest.text === text &&
    manifest.subject === subject &&
    manifest.analyzer === stored.manifest.analyzer;
  const index = isComparable ? await read(INDEX_FILE) : null;
  if (index === null || sha256(index) !== snapshotFile(manifest, INDEX_FILE).sha256) return null;
  return { generation, index, isExported: true };
}

/** An earlier index that cannot be read only means that its clients download the whole index. */
async function nullOnError<T>(find: () => Promise<T>): Promise<T | null> {
  try {
    return await find();
  } catch {
    return null;
  }
}

export interface DeltaTarget {
  /** The index as it is shipped. */
  readonly index: Uint8Array;
  readonly analyzer: Analyzer;
  readonly text: TextMode;
  /** Raw deflate. */
  readonly deflate: (bytes: Uint8Array) => Uint8Array;
  /** Maximum size of a delta in bytes. A larger one saves too little. */
  readonly maxBytes: number;
}

export interface Deltas {
  readonly deltas: readonly SnapshotDelta[];
  readonly files: readonly OutputFile[];
}

/** Encodes the deltas from the earlier indexes to this one. Leaves out those that are too large. */
export function buildDeltas(
  previous: readonly PreviousIndex[],
  { index, analyzer, text, maxBytes, deflate }: DeltaTarget,
): Deltas {
  const after = { bytes: index, sha256: sha256(index) };
  const seen = new Set([after.sha256]);
  const deltas: SnapshotDelta[] = [];
  const files: OutputFile[] = [];
  for (const { generation, index: earlier, isExported } of previous) {
    const encoded = nullIfUnreadable(() => {
      const bytes = isExported || text === 'full' ? earlier : withDescriptions(earlier);
      const before = { bytes, sha256: sha256(bytes) };
      if (seen.has(before.sha256)) return null;
      seen.add(before.sha256);
      const delta = encodeDelta(before, after, { analyzer, decode, deflate });
      return delta === null ? null : { from: before.sha256, bytes: delta };
    });
    if (encoded === null || encoded.bytes.byteLength > maxBytes) continue;
    const { from, bytes } = encoded;
    const name = `delta-${from.slice(0, 16)}.bin`;
    // Names must be unique. Two hashes with the same beginning are not expected.
    if (files.some((file) => file.name === name)) continue;
    deltas.push({ generation, from, name, size: bytes.byteLength, sha256: sha256(bytes) });
    files.push({ name, bytes });
  }
  return { deltas, files };
}

function nullIfUnreadable<T>(make: () => T): T | null {
  try {
    return make();
  } catch {
    return null;
  }
}

/** The runtime's decoder: several times faster than that of the core, with the same result. */
function decode(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}
