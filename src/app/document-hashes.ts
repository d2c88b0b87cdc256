import { createHash } from 'node:crypto';
import type { Document } from '../core/document.js';
import type { DraftFile } from '../core/manifest.js';
import type { StoredGeneration } from '../core/ports.js';

/** The file of a generation that holds a hash for each document, so that the next build can tell what changed. */
export const HASHES_FILE = 'hashes.json';

export type DocumentHashes = ReadonlyMap<string, string>;

export function hashDocuments(documents: readonly Document[]): DocumentHashes {
  return new Map(documents.map((document) => [document.key, hashDocument(document)]));
}

/** Equal documents give equal bytes, whatever their order. */
export function hashesFile(hashes: DocumentHashes): DraftFile {
  const sorted = [...hashes].sort(([a], [b]) => (a < b ? -1 : 1));
  return { name: HASHES_FILE, bytes: new TextEncoder().encode(JSON.stringify(sorted)) };
}

/** Empty where there is no generation, or it has no such file, or it is damaged: everything then counts as added. */
export async function readHashes(generation: StoredGeneration | null): Promise<DocumentHashes> {
  if (generation === null) return new Map();
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(await generation.read(HASHES_FILE)));
    return new Map(Array.isArray(value) ? value.filter(isPair) : []);
  } catch {
    return new Map();
  }
}

export interface Changes {
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  readonly unchanged: number;
}

export function compareHashes(before: DocumentHashes, after: DocumentHashes): Changes {
  let added = 0;
  let unchanged = 0;
  for (const [key, hash] of after) {
    const old = before.get(key);
    if (old === undefined) added += 1;
    else if (old === hash) unchanged += 1;
  }
  const kept = after.size - added;
  return { added, changed: kept - unchanged, removed: before.size - kept, unchanged };
}

// The members one by one: an object's JSON would follow the order in which a parser happened to set them.
function hashDocument(document: Document): string {
  const { key, url, title, answer, keywords, subject, date, language, description, boost } = document;
  const blocks = answer.blocks.map(({ kind, start, end }) => [kind, start, end]);
  const related = document.related.map((link) => [link.title, link.url, link.subject]);
  const head = [key, url, title, keywords, subject, date, language, description, boost];
  const members = JSON.stringify([...head, answer.text, blocks, answer.atoms, related]);
  return createHash('sha256').update(members).digest('base64url').slice(0, 22);
}

function isPair(value: unknown): value is [string, string] {
  return Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === 'string');
}
