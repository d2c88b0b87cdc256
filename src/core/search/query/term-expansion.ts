import type { Analyzer } from '../../analysis/analyzer.js';
import { QUERY_LIMITS } from '../../model/query.js';
import { fuzzyTerms, type FuzzyMatch } from '../../index/terms/fuzzy-search.js';
import type { PackedIndex } from '../../index/index-reader.js';
import { mapCollectingMissing } from '../../index/format/availability.js';
import type { Variants } from './term-variants.js';

const PREFIX_WEIGHT = 0.6;
const EDIT_WEIGHTS: readonly number[] = [1, 0.5, 0.25];
/** Weight of two words that are written as one, and of one that is written as two. */
const COMPOUND_WEIGHT = 0.8;
/** UTF-16 units from which one edit is allowed, and two. Shorter words have too many neighbours. */
const ONE_EDIT = 5;
const TWO_EDITS = 9;
/** UTF-16 units of each half of a split word, at least. */
const MIN_SPLIT_LENGTH = 3;
/** Ways of splitting a word that are checked for co-occurrence. */
const MAX_SPLITS = 3;
/** Postings that completions may add to a clause: a short prefix must not cost as much as a whole query. */
const PREFIX_POSTINGS = 8192;
/** Words that are considered as completions of a prefix: three letters may begin a thousand. */
export const PREFIX_RANGE = 500;
/** Numbers and identifiers are never corrected. */
const CORRECTABLE = /^\p{L}+$/u;

/** Adds the `limit` most frequent words that begin with a prefix. */
export function addPrefixes(variants: Variants, prefix: string, index: PackedIndex, limit: number): void {
  const [from, to] = index.words.prefixRange(prefix);
  const found: { word: number; documents: number }[] = [];
  index.words.require(from, Math.min(to, from + PREFIX_RANGE));
  index.lists.eachCount(from, Math.min(to, from + PREFIX_RANGE), (word, documents) => {
    if (!variants.has(word)) found.push({ word, documents });
  });
  if (found.length > limit) {
    found.sort((a, b) => b.documents - a.documents || a.word - b.word);
    found.length = limit;
  }
  let postings = 0;
  for (const { word, documents } of found) {
    if (postings + documents > PREFIX_POSTINGS) continue;
    postings += documents;
    variants.add(word, PREFIX_WEIGHT);
  }
}

/** Whether typo tolerance applies to a term. */
export function isCorrectable(term: string, analyzer: Analyzer): boolean {
  return term.length >= ONE_EDIT && CORRECTABLE.test(term) && !analyzer.isProtected(term);
}

/** Adds the words that a term may be a typo of. Returns the likeliest, or null if there is none. */
export function addCorrections(variants: Variants, term: string, index: PackedIndex): FuzzyMatch | null {
  const maxDistance = term.length >= TWO_EDITS ? 2 : 1;
  // The first letter is seldom mistyped. Fixing it leaves about a twentieth of the dictionary to compare.
  const [from, to] = index.words.prefixRange(Array.from(term)[0] ?? '');
  index.words.require(from, to);
  const found = fuzzyTerms(index.words, term, { maxDistance, from, to, transpositions: true }).filter(
    ({ index: word }) => !variants.has(word),
  );
  const nearest = Math.min(...found.map(({ distance }) => distance));
  const exceedsLimit = found.length > QUERY_LIMITS.expansions;
  const counted = mapCollectingMissing(found, (match) => ({
    match,
    documents: exceedsLimit || match.distance === nearest ? documentsOf(index, match.index) : 0,
  }));
  counted.sort(
    (a, b) => a.match.distance - b.match.distance || b.documents - a.documents || a.match.index - b.match.index,
  );
  for (const { match } of counted.slice(0, QUERY_LIMITS.expansions))
    variants.add(match.index, EDIT_WEIGHTS[match.distance] ?? 0);
  return counted[0]?.match ?? null;
}

/** Returns the number of documents of the field in which a word has the most. */
export function documentsOf({ lists }: PackedIndex, word: number): number {
  let documents = 0;
  lists.eachCount(word, word + 1, (_word, count) => {
    documents = count;
  });
  return documents;
}

/** Whether two words are neighbours in some document. */
export type CoOccurs = (first: string, second: string) => boolean;

/**
 * Adds two words for a term that joins them, if they are neighbours somewhere: `heartattack` → `heart attack`. Returns
 * them with a blank between, or null.
 */
export function addSplitWords(
  variants: Variants,
  term: string,
  { index, coOccurs }: { readonly index: PackedIndex; readonly coOccurs: CoOccurs },
): string | null {
  const found: { halves: [string, string]; slots: number[][]; documents: number }[] = [];
  const offsets = Array.from(
    { length: Math.max(0, term.length - 2 * MIN_SPLIT_LENGTH + 1) },
    (_, at) => MIN_SPLIT_LENGTH + at,
  );
  mapCollectingMissing(offsets, (at) => {
    const halves: [string, string] = [term.slice(0, at), term.slice(at)];
    const first = index.words.find(halves[0]);
    const second = first < 0 ? -1 : index.words.find(halves[1]);
    if (second < 0) return;
    const documents = Math.min(documentsOf(index, first), documentsOf(index, second));
    found.push({ halves, slots: [[first], [second]], documents });
  });
  found.sort((a, b) => b.documents - a.documents);
  for (const { halves, slots } of found.slice(0, MAX_SPLITS)) {
    if (!coOccurs(...halves)) continue;
    variants.addPhrase(slots, COMPOUND_WEIGHT);
    return halves.join(' ');
  }
  return null;
}

/** Returns the number of the word that joins two neighbours, or -1 if the index does not have it. */
export function compoundWord(first: string, second: string, { words }: PackedIndex): number {
  const joined = first + second;
  if (first.length < MIN_SPLIT_LENGTH || second.length < MIN_SPLIT_LENGTH || joined.length > QUERY_LIMITS.termLength)
    return -1;
  return CORRECTABLE.test(joined) ? words.find(joined) : -1;
}

/** Adds a word that joins two neighbours to the variants of each. */
export function addCompoundWord(neighbours: readonly Variants[], word: number): void {
  for (const variants of neighbours) variants.add(word, COMPOUND_WEIGHT);
}
