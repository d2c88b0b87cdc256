import type { Analyzer } from '../../analysis/analyzer.js';
import { tokenize } from '../../analysis/tokenizer.js';
import type { ByteReader } from '../../index/format/byte-buffer.js';
import type { PackedIndex } from '../../index/index-reader.js';
import type { StemChains } from '../../index/terms/stem-groups.js';
import { inverseDocumentFrequency } from '../scoring/bm25.js';
import { PREFIX_MASK, COMPLEX_TOKEN, WORD_TOKEN } from '../../index/documents/token-attributes.js';
import type { Vocabulary } from '../../index/documents/token-vocabulary.js';

/** The group of punctuation, and of a word that no document has. */
export const NO_GROUP = -1;
/** Group numbers are stored XORed with this value, so that 0 means "not resolved yet". */
const RESOLVED = -0x8000_0000;

/** Encodes a stop word's group as a number below `NO_GROUP`, and decodes it. */
export function encodeStopWord(group: number): number {
  return NO_GROUP - 1 - group;
}

/**
 * The stem groups of words, and their idf. A group's number is that of its first word. The idf is computed on demand:
 * doing it for all words would mean reading the whole dictionary before the first answer.
 */
export class StemGroupStats {
  readonly #chains: StemChains;
  /** By group; 0 if it is not computed yet. */
  readonly #idf: Float32Array;

  constructor(private readonly index: PackedIndex) {
    this.#chains = index.stems.chains();
    this.#idf = new Float32Array(index.words.size);
  }

  /** Group numbers are below this. */
  get size(): number {
    return this.#idf.length;
  }

  groupOfWord(word: number): number {
    return (this.#chains.firsts[word] || word + 1) - 1;
  }

  /** Returns the group of a term, or `NO_GROUP` if no document has the term. */
  groupOf(term: string): number {
    const word = this.index.words.find(term);
    return word < 0 ? NO_GROUP : this.groupOfWord(word);
  }

  idf(group: number): number {
    return this.#idf[group] || this.#computeIdf(group);
  }

  #computeIdf(group: number): number {
    const { lists, size } = this.index;
    // The sum over the group's words, which is at least the number of the group's documents, as in a query's clauses.
    let documents = 0;
    let next = group + 1;
    // The limit protects against a damaged chain that has a cycle.
    for (let remaining = this.size; remaining > 0 && next > 0; remaining -= 1) {
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
  /** Tokens to read, at most. */
  readonly maxTokens: number;
  readonly stopWords: boolean;
}

/** Reads the stem groups of a text's words from its tokens. Each token is resolved once. */
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
   * Reads the tokens of a text, which follow their count, and writes the groups of its words to `sink` from `at` on.
   * Stop words are written only if they are requested, and encoded by `encodeStopWord`. Returns the end in `sink`.
   */
  read(reader: ByteReader, sink: Int32Array, at: number, wanted: RequestedWords): number {
    const groups = this.#groups;
    const { maxTokens, stopWords } = wanted;
    const wantsStop = stopWords ? 1 : 0;
    let end = at;
    for (let remaining = Math.min(reader.varint(), maxTokens); remaining > 0; remaining -= 1) {
      const token = reader.varint();
      const stored = groups[token] ?? NO_GROUP ^ RESOLVED;
      const group = stored === 0 ? this.#resolve(token) : stored ^ RESOLVED;
      // Always written, and kept by advancing `end`: a branch would be mispredicted too often.
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
    const encoded =
      term !== undefined && group !== NO_GROUP && this.analyzer.isStopWord(term) ? encodeStopWord(group) : group;
    this.#groups[token] = encoded ^ RESOLVED;
    return encoded;
  }

  /** Returns the first term of a token. For a plain word the tokenizer need not run. */
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
