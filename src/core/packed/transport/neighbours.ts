import { forwardOf, type FieldLists, type Forward } from './field-lists.js';

/** Neighbours of each document. */
export const NEIGHBOURS = 3;
/** Words that more documents have tell little of what a document is about, and cost the most. */
const MOST = 400;
/** Kinds of documents that are told apart, with 0 for all others. */
const KINDS = 64;

/** What is known of documents before their answers are. Writer and reader find the same: only exact arithmetic decides. */
export interface Kinship {
  /** At `document * NEIGHBOURS + n`: an earlier document about the same, the nearest first; -1 where there is none. */
  readonly neighbours: Int32Array;
  /** How near the nearest is, 0 to 3. */
  readonly nearness: Uint8Array;
  /** Later documents that have a document among their neighbours, as `Forward` has words. */
  readonly followers: Forward;
  /** Documents with the same frequent words in their titles are of one kind, 0 to 63. */
  readonly kinds: Uint8Array;
}

/** Compares documents by the words of `fields` (rare ones count more); the first field is the one that makes kinds. */
export function kinshipOf(fields: readonly FieldLists[], documents: number): Kinship {
  const { neighbours, nearness } = nearest(fields, documents);
  return {
    neighbours,
    nearness,
    followers: followersOf(neighbours, documents),
    kinds: kindsOf(fields.slice(0, 1), documents),
  };
}

/** Sixteen times the binary logarithm of n ≥ 1, between powers of two by a straight line, rounded down. */
function sixteenths(n: number): number {
  const width = 31 - Math.clz32(n);
  return width * 16 + (Math.floor((n * 16) / 2 ** width) - 16);
}

function nearest(fields: readonly FieldLists[], documents: number): Pick<Kinship, 'neighbours' | 'nearness'> {
  const words = (fields[0]?.starts.length ?? 1) - 1;
  const forward = forwardOf(fields, documents, { from: 2, to: MOST });
  const counts = new Uint32Array(words);
  for (const word of forward.words) counts[word] = (counts[word] ?? 0) + 1;
  const worth = counts.map((count) =>
    count === 0 ? 0 : 1 + Math.max(0, sixteenths(documents) - sixteenths(count)),
  );
  const holders = emptyHolders(counts);
  const neighbours = new Int32Array(documents * NEIGHBOURS).fill(-1);
  const nearness = new Uint8Array(documents);
  const sums = new Float64Array(documents);
  const shared = new Uint32Array(documents);
  const best: { document: number; score: number }[] = [];
  for (let document = 0; document < documents; document += 1) {
    const met: number[] = [];
    const end = forward.starts[document + 1] ?? 0;
    for (let at = forward.starts[document] ?? 0; at < end; at += 1) {
      const word = forward.words[at] ?? 0;
      const value = worth[word] ?? 0;
      sums[document] = (sums[document] ?? 0) + value;
      const first = holders.starts[word] ?? 0;
      const used = holders.used[word] ?? 0;
      for (let place = first; place < first + used; place += 1) {
        const other = holders.documents[place] ?? 0;
        if (other === document) continue;
        if (shared[other] === 0) met.push(other);
        shared[other] = (shared[other] ?? 0) + value;
      }
      holders.documents[first + used] = document;
      holders.used[word] = used + 1;
    }
    best.length = 0;
    for (const other of met) {
      const both = shared[other] ?? 0;
      shared[other] = 0;
      insert(best, other, both / ((sums[document] ?? 0) + (sums[other] ?? 0) - both + 1));
    }
    for (const [rank, { document: other }] of best.entries())
      neighbours[document * NEIGHBOURS + rank] = other;
    const score = best[0]?.score ?? 0;
    nearness[document] = score <= 0 ? 0 : score < 0.3 ? 1 : score < 0.7 ? 2 : 3;
  }
  return { neighbours, nearness };
}

interface Holders {
  readonly starts: Uint32Array;
  readonly used: Uint32Array;
  readonly documents: Uint32Array;
}

function emptyHolders(counts: Uint32Array): Holders {
  const starts = new Uint32Array(counts.length + 1);
  for (let word = 0; word < counts.length; word += 1)
    starts[word + 1] = (starts[word] ?? 0) + (counts[word] ?? 0);
  return {
    starts,
    used: new Uint32Array(counts.length),
    documents: new Uint32Array(starts[counts.length] ?? 0),
  };
}

/** Keeps the best few, best first; of equal ones those that were met first. */
function insert(best: { document: number; score: number }[], document: number, score: number): void {
  const last = best[best.length - 1];
  if (best.length === NEIGHBOURS && last !== undefined && score <= last.score) return;
  let place = best.length;
  while (place > 0 && (best[place - 1]?.score ?? 0) < score) place -= 1;
  best.splice(place, 0, { document, score });
  if (best.length > NEIGHBOURS) best.pop();
}

function followersOf(neighbours: Int32Array, documents: number): Forward {
  const starts = new Uint32Array(documents + 1);
  for (const other of neighbours) if (other >= 0) starts[other + 1] = (starts[other + 1] ?? 0) + 1;
  for (let document = 0; document < documents; document += 1) {
    starts[document + 1] = (starts[document + 1] ?? 0) + (starts[document] ?? 0);
  }
  const next = starts.slice();
  const words = new Uint32Array(starts[documents] ?? 0);
  for (const [place, other] of neighbours.entries()) {
    if (other < 0) continue;
    const at = next[other] ?? 0;
    words[at] = Math.floor(place / NEIGHBOURS);
    next[other] = at + 1;
  }
  return { starts, words };
}

function kindsOf(titles: readonly FieldLists[], documents: number): Uint8Array {
  const forward = forwardOf(titles, documents, {
    from: Math.max(2, Math.floor(documents / 100)),
    to: documents,
  });
  const counts = new Map<string, number>();
  const names: string[] = [];
  for (let document = 0; document < documents; document += 1) {
    const name = forward.words.subarray(forward.starts[document], forward.starts[document + 1]).join(' ');
    names.push(name);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const order = [...counts.keys()].sort(
    (a, b) => (counts.get(b) ?? 0) - (counts.get(a) ?? 0) || (a < b ? -1 : 1),
  );
  const numbers = new Map(order.slice(0, KINDS - 1).map((name, at) => [name, at + 1]));
  return Uint8Array.from(names, (name) => numbers.get(name) ?? 0);
}
