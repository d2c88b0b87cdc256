/** The postings of one field: those of word `w` are from `starts[w]` to `starts[w + 1]`, documents ascending. */
export interface FieldLists {
  readonly starts: Uint32Array;
  readonly documents: Uint32Array;
  /** From 1. */
  readonly frequencies: Uint16Array;
}

/** Lists with room for as many postings as each word has documents. */
export function emptyLists(counts: ArrayLike<number>): FieldLists {
  const starts = new Uint32Array(counts.length + 1);
  for (let word = 0; word < counts.length; word += 1)
    starts[word + 1] = (starts[word] ?? 0) + (counts[word] ?? 0);
  const size = starts[counts.length] ?? 0;
  return { starts, documents: new Uint32Array(size), frequencies: new Uint16Array(size) };
}

/** The same by document: the words of document `d` are from `starts[d]` to `starts[d + 1]`. */
export interface Forward {
  readonly starts: Uint32Array;
  readonly words: Uint32Array;
}

/** Lists of a field, of which those count that at least `from` and at most `to` documents are in. */
export interface ListRange {
  readonly lists: FieldLists;
  readonly from: number;
  readonly to: number;
}

/** Turns lists around: of each document the words of its lists. */
export function forwardOf(ranges: readonly ListRange[], documents: number): Forward {
  const starts = new Uint32Array(documents + 1);
  const each = (visit: (document: number, word: number) => void): void => {
    for (const { lists, from, to } of ranges) {
      for (let word = 0; word + 1 < lists.starts.length; word += 1) {
        const start = lists.starts[word] ?? 0;
        const end = lists.starts[word + 1] ?? 0;
        if (end - start < from || end - start > to) continue;
        for (let at = start; at < end; at += 1) visit(lists.documents[at] ?? 0, word);
      }
    }
  };
  each((document) => {
    starts[document + 1] = (starts[document + 1] ?? 0) + 1;
  });
  for (let document = 0; document < documents; document += 1) {
    starts[document + 1] = (starts[document + 1] ?? 0) + (starts[document] ?? 0);
  }
  const next = starts.slice();
  const words = new Uint32Array(starts[documents] ?? 0);
  each((document, word) => {
    const at = next[document] ?? 0;
    words[at] = word;
    next[document] = at + 1;
  });
  return { starts, words };
}
