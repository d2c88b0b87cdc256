import { hash as hashOnce } from 'node:crypto';
import type { OutputFile } from '../../core/model/generation-manifest.js';
import type { StoredGeneration } from '../../core/model/ports.js';

/** A generation's file from which the next build counts the changes: 16 bytes per document. */
const HASHES_FILE = 'documents.hashes';
const KEY_BYTES = 8;
const ENTRY_BYTES = 16;

/** Hash of a document's key → hash of its content, each as 16 hexadecimal digits. */
export type DocumentHashes = ReadonlyMap<string, string>;

export function documentHashes(documents: readonly { readonly key: string; readonly hash: string }[]): DocumentHashes {
  return new Map(documents.map(({ key, hash }) => [shortHash(key), shortHash(hash)]));
}

function shortHash(text: string): string {
  return hashOnce('sha256', text, 'hex').slice(0, KEY_BYTES * 2);
}

/** Writes eight bytes of each hash, in ascending order, so that the order of the documents does not matter. */
export function writeHashesFile(hashes: DocumentHashes): OutputFile {
  const sorted = [...hashes].map(([key, hash]) => key + hash).sort();
  return { name: HASHES_FILE, bytes: Uint8Array.from(Buffer.from(sorted.join(''), 'hex')) };
}

/** Returns no hashes if the generation or its file is missing or damaged. Every document then counts as added. */
export async function readHashes(generation: StoredGeneration | null): Promise<DocumentHashes> {
  if (generation === null) return new Map();
  try {
    const hex = Buffer.from(await generation.read(HASHES_FILE)).toString('hex');
    const hashes = new Map<string, string>();
    for (let at = 0; at + ENTRY_BYTES * 2 <= hex.length; at += ENTRY_BYTES * 2) {
      hashes.set(hex.slice(at, at + KEY_BYTES * 2), hex.slice(at + KEY_BYTES * 2, at + ENTRY_BYTES * 2));
    }
    return hashes;
  } catch {
    return new Map();
  }
}

export interface ChangeCounts {
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  readonly unchanged: number;
}

export function compareHashes(before: DocumentHashes, after: DocumentHashes): ChangeCounts {
  let added = 0;
  let unchanged = 0;
  for (const [key, hash] of after) {
    const old = before.get(key);
    if (old === undefined) added += 1;
    else if (old === hash) unchanged += 1;
  }
  const common = after.size - added;
  return { added, changed: common - unchanged, removed: before.size - common, unchanged };
}
