// The client's door: what browsers, workers and Node programs import as `askdex/client`.
import { AskdexError, shown } from '../core/errors.js';
import type { DocumentView, RelatedHit, SearchAnswer, Suggestion } from '../core/hit.js';
import type { Manifest } from '../core/manifest.js';
import type { SearchSettings } from '../core/settings.js';
import type { SnapshotManifest } from '../core/snapshot.js';
import type { DownloadOptions } from './download.js';
import type { SearchOptions } from './search-options.js';
import type { Trust } from './trust.js';
import { openInWorker } from './worker-door.js';

export { AskdexError, type ErrorCode } from '../core/errors.js';
export type {
  DocumentView,
  Facets,
  Hit,
  RelatedHit,
  SearchAnswer,
  Snippet,
  Suggestion,
} from '../core/hit.js';
export type { Manifest } from '../core/manifest.js';
export type { SnapshotManifest, TextMode } from '../core/snapshot.js';
export type { Progress } from './download.js';
export type { LazySnapshot } from './lazy.js';
export type { SearchOptions } from './search-options.js';

/** `publicKey`, `minSequence` and `settings` hold for every source; the others where it is a URL. */
export interface SnapshotOptions extends Trust, DownloadOptions {
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
  search(q: string, options?: SearchOptions): Promise<SearchAnswer>;
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

const SCHEME = /^([a-z][a-z0-9+.-]+):\/\//i;

/**
 * Opens a generation for searching in this process. `source` is one of
 *
 * - a URL (`http:`, `https:`; in a browser also a relative one): that of a manifest, such as `/v1/snapshots/latest?text=none` of a server,
 *   or, with a slash at its end, of a folder that `askdex snapshot export` wrote;
 * - in Node a folder, as a path or a `file:` URL: such an export, or a generation (one of those in `generations/` of an index folder).
 *
 * Every byte that is read is checked against the manifest. From a URL, a browser keeps the snapshot and opens what it kept at the next
 * visit, with a network or without.
 *
 * Rejects with `invalid_parameter` (no such kind of source, no such key), `generation_not_found` (no manifest in the folder),
 * `index_unreadable`, `index_damaged` (also where it was built with another analyzer), `snapshot_untrusted` (signature, sequence),
 * `snapshot_unreachable`, `snapshot_not_ready` (the server still makes it).
 */
export async function openSnapshot(source: string | URL, options: SnapshotOptions = {}): Promise<Snapshot> {
  const text: unknown = source instanceof URL ? source.href : source;
  if (typeof text !== 'string' || text === '') throw wrongSource(text, 'it is neither a folder nor a URL');
  const url = urlOf(text);
  if (url !== null && url.protocol !== 'file:') {
    if (url.protocol !== 'https:' && url.protocol !== 'http:')
      throw wrongSource(text, 'only http, https and file are known');
    if (options.form === 'lazy') {
      const { openLazily } = await import('./lazy.js');
      return openLazily(url, options, (more) => openSnapshot(url, { ...options, ...more, form: 'index' }));
    }
    return (await openInWorker(url, options)) ?? (await import('./remote.js')).openRemote(url, options);
  }
  // Loaded on demand: a browser has no folders.
  const { openFolder } = await import('./node.js');
  return openFolder(url ?? text, options);
}

/** null: a path. Where there is a page or a worker with an address, what looks like a path is relative to it. */
function urlOf(text: string): URL | null {
  const location: unknown = Reflect.get(globalThis, 'location');
  const page =
    typeof location === 'object' && location !== null && 'href' in location
      ? String(location.href)
      : undefined;
  if (!SCHEME.test(text) && page === undefined) return null;
  try {
    return new URL(text, page);
  } catch {
    throw wrongSource(text, 'it is no URL');
  }
}

function wrongSource(source: unknown, why: string): AskdexError {
  return new AskdexError('invalid_parameter', `The snapshot's source is ${shown(source)}; ${why}.`, {
    parameter: 'source',
    remedy: "Give the URL of a snapshot's manifest or, in Node, the path of a folder.",
  });
}
