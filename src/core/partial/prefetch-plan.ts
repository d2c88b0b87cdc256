import { titleKey } from '../analysis/character-classes.js';
import type { Analyzer } from '../analysis/analyzer.js';
import { QUERY_LIMITS } from '../model/query.js';
import { parseQuery } from '../parse/query-parser.js';
import { isCorrectable, PREFIX_RANGE } from '../search/query/term-expansion.js';
import type { PackedIndex } from '../index/index-reader.js';
import { withCompleteLastWord } from '../search/query-interpreter.js';
import { queryWords, type QueryWord, wordsWithSameStem } from '../search/query/query-words.js';
import { MIN_PREFIX_LENGTH } from '../search/query/query-expansion.js';
import { mapCollectingMissing, MissingPiecesError } from '../index/format/availability.js';

/**
 * Returns the missing pieces that looking up the query's terms needs. Only what the loaded pieces reveal can be
 * predicted, so call it again after each download until it returns nothing. The result only saves round trips: a search
 * reports missing pieces itself, but only the first ones of each word.
 */
export function predictMissingPieces(text: string, index: PackedIndex, analyzer: Analyzer): Set<number> {
  const plan = new Plan(index, analyzer);
  const { words: typed, excludedWords, excludedPhrases } = parseQuery(text.normalize('NFC'));
  const { words, occurrences } = queryWords(typed, analyzer);
  const left = queryWords(withCompleteLastWord([...excludedWords, ...excludedPhrases].join(' ')), analyzer).words;
  for (const word of [...words.slice(0, QUERY_LIMITS.terms), ...left.slice(0, QUERY_LIMITS.terms)]) plan.word(word);
  for (let at = 0; at + 1 < Math.min(occurrences.length, QUERY_LIMITS.terms); at += 1)
    plan.find((occurrences[at]?.term ?? '') + (occurrences[at + 1]?.term ?? ''));
  return plan.missing;
}

/** Returns the missing pieces that listing at most `count` titles with this prefix needs, as `predictMissingPieces`. */
export function predictMissingTitles(text: string, index: PackedIndex, count: number): ReadonlySet<number> {
  const { documents } = index;
  const prefix = titleKey(text);
  try {
    if (prefix !== '')
      mapCollectingMissing(documents.titleOrder.withPrefix(prefix, count), (document) => documents.head(document));
    return new Set();
  } catch (error) {
    if (error instanceof MissingPiecesError) return error.pieces;
    throw error;
  }
}

class Plan {
  readonly missing = new Set<number>();

  constructor(
    private readonly index: PackedIndex,
    private readonly analyzer: Analyzer,
  ) {}

  word(word: QueryWord): void {
    const { index, analyzer } = this;
    const numbers = this.#try(() => wordsWithSameStem(word, index, analyzer));
    for (const form of word.forms) this.find(form);
    for (const number of numbers ?? []) this.#read(number, number + 1);
    if (word.last && word.term.length >= MIN_PREFIX_LENGTH) {
      const range = this.#try(() => index.words.prefixRange(word.term));
      if (range !== null) this.#read(range[0], Math.min(range[1], range[0] + PREFIX_RANGE));
    }
    if (numbers?.length === 0 && isCorrectable(word.term, analyzer)) this.#correct(word.term);
  }

  find(term: string): void {
    this.#try(() => this.index.words.find(term));
  }

  #correct(term: string): void {
    const { words } = this.index;
    const range = this.#try(() => words.prefixRange(Array.from(term)[0] ?? ''));
    if (range !== null) this.#try(() => words.require(...range));
  }

  /** Requires words and their entries. */
  #read(from: number, to: number): void {
    this.#try(() => this.index.words.require(from, to));
    this.#try(() => this.index.lists.require(from, to));
  }

  #try<T>(look: () => T): T | null {
    try {
      return look();
    } catch (error) {
      if (!(error instanceof MissingPiecesError)) throw error;
      for (const piece of error.pieces) this.missing.add(piece);
      return null;
    }
  }
}
