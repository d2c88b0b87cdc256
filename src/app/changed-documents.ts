import type { ChangedPlace } from '../core/packed/patch/patch.js';
import type { SegmentPlace } from '../core/packed/patch/segment-document.js';
import type { Reading } from '../core/ports.js';
import type { Gathered, GatheredDocument } from './readings.js';
import type { Shelved } from './segments.js';

/** A document that says something else than before. */
export interface ChangedDocument {
  readonly key: string;
  /** What `hashDocument` gave and gives. */
  readonly before: string;
  readonly after: string;
}

/** What changed between two readings of the same files with the same documents; null: they are others. */
export function changedDocuments(
  before: readonly Reading[],
  after: readonly Reading[],
  { documents }: Gathered,
): ChangedDocument[] | null {
  if (before.length !== after.length) return null;
  const changed = new Map<string, ChangedDocument & Pick<GatheredDocument, 'path' | 'line'>>();
  for (const [at, now] of after.entries()) {
    const then = before[at];
    if (then === now) continue;
    if (then?.path !== now.path || then.documents.length !== now.documents.length) return null;
    for (const [place, { key, hash, line }] of now.documents.entries()) {
      const old = then.documents[place];
      if (old?.key !== key) return null;
      if (old.hash === hash) continue;
      // Two documents with one key: which of them counts is too much to follow here.
      if (changed.has(key)) return null;
      changed.set(key, { key, before: old.hash, after: hash, path: now.path, line });
    }
  }
  if (changed.size === 0) return [];
  // Of several documents with one key the first alone is in the index.
  return documents.flatMap(({ key, hash, path, line }) => {
    const one = changed.get(key);
    return one?.path === path && one.line === line && one.after === hash ? [one] : [];
  });
}

/** Where the segments hold both forms of each document; null: one is not held any more. */
export function placesOf(
  changed: readonly ChangedDocument[],
  shelved: readonly Shelved[],
): ChangedPlace[] | null {
  const places: ChangedPlace[] = [];
  for (const { key, before, after } of changed) {
    const place = { before: placeOf(key, before, shelved), after: placeOf(key, after, shelved) };
    if (place.before === null || place.after === null) return null;
    places.push({ before: place.before, after: place.after });
  }
  return places;
}

function placeOf(key: string, hash: string, shelved: readonly Shelved[]): SegmentPlace | null {
  for (const { bytes, keys, hashes } of shelved) {
    const at = keys.indexOf(key);
    if (at >= 0 && hashes[at] === hash) return { bytes, key };
  }
  return null;
}
