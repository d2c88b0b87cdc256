import { AskdexError } from '../core/errors.js';
import { INDEX_FILE } from '../core/packed/layout.js';
import { snapshotFile, type SnapshotManifest } from '../core/snapshot.js';
import { damaged } from './manifest.js';
import { checkedManifest } from './newest.js';
import { settingsFor, type Downloaded, type Place } from './place.js';
import { analyzerFrom, snapshotOf } from './snapshot.js';
import type { Kept, KeptBytes } from './store.js';
import { sha256 } from './trust.js';

/**
 * Opens what an earlier visit kept. null: nothing, or nothing that can be used; what is damaged is told, and removed. `ahead`: what
 * was read of the store already.
 *
 * Throws `invalid_parameter`: the key of the options is none.
 */
export async function openKept(
  { store, options }: Pick<Place, 'store' | 'options'>,
  ahead: KeptBytes | null = null,
): Promise<Downloaded | null> {
  const kept = ahead === null ? ((await store?.read()) ?? null) : keptAhead(ahead);
  if (store === null || kept === null) return null;
  // Begun at once: what is checked of the manifest meanwhile takes as long.
  const reading = kept.index();
  reading.catch(() => undefined);
  try {
    const manifest = await checkedManifest(kept.manifest, options);
    const settings = settingsFor(manifest, options);
    // Of another version of this code, or for other settings: no damage, and replaced by the download.
    const analyzer = await analyzerFrom(settings, manifest).catch(() => null);
    if (analyzer === null) return null;
    const bytes = await keptIndex(reading);
    const checking = checkIndex(bytes, manifest);
    // Awaited below; it may be known earlier.
    checking.catch(() => undefined);
    const parts = { manifest, bytes, settings, analyzer, text: manifest.text, checking };
    const opened = await snapshotOf(parts).catch(async (error: unknown) => {
      // What goes wrong with changed bytes says less than that they have changed.
      await checking;
      throw error;
    });
    return { ...opened, json: kept.manifest };
  } catch (error) {
    if (!(error instanceof AskdexError) || error.code === 'invalid_parameter') throw error;
    // Another tab may have put a newer one in its place while this one was read.
    if ((await store.read())?.manifest !== kept.manifest) return openKept({ store, options });
    await store.forget();
    options.onProblem?.(error);
    return null;
  }
}

function keptAhead({ manifest, index }: KeptBytes): Kept {
  return { manifest, index: () => Promise.resolve(index) };
}

async function keptIndex(reading: ReturnType<Kept['index']>): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return joined(await reading);
  } catch (error) {
    throw damaged('what the browser kept of it is gone', error);
  }
}

function joined(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(pieces.reduce((size, { length }) => size + length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

async function checkIndex(bytes: Uint8Array<ArrayBuffer>, manifest: SnapshotManifest): Promise<void> {
  const file = snapshotFile(manifest, INDEX_FILE);
  if (bytes.length !== file.size || (await sha256(bytes)) !== file.sha256)
    throw damaged('what the browser kept of it does not match its checksum');
}
