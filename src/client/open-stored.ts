import { AskdexError } from '../core/errors.js';
import { CHUNKS_FILE } from '../core/index/format/container.js';
import { damagedSnapshotError, snapshotFile, type SnapshotManifest } from '../core/model/snapshot-manifest.js';
import { verifyManifestText } from './download/fetch-latest.js';
import { settingsFor, type DownloadedSnapshot, type SnapshotContext } from './snapshot-context.js';
import { createCheckedAnalyzer, openSnapshotIndex } from './snapshot.js';
import type { StoredIndex } from './store/stored-index.js';
import type { StoredSnapshot } from './store/snapshot-store.js';
import { sha256 } from './download/web-crypto.js';

interface StoredContext extends Pick<SnapshotContext, 'options'> {
  /** Of what was read ahead it is wanted only where that is damaged. */
  readonly store: SnapshotContext['store'] | Promise<SnapshotContext['store']>;
}

/**
 * Opens what an earlier visit kept. null: nothing, or nothing that can be used; what is damaged is told, and removed. `ahead`: what
 * another thread reads of the store.
 *
 * Throws `invalid_parameter`: the key of the options is none.
 */
export async function openStored(
  { store: opening, options }: StoredContext,
  ahead: StoredSnapshot | null = null,
): Promise<DownloadedSnapshot | null> {
  const kept = ahead ?? (await (await opening)?.read({ whole: true })) ?? null;
  if (kept === null) return null;
  const index = kept.index();
  try {
    const manifest = await verifyManifestText(kept.manifest, options);
    const settings = settingsFor(manifest, options);
    // Of another version of this code, or for other settings: no damage, and replaced by the download.
    const analyzer = await createCheckedAnalyzer(settings, manifest).catch(() => null);
    if (analyzer === null) return null;
    const bytes = await orDamaged(index.bytes);
    const checking = checkIndex(index, manifest);
    // Awaited below; it may be known earlier.
    checking.catch(() => undefined);
    const parts = { manifest, bytes, settings, analyzer, text: manifest.text, checking };
    const opened = await openSnapshotIndex(parts).catch(async (error: unknown) => {
      // What goes wrong with changed bytes says less than that they have changed.
      await checking;
      throw error;
    });
    return { ...opened, json: kept.manifest };
  } catch (error) {
    if (!(error instanceof AskdexError) || error.code === 'invalid_parameter') throw error;
    const store = await opening;
    // Reading may have failed in the other thread alone, and another tab may have put a newer one in its place meanwhile.
    if (ahead !== null || (await store?.read())?.manifest !== kept.manifest) return openStored({ store, options });
    await store?.clear();
    options.onProblem?.(error);
    return null;
  }
}

async function orDamaged<T>(reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    throw damagedSnapshotError('what the browser kept of it is gone', error);
  }
}

/** By the hashes of its chunks: that of the whole would be taken in one go, and keep a thread waiting as long. */
async function checkIndex(index: StoredIndex, manifest: SnapshotManifest): Promise<void> {
  const hashes = await orDamaged(index.hashes);
  if ((await sha256(hashes)) !== snapshotFile(manifest, CHUNKS_FILE).sha256)
    throw damagedSnapshotError('what the browser kept of it does not match its checksum');
}
