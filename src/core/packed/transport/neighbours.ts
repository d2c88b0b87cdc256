import { emptyLists, forwardOf, type FieldLists, type Forward, type ListRange } from './field-lists.js';

/** Neighbours of each document. */
export const NEIGHBOURS = 5;
/** Words that more documents have tell little of what a document is about, and cost the most. */
const MOST = 200;
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
  const kinds = kindsOf(fields.slice(0, 1), documents);
  return { ...nearest(fields.map(known), documents), kinds };
}

/** Compares them once more, by those words of a further field too that at least `from` documents have. */
export function refined(
  { kinds }: Kinship,
  fields: readonly FieldLists[],
  { lists, from }: { readonly lists: FieldLists; readonly from: number },
): Kinship {
  return { ...nearest([...fields.map(known), { lists, from, to: MOST }], kinds.length), kinds };
}

function known(lists: FieldLists): ListRange {
  return { lists, from: 2, to: MOST };
}

/** Sixteen times the binary logarithm of n ≥ 1, between powers of two by a straight line, rounded down. */
function sixteenths(n: number): number {
  const width = 31 - Math.clz32(n);
  return width * 16 + (Math.floor((n * 16) / 2 ** width) - 16);
}

function nearest(ranges: readonly ListRange[], documents: number): Omit<Kinship, 'kinds'> {
  const words = (ranges[0]?.lists.starts.length ?? 1) - 1;
  const forward = forwardOf(ranges, documents);
  const counts = new Uint32Array(words);
  for (const word of forward.words) counts[word] = (counts[word] ?? 0) + 1;
  const worth = counts.map((count) =>
    count === 0 ? 0 : 1 + Math.max(0, sixteenths(documents) - sixteenths(count)),
  );
  const holders = emptyLists(counts);
  /** Where each word's next document goes: those before it are earlier ones. */
  const ends = holders.starts.slice();
  const neighbours = new Int32Array(documents * NEIGHBOURS).fill(-1);
  const nearness = new Uint8Array(documents);
  const sums = new Int32Array(documents);
  const shared = new Int32Array(documents);
  const met = new Int32Array(documents);
  const best: Best = { documents: new Int32Array(NEIGHBOURS), scores: new Float64Array(NEIGHBOURS) };
  for (let document = 0; document < documents; document += 1) {
    const end = forward.starts[document + 1] ?? 0;
    let sum = 0;
    let some = 0;
    for (let at = forward.starts[document] ?? 0; at < end; at += 1) {
      const word = forward.words[at] ?? 0;
      const value = worth[word] ?? 0;
      sum += value;
      const last = ends[word] ?? 0;
      for (let place = holders.starts[word] ?? 0; place < last; place += 1) {
        const other = holders.documents[place] ?? 0;
        const before = shared[other] ?? 0;
        if (before === 0) met[some++] = other;
        shared[other] = before + value;
      }
      holders.documents[last] = document;
      ends[word] = last + 1;
    }
    // A word of two fields has met the document itself.
    shared[document] = 0;
    sums[document] = sum;
    best.scores.fill(0);
    best.documents.fill(-1);
    for (let at = 0; at < some; at += 1) {
      const other = met[at] ?? 0;
      const both = shared[other] ?? 0;
      shared[other] = 0;
      const score = both / (sum + (sums[other] ?? 0) - both + 1);
      if (score > (best.scores[NEIGHBOURS - 1] ?? 0)) insert(best, other, score);
    }
    neighbours.set(best.documents, document * NEIGHBOURS);
    const score = best.scores[0] ?? 0;
    nearness[document] = score <= 0 ? 0 : score < 0.3 ? 1 : score < 0.7 ? 2 : 3;
  }
  return { neighbours, nearness, followers: followersOf(neighbours, documents) };
}

interface Best {
  readonly documents: Int32Array;
  readonly scores: Float64Array;
}

/** Takes in a document that is better than the last of the best, after those as good as it. */
function insert({ documents, scores }: Best, document: number, score: number): void {
  let place = NEIGHBOURS - 1;
  for (; place > 0 && (scores[place - 1] ?? 0) < score; place -= 1) {
    scores[place] = scores[place - 1] ?? 0;
    documents[place] = documents[place - 1] ?? -1;
  }
  scores[place] = score;
  documents[place] = document;
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
  const from = Math.max(2, Math.floor(documents / 100));
  const forward = forwardOf(
    titles.map((lists) => ({ lists, from, to: documents })),
    documents,
  );
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
