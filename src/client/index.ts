// The client's door: what browsers, workers and Node programs import as `askdex/client`.
import { AskdexError, shown } from '../core/errors.js';
import type { DocumentView, SearchAnswer, Suggestion } from '../core/hit.js';
import type { Manifest } from '../core/manifest.js';
import type { SearchSettings } from '../core/settings.js';
import type { SearchOptions } from './search-options.js';

export { AskdexError, ERROR_CODES, type ErrorCode } from '../core/errors.js';
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
export type { SearchOptions } from './search-options.js';

export interface SnapshotOptions {
  /** What the index was built with, where it is not the default: language, stop words, protected words, boosts. */
  readonly settings?: Partial<SearchSettings>;
}

/** One generation, opened for searching. Everything in its answers comes from that generation. */
export interface Snapshot {
  readonly manifest: Manifest;
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
  /** Gives the memory back. */
  close(): Promise<void>;
}

const SCHEME = /^([a-z][a-z0-9+.-]+):\/\//i;

/**
 * Opens a generation for searching in this process. `source` is a generation's folder (one of those in `generations/` of
 * an index folder), as a path or a `file:` URL. Every byte that is read is checked against the manifest.
 *
 * Rejects with `invalid_parameter` (no such kind of source), `generation_not_found` (no manifest there), `index_unreadable`,
 * `index_damaged` (also where it was built with another analyzer).
 */
export async function openSnapshot(source: string | URL, options: SnapshotOptions = {}): Promise<Snapshot> {
  const text: unknown = source instanceof URL ? source.href : source;
  if (typeof text !== 'string' || text === '') throw wrongSource(text, 'it is neither a folder nor a URL');
  const scheme = SCHEME.exec(text)?.[1]?.toLowerCase();
  if (scheme !== undefined && scheme !== 'file')
    throw wrongSource(text, 'opening a snapshot from a URL is not supported yet');
  // Loaded on demand: a browser has no folders.
  const { openFolder } = await import('./node.js');
  return openFolder(scheme === 'file' ? new URL(text) : text, options.settings ?? {});
}

function wrongSource(source: unknown, why: string): AskdexError {
  return new AskdexError('invalid_parameter', `The snapshot's source is ${shown(source)}; ${why}.`, {
    parameter: 'source',
    remedy: "Give the path of a generation's folder.",
  });
}
