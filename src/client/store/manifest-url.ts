import { SNAPSHOT_MANIFEST } from '../../core/model/snapshot-manifest.js';

/** A folder's manifest lies in it. */
export function manifestUrl(url: URL): URL {
  return url.pathname.endsWith('/') ? new URL(SNAPSHOT_MANIFEST, url) : url;
}
