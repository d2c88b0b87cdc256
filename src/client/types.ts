import type { AskdexError } from '../core/errors.js';
import type { DocumentView, RelatedHit, SearchResponse, Suggestion } from '../core/model/search-response.js';
import type { Manifest } from '../core/model/generation-manifest.js';
import type { SearchSettings } from '../core/model/settings.js';
import type { SnapshotManifest } from '../core/model/snapshot-manifest.js';
import type { DownloadOptions } from './download/snapshot-source.js';
import type { SearchOptions } from './search-options.js';
import type { TrustOptions } from './download/verify-manifest.js';

/** `publicKey`, `minSequence` and `settings` apply to every source, the other options only to URLs. */
export interface SnapshotOptions extends TrustOptions, DownloadOptions {
  /** Search settings such as language, stop words or boosts. They override those of the snapshot. */
  readonly settings?: Partial<SearchSettings>;
  /**
   * What is downloaded. `index` (default): the whole index, compressed. `lazy`: only the pieces that each query reads,
   * if
   * the snapshot has no answers and the browser has not stored it yet.
   */
  readonly form?: 'index' | 'lazy';
  /** false: searches in this thread. By default a page starts a worker, so that it is never blocked. */
  readonly worker?: boolean;
  /** false: neither stores the snapshot in the browser nor opens a stored one. */
  readonly store?: boolean;
  /** `manual`: only `update()` looks for a newer snapshot. Default: a stored snapshot is updated in the background. */
  readonly update?: 'background' | 'manual';
  /** Called after a newer snapshot was opened, by an update or because another tab stored it. */
  readonly onUpdate?: (manifest: SnapshotManifest) => void;
  /** Called on non-fatal problems: a full or damaged store, or no network for a background update. */
  readonly onProblem?: (problem: AskdexError) => void;
}

export interface Searchable {
  /**
   * Returns the hits of a query, best first, like the API.
   *
   * @throws {AskdexError} query_too_long, unknown_parameter, invalid_parameter, invalid_filter
   * @throws {AskdexError} index_not_ready: the snapshot is closed
   */
  search(q: string, options?: SearchOptions): Promise<SearchResponse>;
  /** Returns titles that complete the typed text, best first. `limit`: 0 to 100, default 10. */
  suggest(q: string, options?: { readonly limit?: number }): Promise<readonly Suggestion[]>;
  /** Returns the document with this key (its url, or its id if it has no url); null if there is none. */
  document(key: string): Promise<DocumentView | null>;
  /** Returns the related links of a document; null if there is no such document. `limit`: 0 to 100, default 10. */
  related(key: string, options?: { readonly limit?: number }): Promise<readonly RelatedHit[] | null>;
}

/** A snapshot that is open for searching. Everything in a response comes from one generation. */
export interface Snapshot extends Searchable {
  /** The manifest of the open snapshot, or of the generation if a generation's folder was opened. */
  readonly manifest: Manifest | SnapshotManifest;
  /**
   * Downloads a newer snapshot from the source, if there is one, and opens it. Searches use the previous one until
   * then.
   * Returns whether there was a newer one. If it rejects, the previous one stays open.
   *
   * @throws {AskdexError} the errors of `openSnapshot`
   */
  update(): Promise<boolean>;
  /**
   * Only for a snapshot with `form: 'lazy'`: downloads the whole snapshot. Answers come from it afterwards.
   */
  fill?(onProgress?: DownloadOptions['onProgress']): Promise<void>;
  /** Frees the memory. The stored snapshot remains in the browser. */
  close(): Promise<void>;
}
