import { AskdexError } from '../core/errors.js';
import { readSnapshotManifest, type SnapshotManifest } from '../core/model/snapshot-manifest.js';
import { snapshotClosedError, SwappableSnapshot } from './swappable-snapshot.js';
import type { Snapshot } from './types.js';
import { openStored } from './open-stored.js';
import { fetchLatestManifest } from './download/fetch-latest.js';
import {
  downloadSnapshot,
  isOlder,
  sha256Of,
  type DownloadedSnapshot,
  type SnapshotContext,
} from './snapshot-context.js';

/** A snapshot from a URL that is searched while a newer one comes, and kept for the next visit. */
export class LiveSnapshot extends SwappableSnapshot<DownloadedSnapshot> implements Snapshot {
  /** One change at a time: an update, or what another tab tells of. */
  #queue: Promise<unknown> = Promise.resolve();
  readonly #tabs: TabChannel | null;
  readonly #closing = new AbortController();
  readonly #context: SnapshotContext;

  constructor(place: SnapshotContext, opened: DownloadedSnapshot) {
    super(opened);
    // The signal of the options ends the opening, not what comes after it.
    this.#context = { ...place, source: place.source.withSignal(this.#closing.signal) };
    this.#tabs = place.store === null ? null : TabChannel.open(place.source.url, () => void this.#loadFromOtherTab());
  }

  /** Without a network that is no matter: what is open goes on. */
  updateInBackground(): void {
    this.update().catch((error: unknown) => this.#reportProblem(error));
  }

  override close(): Promise<void> {
    this.#closing.abort(snapshotClosedError());
    this.#tabs?.close();
    return super.close();
  }

  /** Keeps what is open for the next visit. Where that fails, searching goes on and `onProblem` is told. */
  async keep(): Promise<void> {
    const { store } = this.#context;
    if (store === null) return;
    const { json, manifest, bytes } = this.requireOpen();
    try {
      await store.write({
        manifest: json,
        sha256: sha256Of(manifest),
        index: bytes,
        shouldReplace: (kept) => !isOlderThan(manifest, kept),
      });
      this.#tabs?.notify();
    } catch (error) {
      this.#reportProblem(error);
    }
  }

  protected fetchNewer(): Promise<boolean> {
    return this.#next(async () => {
      const { source, options } = this.#context;
      const before = this.requireOpen();
      const { manifest } = before;
      // A publisher whose signature is checked never goes back; another may begin to count anew.
      const least = options.publicKey === undefined ? options.minSequence : manifest.sequence;
      const trust = least === undefined ? options : { ...options, minSequence: least };
      const newest = await fetchLatestManifest(source, trust);
      if (newest.json === before.json || isOlder(newest.manifest, manifest)) return false;
      this.#replaceWith(await downloadSnapshot(this.#context, newest, before));
      await this.keep();
      return true;
    });
  }

  /** Takes what another tab has kept. */
  async #loadFromOtherTab(): Promise<void> {
    await this.#next(async () => {
      const kept = await openStored(this.#context);
      const { json, manifest } = this.requireOpen();
      if (kept !== null && kept.json !== json && !isOlder(kept.manifest, manifest)) this.#replaceWith(kept);
    }).catch((error: unknown) => this.#reportProblem(error));
  }

  #replaceWith(opened: DownloadedSnapshot): void {
    this.replace(opened);
    this.#context.options.onUpdate?.(opened.manifest);
  }

  #next<T>(run: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(run);
    this.#queue = turn.catch(() => undefined);
    return turn;
  }

  /** What ends nothing is told to whoever listens. */
  #reportProblem(error: unknown): void {
    if (!this.isClosed && error instanceof AskdexError) this.#context.options.onProblem?.(error);
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

/** Tells the other pages and workers of a site that a snapshot of one source was kept, and hears it from them. */
export class TabChannel {
  private constructor(private readonly channel: InstanceType<typeof BroadcastChannel>) {}

  /** null: there is no way to tell. */
  static open(source: URL, heard: () => void): TabChannel | null {
    if (typeof BroadcastChannel === 'undefined') return null;
    const channel = new BroadcastChannel(`askdex-snapshots ${source.href}`);
    channel.onmessage = heard;
    return new TabChannel(channel);
  }

  notify(): void {
    this.channel.postMessage('kept');
  }

  close(): void {
    this.channel.close();
  }
}
