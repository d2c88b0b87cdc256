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

/** A snapshot from a URL. It is stored for the next visit, and searched while an update is downloaded. */
export class LiveSnapshot extends SwappableSnapshot<DownloadedSnapshot> implements Snapshot {
  /** Changes run one after another: updates, and snapshots that another tab has stored. */
  #queue: Promise<unknown> = Promise.resolve();
  readonly #tabs: TabChannel | null;
  readonly #closing = new AbortController();
  readonly #context: SnapshotContext;

  constructor(context: SnapshotContext, opened: DownloadedSnapshot) {
    super(opened);
    // The signal of the options only aborts the opening.
    this.#context = { ...context, source: context.source.withSignal(this.#closing.signal) };
    this.#tabs =
      context.store === null ? null : TabChannel.open(context.source.url, () => void this.#loadFromOtherTab());
  }

  /** Failures, for example without a network, are reported to `onProblem`. */
  updateInBackground(): void {
    this.update().catch((error: unknown) => this.#reportProblem(error));
  }

  override close(): Promise<void> {
    this.#closing.abort(snapshotClosedError());
    this.#tabs?.close();
    return super.close();
  }

  /** Stores the open snapshot for the next visit. A failure is reported to `onProblem`. */
  async store(): Promise<void> {
    const { store } = this.#context;
    if (store === null) return;
    const { json, manifest, bytes } = this.requireOpen();
    try {
      await store.write({
        manifest: json,
        sha256: sha256Of(manifest),
        index: bytes,
        shouldReplace: (stored) => !isOlderThan(manifest, stored),
      });
      this.#tabs?.notify();
    } catch (error) {
      this.#reportProblem(error);
    }
  }

  protected fetchNewer(): Promise<boolean> {
    return this.#enqueue(async () => {
      const { source, options } = this.#context;
      const before = this.requireOpen();
      const { manifest } = before;
      // A publisher whose signature is checked never lowers the sequence. Others may start to count again.
      const least = options.publicKey === undefined ? options.minSequence : manifest.sequence;
      const trust = least === undefined ? options : { ...options, minSequence: least };
      const newest = await fetchLatestManifest(source, trust);
      if (newest.json === before.json || isOlder(newest.manifest, manifest)) return false;
      this.#replaceWith(await downloadSnapshot(this.#context, newest, before));
      await this.store();
      return true;
    });
  }

  /** Opens the snapshot that another tab has stored. */
  async #loadFromOtherTab(): Promise<void> {
    await this.#enqueue(async () => {
      const stored = await openStored(this.#context);
      const { json, manifest } = this.requireOpen();
      if (stored !== null && stored.json !== json && !isOlder(stored.manifest, manifest)) this.#replaceWith(stored);
    }).catch((error: unknown) => this.#reportProblem(error));
  }

  #replaceWith(opened: DownloadedSnapshot): void {
    this.replace(opened);
    this.#context.options.onUpdate?.(opened.manifest);
  }

  #enqueue<T>(run: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(run);
    this.#queue = result.catch(() => undefined);
    return result;
  }

  #reportProblem(error: unknown): void {
    if (!this.isClosed && error instanceof AskdexError) this.#context.options.onProblem?.(error);
  }
}

/** An unreadable manifest counts as older than any other. */
function isOlderThan(manifest: SnapshotManifest, json: string): boolean {
  try {
    return isOlder(manifest, readSnapshotManifest(json).manifest);
  } catch {
    return false;
  }
}

/** Notifies the other pages and workers of a site that a snapshot of a source was stored, and listens to them. */
class TabChannel {
  private constructor(private readonly channel: InstanceType<typeof BroadcastChannel>) {}

  /** Returns null if the runtime has no BroadcastChannel. */
  static open(source: URL, onStored: () => void): TabChannel | null {
    if (typeof BroadcastChannel === 'undefined') return null;
    const channel = new BroadcastChannel(`askdex-snapshots ${source.href}`);
    channel.onmessage = onStored;
    return new TabChannel(channel);
  }

  notify(): void {
    this.channel.postMessage('kept');
  }

  close(): void {
    this.channel.close();
  }
}
