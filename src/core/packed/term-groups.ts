import type { Analyzer } from '../analysis/analyzer.js';
import type { ByteReader } from './bytes.js';
import type { PackedIndex } from './packed-index.js';
import { inverseDocumentFrequency } from './score.js';
import type { Vocabulary } from './vocabulary.js';

/** No group: a stop word, punctuation, a word that no document has. */
export const NO_GROUP = -1;
const UNASKED = -2;

/** Words by their stems: a group is named by the number of its first word. */
export class TermGroups {
  /** By word: its group. */
  readonly groups: Uint32Array;
  /** By group: how rare it is. */
  readonly idf: Float32Array;

  constructor({ words, stems, lists, size }: PackedIndex) {
    this.groups = Uint32Array.from({ length: words.size }, (_, word) => word);
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
}

/** The groups of a text's words, read from its tokens; what a token stands for is found out once. */
export class TokenGroups {
  readonly #groups: Int32Array;

  constructor(
    private readonly vocabulary: Vocabulary,
    private readonly index: Pick<PackedIndex, 'words'>,
    private readonly terms: TermGroups,
    private readonly analyzer: Analyzer,
  ) {
    this.#groups = new Int32Array(vocabulary.size).fill(UNASKED);
  }

  /**
   * Reads at most `reach` tokens of a text that is written after their number, and puts the groups of its words into
   * `sink` from `at` on; returns where they end.
   */
  read(reader: ByteReader, reach: number, sink: Int32Array, at: number): number {
    const groups = this.#groups;
    let end = at;
    for (let left = Math.min(reader.varint(), reach); left > 0; left -= 1) {
      const token = reader.varint();
      let group = groups[token] ?? NO_GROUP;
      if (group === UNASKED) group = this.#ask(token);
      if (group !== NO_GROUP) sink[end++] = group;
    }
    return end;
  }

  #ask(token: number): number {
    const [term] = this.analyzer.terms(this.vocabulary.token(token));
    const word = term === undefined || this.analyzer.isStopWord(term) ? -1 : this.index.words.find(term);
    const group = word < 0 ? NO_GROUP : (this.terms.groups[word] ?? NO_GROUP);
    this.#groups[token] = group;
    return group;
  }
}
