import type { Analyzer } from '../analysis/analyzer.js';
import type { ByteReader } from './bytes.js';
import type { PackedIndex } from './packed-index.js';
import { inverseDocumentFrequency } from './score.js';
import type { Vocabulary } from './vocabulary.js';

/** No group: punctuation, a word that no document has. */
export const NO_GROUP = -1;
const UNASKED = -0x8000_0000;

/** A stop word's group is told by a number below `NO_GROUP`; the same turns it back. */
export function asStopWord(group: number): number {
  return NO_GROUP - 1 - group;
}

/**
 * Words by their stems: a group is named by the number of its first word. How rare a group is, is found out when it is first asked:
 * that of all words would mean reading the entry of each before the first answer.
 */
export class TermGroups {
  /** By word: its group. */
  readonly groups: Uint32Array;
  /** By word: the next one of its group, the first again after the last. */
  readonly #next: Uint32Array;
  /** By group: how rare it is; 0 where nobody asked yet. */
  readonly #idf: Float32Array;

  constructor(private readonly index: PackedIndex) {
    const { words, stems } = index;
    const groups = new Uint32Array(words.size);
    for (let word = 0; word < groups.length; word += 1) groups[word] = word;
    const next = groups.slice();
    stems.eachGroup((first, word) => {
      if (first === word || groups[word] !== word) return;
      groups[word] = first;
      next[word] = next[first] ?? first;
      next[first] = word;
    });
    this.groups = groups;
    this.#next = next;
    this.#idf = new Float32Array(words.size);
  }

  /** The group of a term; `NO_GROUP` where no document has it. */
  groupOf(term: string): number {
    const word = this.index.words.find(term);
    return word < 0 ? NO_GROUP : (this.groups[word] ?? NO_GROUP);
  }

  /** How rare a group is. */
  idfOf(group: number): number {
    return this.#idf[group] || this.#rarity(group);
  }

  #rarity(group: number): number {
    const { lists, size } = this.index;
    // The documents of a group's words added up: no less than the group's documents, as where a query counts them.
    let documents = 0;
    let word = group;
    // A damaged list of members may lead elsewhere, never round without end.
    for (let left = this.groups.length; left > 0; left -= 1) {
      lists.eachCount(word, word + 1, (_word, count) => {
        documents += count;
      });
      word = this.#next[word] ?? group;
      if (word === group) break;
    }
    const idf = Math.fround(inverseDocumentFrequency(Math.min(size, documents), size));
    this.#idf[group] = idf;
    return idf;
  }
}

export interface WantedWords {
  /** Tokens at most. */
  readonly reach: number;
  readonly stopWords: boolean;
}

/** The groups of a text's words, read from its tokens; what a token stands for is found out once. */
export class TokenGroups {
  readonly #groups: Int32Array;

  constructor(
    private readonly vocabulary: Vocabulary,
    private readonly terms: TermGroups,
    private readonly analyzer: Analyzer,
  ) {
    this.#groups = new Int32Array(vocabulary.size).fill(UNASKED);
  }

  /**
   * Reads at most `reach` tokens of a text that is written after their number, and puts the groups of its words into
   * `sink` from `at` on, those of stop words as `asStopWord` tells them and only where they are wanted; returns where they
   * end.
   */
  read(reader: ByteReader, sink: Int32Array, at: number, wanted: WantedWords): number {
    const groups = this.#groups;
    const { reach, stopWords } = wanted;
    let end = at;
    for (let left = Math.min(reader.varint(), reach); left > 0; left -= 1) {
      const token = reader.varint();
      let group = groups[token] ?? NO_GROUP;
      if (group === UNASKED) group = this.#ask(token);
      if (group > NO_GROUP || (group < NO_GROUP && stopWords)) sink[end++] = group;
    }
    return end;
  }

  #ask(token: number): number {
    const [term] = this.analyzer.terms(this.vocabulary.token(token));
    const group = term === undefined ? NO_GROUP : this.terms.groupOf(term);
    const told =
      term !== undefined && group !== NO_GROUP && this.analyzer.isStopWord(term) ? asStopWord(group) : group;
    this.#groups[token] = told;
    return told;
  }
}
