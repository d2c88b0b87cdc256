import { AskdexError } from '../core/errors.js';
import { readSnapshotManifest, type SnapshotManifest } from '../core/model/snapshot-manifest.js';
import { closed, CurrentSnapshot } from './swappable-snapshot.js';
import type { Snapshot } from './types.js';
import { openKept } from './open-stored.js';
import { fetchNewest } from './download/fetch-latest.js';
import { download, isOlder, sha256Of, type Downloaded, type Place } from './snapshot-context.js';
import { Tabs } from './tab-channel.js';

/** A snapshot from a URL that is searched while a newer one comes, and kept for the next visit. */
export class LiveSnapshot extends CurrentSnapshot<Downloaded> implements Snapshot {
  /** One change at a time: an update, or what another tab tells of. */
  #turn: Promise<unknown> = Promise.resolve();
  readonly #tabs: Tabs | null;
  readonly #closing = new AbortController();
  readonly #place: Place;

  constructor(place: Place, opened: Downloaded) {
    super(opened);
    // The signal of the options ends the opening, not what comes after it.
    this.#place = { ...place, source: place.source.endedBy(this.#closing.signal) };
    this.#tabs = place.store === null ? null : Tabs.of(place.source.url, () => void this.#adopt());
  }

  /** Without a network that is no matter: what is open goes on. */
  updateInBackground(): void {
    this.update().catch((error: unknown) => this.#tell(error));
  }

  override close(): Promise<void> {
    this.#closing.abort(closed());
    this.#tabs?.close();
    return super.close();
  }

  /** Keeps what is open for the next visit. Where that fails, searching goes on and `onProblem` is told. */
  async keep(): Promise<void> {
    const { store } = this.#place;
    if (store === null) return;
    const { json, manifest, bytes } = this.opened();
    try {
      await store.write({
        manifest: json,
        sha256: sha256Of(manifest),
        index: bytes,
        replaces: (kept) => !isOlderThan(manifest, kept),
      });
      this.#tabs?.tell();
    } catch (error) {
      this.#tell(error);
    }
  }

  protected newer(): Promise<boolean> {
    return this.#next(async () => {
      const { source, options } = this.#place;
      const before = this.opened();
      const { manifest } = before;
      // A publisher whose signature is checked never goes back; another may begin to count anew.
      const least = options.publicKey === undefined ? options.minSequence : manifest.sequence;
      const trust = least === undefined ? options : { ...options, minSequence: least };
      const newest = await fetchNewest(source, trust);
      if (newest.json === before.json || isOlder(newest.manifest, manifest)) return false;
      this.#take(await download(this.#place, newest, before));
      await this.keep();
      return true;
    });
  }

  /** Takes what another tab has kept. */
  async #adopt(): Promise<void> {
    await this.#next(async () => {
      const kept = await openKept(this.#place);
      const { json, manifest } = this.opened();
      if (kept !== null && kept.json !== json && !isOlder(kept.manifest, manifest)) this.#take(kept);
    }).catch((error: unknown) => this.#tell(error));
  }

  #take(opened: Downloaded): void {
    this.swap(opened);
    this.#place.options.onUpdate?.(opened.manifest);
  }

  #next<T>(run: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(run);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  /** What ends nothing is told to whoever listens. */
  #tell(error: unknown): void {
    if (!this.isClosed && error instanceof AskdexError) this.#place.options.onProblem?.(error);
  }
}

/** What cannot be read is older than anything. */
function isOlderThan(manifest: SnapshotManifest, json: string): boolean {
  try {
    return isOlder(manifest, readSnapshotManifest(json).manifest);
  } catch {
    return false;
  }
}
