import { createHash } from 'node:crypto';
import type { GatheredDocument } from './readings.js';

/** Documents that belong together, and the name of what is built from them. */
export interface SegmentPlan {
  /** Hexadecimal: equal documents under the same writer have the same name. */
  readonly name: string;
  readonly documents: readonly GatheredDocument[];
}

/** Documents of one segment, about: few enough that one is soon built again, enough that there are not too many. */
const SEGMENT_SIZE = 256;
const MOST_SEGMENTS = 1024;

/**
 * Splits documents into segments by a hash of their keys. What is merged from them does not depend on how they were split:
 * the number only decides how much is built again after a change, and it moves only when the documents double or halve.
 */
export function planSegments(documents: readonly GatheredDocument[], writerId: string): SegmentPlan[] {
  const count = Math.min(
    MOST_SEGMENTS,
    2 ** Math.ceil(Math.log2(Math.max(1, documents.length / SEGMENT_SIZE))),
  );
  const groups = Array.from({ length: count }, (): GatheredDocument[] => []);
  for (const document of documents) groups[hashKey(document.key) % count]?.push(document);
  return groups.filter((group) => group.length > 0).map((group) => planOf(group, writerId));
}

function planOf(documents: GatheredDocument[], writerId: string): SegmentPlan {
  documents.sort((a, b) => (a.key < b.key ? -1 : 1));
  const hash = createHash('sha256').update(writerId);
  for (const { key, hash: content } of documents) hash.update(`\n${key}\n${content}`);
  return { name: hash.digest('hex').slice(0, 40), documents };
}

/** FNV-1a, 32 bits, with its high bits folded in: keys that differ in their last letters alone spread well. */
function hashKey(key: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < key.length; at += 1) hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}

/** Names a whole build before it is made: its segments, in any order, the writer and how subjects are spelled. */
export function buildName(
  plans: readonly SegmentPlan[],
  writerId: string,
  spellings: ReadonlyMap<string, string>,
): string {
  const hash = createHash('sha256').update(writerId);
  for (const name of plans.map((plan) => plan.name).sort()) hash.update(`\n${name}`);
  for (const spelling of [...spellings.values()].sort()) hash.update(`\n${JSON.stringify(spelling)}`);
  return hash.digest('hex');
}
