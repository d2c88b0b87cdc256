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

/** Earlier snapshots that deltas are made from, at most: each takes some seconds for ten thousand documents. */
const MAX_DELTAS = 8;

/** An index that clients may have: as a generation holds it, or as a snapshot shipped it. */
export interface PreviousIndex {
  readonly generation: string;
  readonly index: Uint8Array;
  readonly isExported: boolean;
}

/** Where earlier snapshots of the same text mode and subject are found. */
export interface PreviousIndexSources {
  /** What the snapshot is made of. */
  readonly stored: StoredGeneration;
  readonly store: Pick<GenerationStore, 'list' | 'open'>;
  readonly text: TextMode;
  readonly subject: string | null;
  /** A file of the export that is replaced; null: there is none of this name. */
  readonly read: (name: string) => Promise<Uint8Array | null>;
}

/**
 * The indexes that clients may have: that of the export that is replaced, and those of the kept generations, the newest first. Damaged
 * ones and those of another analyzer are left out.
 */
export async function previousIndexes(sources: PreviousIndexSources): Promise<PreviousIndex[]> {
  const { stored, store, subject } = sources;
  const replaced = await nullOnError(() => replacedIndex(sources));
  const found = replaced === null ? [] : [replaced];
  // The build cache holds the documents of the current generation alone: earlier ones have no index of one subject.
  if (subject !== null) return found;
  const { generation: current, analyzer } = stored.manifest;
  for (const { generation, analyzer: other } of await store.list()) {
    if (generation === current || other !== analyzer || found.length >= MAX_DELTAS) continue;
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
  const alike =
    kind === 'packed' &&
    manifest.text === text &&
    manifest.subject === subject &&
    manifest.analyzer === stored.manifest.analyzer;
  const index = alike ? await read(INDEX_FILE) : null;
  if (index === null || sha256(index) !== snapshotFile(manifest, INDEX_FILE).sha256) return null;
  return { generation, index, isExported: true };
}

/** What cannot be read is no reason to make no snapshot: who has it downloads the whole. */
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
  /** Bytes of a delta, at most: half of the best compressed index. A larger one saves too little. */
  readonly maxBytes: number;
}

export interface Deltas {
  readonly deltas: readonly SnapshotDelta[];
  readonly files: readonly OutputFile[];
}

/** Makes the deltas from earlier indexes to this one, each where it is worth its bytes. */
export function buildDeltas(
  earlier: readonly PreviousIndex[],
  { index, analyzer, text, maxBytes, deflate }: DeltaTarget,
): Deltas {
  const after = { bytes: index, sha256: sha256(index) };
  const seen = new Set([after.sha256]);
  const deltas: SnapshotDelta[] = [];
  const files: OutputFile[] = [];
  for (const one of earlier) {
    const made = emptyOnError(() => {
      const bytes = one.isExported || text === 'full' ? one.index : withDescriptions(one.index);
      const before = { bytes, sha256: sha256(bytes) };
      if (seen.has(before.sha256)) return null;
      seen.add(before.sha256);
      const delta = encodeDelta(before, after, { analyzer, decode, deflate });
      return delta === null ? null : { from: before.sha256, bytes: delta };
    });
    if (made === null || made.bytes.byteLength > maxBytes) continue;
    const { from, bytes } = made;
    const name = `delta-${from.slice(0, 16)}.bin`;
    // A file has one name; that two begin alike is not to be expected.
    if (files.some((file) => file.name === name)) continue;
    deltas.push({ generation: one.generation, from, name, size: bytes.byteLength, sha256: sha256(bytes) });
    files.push({ name, bytes });
  }
  return { deltas, files };
}

/** An earlier index that cannot be read is left out. */
function emptyOnError<T>(make: () => T): T | null {
  try {
    return make();
  } catch {
    return null;
  }
}

function decode(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}
