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

/** Words by their stems: a group is named by the number of its first word. */
export class TermGroups {
  /** By word: its group. */
  readonly groups: Uint32Array;
  /** By group: how rare it is. */
  readonly idf: Float32Array;

  constructor(private readonly index: PackedIndex) {
    const { words, stems, lists, size } = index;
    this.groups = new Uint32Array(words.size);
    for (let word = 0; word < words.size; word += 1) this.groups[word] = word;
    stems.eachGroup((first, word) => {
      this.groups[word] = first;
    });
    // The documents of a group's words added up: no less than the group's documents, as where a query counts them.
    this.idf = new Float32Array(words.size);
    lists.eachCount(0, words.size, (word, documents) => {
      const group = this.groups[word] ?? word;
      this.idf[group] = (this.idf[group] ?? 0) + documents;
    });
    for (let group = 0; group < words.size; group += 1)
      this.idf[group] = inverseDocumentFrequency(Math.min(size, this.idf[group] ?? 0), size);
  }

  /** The group of a term; `NO_GROUP` where no document has it. */
  groupOf(term: string): number {
    const word = this.index.words.find(term);
    return word < 0 ? NO_GROUP : (this.groups[word] ?? NO_GROUP);
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
