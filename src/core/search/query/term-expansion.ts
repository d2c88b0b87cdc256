import type { Analyzer } from '../../analysis/analyzer.js';
import { QUERY_LIMITS } from '../../model/query.js';
import { fuzzyTerms, type FuzzyMatch } from '../../index/terms/fuzzy-search.js';
import type { PackedIndex } from '../../index/index-reader.js';
import { mapCollectingMissing } from '../../index/format/availability.js';
import type { Variants } from './term-variants.js';

const PREFIX_WEIGHT = 0.6;
const EDIT_WEIGHTS: readonly number[] = [1, 0.5, 0.25];
/** Two words for one that they are written as together, or one for two. */
const COMPOUND_WEIGHT = 0.8;
/** Letters from which one edit is allowed, and two. Shorter words have too many neighbours. */
const ONE_EDIT = 5;
const TWO_EDITS = 9;
/** Letters of each half of a word that is taken for two, at least. */
const MIN_SPLIT_LENGTH = 3;
/** Halvings whose words are looked for together. */
const MAX_SPLITS = 3;
/** Postings that completions may add to a clause: a short beginning must not cost what a whole query may. */
const PREFIX_POSTINGS = 8192;
/** Completions looked at: three letters may begin a thousand words. */
export const PREFIX_RANGE = 500;
/** Numbers and identifiers are never corrected. */
const CORRECTABLE = /^\p{L}+$/u;

/** Adds the words that a word may be the beginning of, the `most` frequent ones. */
export function addPrefixes(variants: Variants, prefix: string, index: PackedIndex, most: number): void {
  const [from, to] = index.words.prefixRange(prefix);
  const found: { word: number; documents: number }[] = [];
  index.words.require(from, Math.min(to, from + PREFIX_RANGE));
  index.lists.eachCount(from, Math.min(to, from + PREFIX_RANGE), (word, documents) => {
    if (!variants.has(word)) found.push({ word, documents });
  });
  if (found.length > most) {
    // Equal ones in the order of the dictionary.
    found.sort((a, b) => b.documents - a.documents || a.word - b.word);
    found.length = most;
  }
  let postings = 0;
  for (const { word, documents } of found) {
    if (postings + documents > PREFIX_POSTINGS) continue;
    postings += documents;
    variants.add(word, PREFIX_WEIGHT);
  }
}

/** Whether a word may be a typo of another at all. */
export function isCorrectable(term: string, analyzer: Analyzer): boolean {
  return term.length >= ONE_EDIT && CORRECTABLE.test(term) && !analyzer.isProtected(term);
}

/** Adds the words that a word may be a typo of; returns the likeliest, null where there is none. */
export function addCorrections(variants: Variants, term: string, index: PackedIndex): FuzzyMatch | null {
  const maxDistance = term.length >= TWO_EDITS ? 2 : 1;
  // The first letter is seldom mistyped, and holding it leaves a twentieth of the dictionary to look at.
  const [from, to] = index.words.prefixRange(Array.from(term)[0] ?? '');
  index.words.require(from, to);
  const found = fuzzyTerms(index.words, term, { maxDistance, from, to, transpositions: true }).filter(
    ({ index: word }) => !variants.has(word),
  );
  const nearest = Math.min(...found.map(({ distance }) => distance));
  const many = found.length > QUERY_LIMITS.expansions;
  const counted = mapCollectingMissing(found, (match) => ({
    match,
    documents: many || match.distance === nearest ? documentsOf(index, match.index) : 0,
  }));
  // The nearest, of equal ones the most frequent.
  counted.sort(
    (a, b) => a.match.distance - b.match.distance || b.documents - a.documents || a.match.index - b.match.index,
  );
  for (const { match } of counted.slice(0, QUERY_LIMITS.expansions))
    variants.add(match.index, EDIT_WEIGHTS[match.distance] ?? 0);
  return counted[0]?.match ?? null;
}

/** Documents of the field in which a word stands most often. */
export function documentsOf({ lists }: PackedIndex, word: number): number {
  let documents = 0;
  lists.eachCount(word, word + 1, (_word, count) => {
    documents = count;
  });
  return documents;
}

/** Tells whether two words stand beside one another in some document. */
export type CoOccurs = (first: string, second: string) => boolean;

/** Adds the two words that a word is written of, where they stand together: `heartattack` → `heart attack`. */
export function addSplitWords(
  variants: Variants,
  term: string,
  { index, standTogether }: { readonly index: PackedIndex; readonly standTogether: CoOccurs },
): string | null {
  const found: { halves: [string, string]; slots: number[][]; documents: number }[] = [];
  const places = Array.from(
    { length: Math.max(0, term.length - 2 * MIN_SPLIT_LENGTH + 1) },
    (_, at) => MIN_SPLIT_LENGTH + at,
  );
  mapCollectingMissing(places, (at) => {
    const halves: [string, string] = [term.slice(0, at), term.slice(at)];
    const first = index.words.find(halves[0]);
    const second = first < 0 ? -1 : index.words.find(halves[1]);
    if (second < 0) return;
    const documents = Math.min(documentsOf(index, first), documentsOf(index, second));
    found.push({ halves, slots: [[first], [second]], documents });
  });
  found.sort((a, b) => b.documents - a.documents);
  for (const { halves, slots } of found.slice(0, MAX_SPLITS)) {
    if (!standTogether(...halves)) continue;
    variants.addPhrase(slots, COMPOUND_WEIGHT);
    return halves.join(' ');
  }
  return null;
}

/** The word that two neighbours are when they are written together; -1 where the index has none. */
export function compoundWord(first: string, second: string, { words }: PackedIndex): number {
  const joined = first + second;
  if (first.length < MIN_SPLIT_LENGTH || second.length < MIN_SPLIT_LENGTH || joined.length > QUERY_LIMITS.termLength)
    return -1;
  return CORRECTABLE.test(joined) ? words.find(joined) : -1;
}

/** Makes a word that two neighbours are when written together a variant of each. */
export function addCompoundWord(variants: readonly Variants[], word: number): void {
  for (const one of variants) one.add(word, COMPOUND_WEIGHT);
}
