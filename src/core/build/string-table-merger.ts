import type { ByteReader } from '../index/format/byte-buffer.js';
import { orderVocabulary } from './vocabulary-order.js';
import { StringInterner, orderByRank, orderByText, SortedStrings } from './string-interner.js';
import { readExtraStemKeys } from './segment-words.js';

/** The strings of one table over all segments, in their final order. */
export interface MergedTable {
  readonly texts: SortedStrings;
}

/** A table with the maps from each segment's numbers to the final numbers. */
export interface RankedStrings extends MergedTable {
  readonly maps: readonly Uint32Array[];
  /** Maps an interner number to the final number. */
  readonly newOrdinals: Uint32Array;
  /** Maps a final number to the interner number. */
  readonly oldOrdinals: Uint32Array;
}

/** Orders the strings with a positive count by text or, if `byFrequency`, by descending count and then by text. */
export function rankStrings(
  interner: StringInterner,
  counts: ArrayLike<number>,
  byFrequency: boolean,
): Omit<RankedStrings, 'maps'> {
  let alive = 0;
  const numbers = new Uint32Array(interner.size);
  for (let number = 0; number < interner.size; number += 1) if ((counts[number] ?? 0) > 0) numbers[alive++] = number;
  const sorted = orderByText(interner, numbers.subarray(0, alive));
  const order = byFrequency ? orderByRank(sorted, counts) : sorted;
  return {
    texts: new SortedStrings(interner, order),
    oldOrdinals: order,
    newOrdinals: placesOf(interner, order),
  };
}

/**
 * Orders tokens as `orderVocabulary` numbers them and encodes their vocabulary. `words`: the number of each word of the
 * index.
 */
export function tokenRanking(
  interner: StringInterner,
  counts: ArrayLike<number>,
  words: ReadonlyMap<string, number>,
): Omit<RankedStrings, 'maps'> & { readonly vocabulary: Uint8Array } {
  const { texts, oldOrdinals: byFrequency } = rankStrings(interner, counts, true);
  const { bytes, order: places } = orderVocabulary(texts.texts(), words);
  const order = places.map((place) => byFrequency[place] ?? 0);
  return {
    texts: new SortedStrings(interner, order),
    oldOrdinals: order,
    newOrdinals: placesOf(interner, order),
    vocabulary: bytes,
  };
}

/** The position of each string in an order. */
function placesOf(interner: StringInterner, order: Uint32Array): Uint32Array {
  const final = new Uint32Array(interner.size);
  for (let place = 0; place < order.length; place += 1) final[order[place] ?? 0] = place;
  return final;
}

/** By word: its extra stem keys, each with the number of documents that contribute it. */
export type CountedKeys = ReadonlyMap<number, ReadonlyMap<string, number>>;

/** Properties of words by their final numbers. */
interface RankedWords {
  readonly stems: string[];
  readonly otherKeys: CountedKeys;
  readonly documentCounts: Uint32Array;
}

/** Collects the words of all segments with their stems and their document counts in each field. */
export class WordCollector {
  readonly #interner = new StringInterner(1 << 15);
  readonly #stems: string[] = [];
  readonly #otherKeys = new Map<number, Map<string, number>>();
  readonly #counts: number[] = [];
  readonly #maps: Uint32Array[] = [];

  /**
   * Reads the words of a segment. `live` marks its live documents, `dead` holds the counts to subtract for the others.
   */
  read(reader: ByteReader, dead: ReadonlyMap<number, number>, live: Uint8Array | null): void {
    const map = new Uint32Array(reader.varint());
    for (let number = 0; number < map.length; number += 1) {
      const length = reader.varint();
      const before = this.#interner.size;
      const word = this.#interner.intern(reader.bytes, reader.position, reader.position + length);
      reader.position += length;
      map[number] = word;
      if (this.#interner.size > before) {
        this.#stems.push(reader.text());
        this.#counts.push(0, 0, 0);
      } else {
        const stem = reader.varint();
        reader.position += stem;
      }
      readExtraStemKeys(reader, live, (key, documents) => this.#addKey(word, key, documents));
      for (let field = 0; field < 3; field += 1) {
        this.#counts[word * 3 + field] =
          (this.#counts[word * 3 + field] ?? 0) + reader.varint() - (dead.get(number * 3 + field) ?? 0);
      }
    }
    this.#maps.push(map);
  }

  #addKey(word: number, key: string, documents: number): void {
    const keys = this.#otherKeys.get(word) ?? new Map<string, number>();
    this.#otherKeys.set(word, keys.set(key, (keys.get(key) ?? 0) + documents));
  }

  sorted(): RankedStrings & RankedWords {
    const counts = this.#counts;
    const alive = Uint32Array.from(
      { length: this.#interner.size },
      (_, word) => (counts[word * 3] ?? 0) + (counts[word * 3 + 1] ?? 0) + (counts[word * 3 + 2] ?? 0),
    );
    const ranked = rankStrings(this.#interner, alive, false);
    const documentCounts = new Uint32Array(ranked.oldOrdinals.length * 3);
    for (const [place, word] of ranked.oldOrdinals.entries()) {
      for (let field = 0; field < 3; field += 1) documentCounts[place * 3 + field] = counts[word * 3 + field] ?? 0;
    }
    return {
      ...ranked,
      stems: Array.from(ranked.oldOrdinals, (word) => this.#stems[word] ?? ''),
      otherKeys: new Map([...this.#otherKeys].map(([word, keys]) => [ranked.newOrdinals[word] ?? 0, keys])),
      documentCounts,
      maps: this.#maps,
    };
  }
}
