// The client's door: what browsers, workers and Node programs import as `askdex/client`.
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
      const { openLazily } = await import('./lazy-snapshot.js');
      return openLazily(url, options, (more) => openSnapshot(url, { ...options, ...more, form: 'index' }));
    }
    return (await openInWorker(url, options)) ?? (await import('./open-remote.js')).openRemote(url, options);
  }
  // Loaded on demand: a browser has no folders.
  const { openFolder } = await import('./open-folder.js');
  return openFolder(url ?? text, options);
}

/** null: a path. Where there is a page or a worker with an address, what looks like a path is relative to it. */
function urlOf(text: string): URL | null {
  const location: unknown = Reflect.get(globalThis, 'location');
  const page =
    typeof location === 'object' && location !== null && 'href' in location ? String(location.href) : undefined;
  if (!SCHEME.test(text) && page === undefined) return null;
  try {
    return new URL(text, page);
  } catch {
    throw wrongSource(text, 'it is no URL');
  }
}

function wrongSource(source: unknown, why: string): AskdexError {
  return new AskdexError('invalid_parameter', `The snapshot's source is ${quoteForMessage(source)}; ${why}.`, {
    parameter: 'source',
    remedy: "Give the URL of a snapshot's manifest or, in Node, the path of a folder.",
  });
}
