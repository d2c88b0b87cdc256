import type { Analyzer } from '../../analysis/analyzer.js';
import { tokenize } from '../../analysis/tokenizer.js';
import type { ByteReader } from '../../index/format/byte-buffer.js';
import type { PackedIndex } from '../../index/index-reader.js';
import type { StemChains } from '../../index/terms/stem-groups.js';
import { inverseDocumentFrequency } from '../scoring/bm25.js';
import { PREFIX_MASK, COMPLEX_TOKEN, WORD_TOKEN } from '../../index/documents/token-attributes.js';
import type { Vocabulary } from '../../index/documents/token-vocabulary.js';

/** No group: punctuation, a word that no document has. */
export const NO_GROUP = -1;
/** What a token's group is kept with, by exclusive or: 0 is then one that was not asked yet. */
const RESOLVED = -0x8000_0000;

/** A stop word's group is told by a number below `NO_GROUP`; the same turns it back. */
export function encodeStopWord(group: number): number {
  return NO_GROUP - 1 - group;
}

/**
 * Words by their stems: a group is named by the number of its first word. How rare a group is, is found out when it is first asked:
 * that of all words would mean reading the entry of each before the first answer.
 */
export class StemGroupStats {
  readonly #chains: StemChains;
  /** By group: how rare it is; 0 where nobody asked yet. */
  readonly #idf: Float32Array;

  constructor(private readonly index: PackedIndex) {
    this.#chains = index.stems.chains();
    this.#idf = new Float32Array(index.words.size);
  }

  /** Groups are numbers below this. */
  get size(): number {
    return this.#idf.length;
  }

  /** The group of a word. */
  groupOfWord(word: number): number {
    return (this.#chains.firsts[word] || word + 1) - 1;
  }

  /** The group of a term; `NO_GROUP` where no document has it. */
  groupOf(term: string): number {
    const word = this.index.words.find(term);
    return word < 0 ? NO_GROUP : this.groupOfWord(word);
  }

  /** How rare a group is. */
  idf(group: number): number {
    return this.#idf[group] || this.#computeIdf(group);
  }

  #computeIdf(group: number): number {
    const { lists, size } = this.index;
    // The documents of a group's words added up: no less than the group's documents, as where a query counts them.
    let documents = 0;
    let next = group + 1;
    // A damaged chain may lead round in a circle.
    for (let left = this.size; left > 0 && next > 0; left -= 1) {
      const word = next - 1;
      lists.eachCount(word, next, (_word, count) => {
        documents += count;
      });
      next = this.#chains.next[word] ?? 0;
    }
    const idf = Math.fround(inverseDocumentFrequency(Math.min(size, documents), size));
    this.#idf[group] = idf;
    return idf;
  }
}

export interface RequestedWords {
  /** Tokens at most. */
  readonly maxBytes: number;
  readonly stopWords: boolean;
}

/** The groups of a text's words, read from its tokens; what a token stands for is found out once. */
export class TokenStemGroups {
  readonly #groups: Int32Array;

  constructor(
    private readonly vocabulary: Vocabulary,
    private readonly terms: StemGroupStats,
    private readonly analyzer: Analyzer,
  ) {
    this.#groups = new Int32Array(vocabulary.size);
  }

  /**
   * Reads at most `reach` tokens of a text that is written after their number, and puts the groups of its words into
   * `sink` from `at` on, those of stop words as `asStopWord` tells them and only where they are wanted; returns where they
   * end.
   */
  read(reader: ByteReader, sink: Int32Array, at: number, wanted: RequestedWords): number {
    const groups = this.#groups;
    const { maxBytes, stopWords } = wanted;
    const wantsStop = stopWords ? 1 : 0;
    let end = at;
    for (let left = Math.min(reader.varint(), maxBytes); left > 0; left -= 1) {
      const token = reader.varint();
      const kept = groups[token] ?? NO_GROUP ^ RESOLVED;
      const group = kept === 0 ? this.#resolve(token) : kept ^ RESOLVED;
      // Written in any case, and kept by counting it: a branch for each kind of token could not be foreseen.
      sink[end] = group;
      const isTopical = 1 + (group >> 31);
      const isWord = (~group | -~group) >>> 31;
      end += isTopical | (wantsStop & isWord);
    }
    return end;
  }

  #resolve(token: number): number {
    const term = this.#termOf(token);
    const group = term === undefined ? NO_GROUP : this.terms.groupOf(term);
    const told =
      term !== undefined && group !== NO_GROUP && this.analyzer.isStopWord(term) ? encodeStopWord(group) : group;
    this.#groups[token] = told ^ RESOLVED;
    return told;
  }

  /** The first term of a token: of a plain word, what the tokenizer would say. */
  #termOf(token: number): string | undefined {
    const { analyzer, vocabulary } = this;
    if (analyzer.tokenize === tokenize) {
      const shape = vocabulary.shape(token);
      if ((shape & WORD_TOKEN) === 0) return undefined;
      if ((shape & PREFIX_MASK) !== COMPLEX_TOKEN) return vocabulary.token(token).toLowerCase();
    }
    return analyzer.terms(vocabulary.token(token))[0];
  }
}
