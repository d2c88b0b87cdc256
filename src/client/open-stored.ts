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
  /** Only needed if the prefetched snapshot turns out to be damaged. */
  readonly store: SnapshotContext['store'] | Promise<SnapshotContext['store']>;
}

/**
 * Opens the snapshot stored by an earlier visit. Returns null if there is none or it is unusable. A damaged one is
 * reported through `onProblem` and deleted. `prefetched`: the stored snapshot that another thread is reading.
 *
 * @throws {AskdexError} invalid_parameter: `publicKey` is not a key
 */
export async function openStored(
  { store: opening, options }: StoredContext,
  prefetched: StoredSnapshot | null = null,
): Promise<DownloadedSnapshot | null> {
  const stored = prefetched ?? (await (await opening)?.read({ whole: true })) ?? null;
  if (stored === null) return null;
  const index = stored.index();
  try {
    const manifest = await verifyManifestText(stored.manifest, options);
    const settings = settingsFor(manifest, options);
    // A snapshot for another version of this code or for other settings is not damaged. The download replaces it.
    const analyzer = await createCheckedAnalyzer(settings, manifest).catch(() => null);
    if (analyzer === null) return null;
    const bytes = await orDamaged(index.bytes);
    const checking = checkIndex(index, manifest);
    // Awaited below, but it may reject earlier.
    checking.catch(() => undefined);
    const parts = { manifest, bytes, settings, analyzer, text: manifest.text, checking };
    const opened = await openSnapshotIndex(parts).catch(async (error: unknown) => {
      // If the bytes have changed, the failed check is the better error.
      await checking;
      throw error;
    });
    return { ...opened, json: stored.manifest };
  } catch (error) {
    if (!(error instanceof AskdexError) || error.code === 'invalid_parameter') throw error;
    const store = await opening;
    // Reading may have failed only in the other thread, or another tab may have stored a newer snapshot meanwhile.
    if (prefetched !== null || (await store?.read())?.manifest !== stored.manifest)
      return openStored({ store, options });
    await store?.clear();
    options.onProblem?.(error);
    return null;
  }
}

async function orDamaged<T>(reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    throw damagedSnapshotError('the stored copy in the browser is incomplete', error);
  }
}

/** Compares the hashes of the chunks. Hashing the whole file in one call would block the thread for that long. */
async function checkIndex(index: StoredIndex, manifest: SnapshotManifest): Promise<void> {
  const hashes = await orDamaged(index.hashes);
  if ((await sha256(hashes)) !== snapshotFile(manifest, CHUNKS_FILE).sha256)
    throw damagedSnapshotError('the stored copy in the browser does not match its checksum');
}
