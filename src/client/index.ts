// The public module `askdex/client`, for browsers, workers and Node programs.
import { AskdexError, quoteForMessage } from '../core/errors.js';
import type { Snapshot, SnapshotOptions } from './types.js';
import { openInWorker } from './open-in-worker.js';

export { AskdexError, type ErrorCode } from '../core/errors.js';
export type {
  DocumentView,
  Facets,
  Hit,
  RelatedHit,
  SearchResponse as SearchAnswer,
  Snippet,
  Suggestion,
} from '../core/model/search-response.js';
export type { Manifest } from '../core/model/generation-manifest.js';
export type { SnapshotManifest, TextMode } from '../core/model/snapshot-manifest.js';
export type { DownloadProgress as Progress } from './download/snapshot-source.js';
export type { LazySnapshot } from './lazy-snapshot.js';
export type { SearchOptions } from './search-options.js';
export type { Searchable, Snapshot, SnapshotOptions } from './types.js';

const SCHEME = /^([a-z][a-z0-9+.-]+):\/\//i;

/**
 * Opens a snapshot or a generation for searching in this process. `source` is one of
 *
 * - a URL (`http:`, `https:`; in a browser also a relative one) of a manifest, for example
 *   `/v1/snapshots/latest?text=none` of a server, or, with a slash at its end, of a folder that `askdex snapshot
 * export`
 *   wrote;
 * - in Node a folder, as a path or a `file:` URL: an export, or a generation (in `generations/` of an index folder).
 *
 * Every byte is verified against the manifest. A browser stores a snapshot from a URL and opens the stored one at the
 * next visit, with or without a network.
 *
 * @throws {AskdexError} invalid_parameter: the source or the key is invalid
 * @throws {AskdexError} generation_not_found: the folder has no manifest
 * @throws {AskdexError} index_unreadable: the folder cannot be read
 * @throws {AskdexError} index_damaged: a file does not match the manifest, or the analyzer is another one
 * @throws {AskdexError} snapshot_untrusted: the signature or the sequence is wrong
 * @throws {AskdexError} snapshot_unreachable, snapshot_not_ready: the server is still building it
 */
export async function openSnapshot(source: string | URL, options: SnapshotOptions = {}): Promise<Snapshot> {
  const text: unknown = source instanceof URL ? source.href : source;
  if (typeof text !== 'string' || text === '') throw wrongSource(text, 'it is neither a folder nor a URL');
  const url = urlOf(text);
  if (url !== null && url.protocol !== 'file:') {
    if (url.protocol !== 'https:' && url.protocol !== 'http:')
      throw wrongSource(text, 'only http, https and file are supported');
    if (options.form === 'lazy') {
      const { openLazily } = await import('./lazy-snapshot.js');
      return openLazily(url, options, (more) => openSnapshot(url, { ...options, ...more, form: 'index' }));
    }
    return (await openInWorker(url, options)) ?? (await import('./open-remote.js')).openRemote(url, options);
  }
  // Loaded on demand, since a browser has no folders.
  const { openFolder } = await import('./open-folder.js');
  return openFolder(url ?? text, options);
}

/** Returns null for a path in Node. In a page or a worker, a relative URL is resolved against its address. */
function urlOf(text: string): URL | null {
  const location: unknown = Reflect.get(globalThis, 'location');
  const page =
    typeof location === 'object' && location !== null && 'href' in location ? String(location.href) : undefined;
  if (!SCHEME.test(text) && page === undefined) return null;
  try {
    return new URL(text, page);
  } catch {
    throw wrongSource(text, 'it is not a URL');
  }
}

function wrongSource(source: unknown, why: string): AskdexError {
  return new AskdexError('invalid_parameter', `The snapshot's source is ${quoteForMessage(source)}; ${why}.`, {
    parameter: 'source',
    remedy: "Give the URL of a snapshot's manifest or, in Node, the path of a folder.",
  });
}
