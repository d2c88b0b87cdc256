import type { AskdexError } from '../core/errors.js';
import type { DocumentView, RelatedHit, SearchResponse, Suggestion } from '../core/model/search-response.js';
import type { Manifest } from '../core/model/generation-manifest.js';
import type { SearchSettings } from '../core/model/settings.js';
import type { SnapshotManifest } from '../core/model/snapshot-manifest.js';
import type { DownloadOptions } from './download/snapshot-source.js';
import type { SearchOptions } from './search-options.js';
import type { TrustOptions } from './download/verify-manifest.js';

/** `publicKey`, `minSequence` and `settings` hold for every source; the others where it is a URL. */
export interface SnapshotOptions extends TrustOptions, DownloadOptions {
  /** What the index is searched with, where the snapshot does not say it: language, stop words, protected words, boosts. */
  readonly settings?: Partial<SearchSettings>;
  /**
   * What is downloaded: the whole index, compressed on its way (the default); or, of a snapshot without answers that the
   * browser has not kept yet, only what each query reads.
   */
  readonly form?: 'index' | 'lazy';
  /** false: searches in this thread. Else a page starts a worker, so that neither opening nor searching keeps it waiting. */
  readonly worker?: boolean;
  /** false: keeps nothing in the browser, and takes nothing that was kept. */
  readonly store?: boolean;
  /** `manual`: what was kept is opened, and `update()` alone asks for a newer one. Else it is asked for in the background. */
  readonly update?: 'background' | 'manual';
  /** Told of the snapshot that is searched from now on: one that `update()` took, or another tab. */
  readonly onUpdate?: (manifest: SnapshotManifest) => void;
  /** Told of what went wrong without ending anything: a full store, damage in it, no network for an update in the background. */
  readonly onProblem?: (problem: AskdexError) => void;
}

/** What a snapshot answers. */
export interface Searchable {
  /**
   * The hits for a question, best first, as the API gives them.
   *
   * Rejects with `query_too_long`, `unknown_parameter`, `invalid_parameter`, `invalid_filter`; after `close` with `index_not_ready`.
   */
  search(q: string, options?: SearchOptions): Promise<SearchResponse>;
  /** Titles that continue what is being typed, best first; `limit` from 0 to 100, 10 where it is left out. */
  suggest(q: string, options?: { readonly limit?: number }): Promise<readonly Suggestion[]>;
  /** null: no document has this key (its url, or its id where it has none). */
  document(key: string): Promise<DocumentView | null>;
  /** The related links of a document, at most `limit` (0 to 100, 10 where it is left out). null: there is no such document. */
  related(key: string, options?: { readonly limit?: number }): Promise<readonly RelatedHit[] | null>;
}

/** One generation, opened for searching. Everything in an answer comes from one generation. */
export interface Snapshot extends Searchable {
  /** Of what is searched now. A generation's where its folder was opened, else the snapshot's own. */
  readonly manifest: Manifest | SnapshotManifest;
  /**
   * Asks the source for a newer snapshot, and goes on with that once it is whole; searches meanwhile are answered by the one before.
   * Whether there was one.
   *
   * Rejects as `openSnapshot` does; what is open stays open.
   */
  update(): Promise<boolean>;
  /**
   * Of a snapshot that is searched lazily alone: opens the whole one, as `openSnapshot` without that form does; once it is
   * there, answers come from it.
   */
  fill?(onProgress?: DownloadOptions['onProgress']): Promise<void>;
  /** Gives the memory back. What is kept in the browser stays. */
  close(): Promise<void>;
}
