import { wordsWithSameStem } from '../query/query-words.js';
import type { Analyzer } from '../../analysis/analyzer.js';
import type { ParsedQuery } from '../../parse/query-parser.js';
import { filterMask } from './filters-and-facets.js';
import type { PackedIndex } from '../../index/index-reader.js';
import { mapCollectingMissing } from '../../index/format/availability.js';
import { type PhraseMatcher, parsePhrase, type PhrasePattern } from './phrase-matcher.js';
import { eachDocument } from '../query/postings-intersection.js';

/** Documents whose texts are checked for required phrases, and again for excluded ones; the best first. */
export const MAX_TEXTS_READ = 2000;
/** Up to this number, all candidates are checked without ranking them first. */
const READ_ALL = 64;
/** In a script without spaces, less than an n-gram is no term inside longer text, so it cannot be a phrase. */
const PART_OF_TERM =
  /^(?:[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}]|[\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}]{1,2})$/u;

export interface RequirementOptions {
  readonly index: PackedIndex;
  readonly analyzer: Analyzer;
  readonly phrases: PhraseMatcher;
  /** The site's language. */
  readonly language: string;
  /** Returns the best documents of a mask, at most `MAX_TEXTS_READ`. */
  readonly best: (mask: Uint8Array) => readonly number[];
}

export interface BooleanResult {
  /** 1 for each document that passes. */
  readonly mask: Uint8Array;
  /** false: some documents were left out unchecked, because too many texts would have to be read. */
  readonly exact: boolean;
}

/** A phrase, with the fields of each document that may have it (see `PhraseMatcher.candidates`). */
interface PhraseCandidates {
  readonly pattern: PhrasePattern;
  readonly fields: Uint8Array;
}

/** Applies a query's phrases and exclusions to a mask of documents (null: all). The mask is changed. */
export function applyBooleanOperators(
  query: ParsedQuery,
  filtered: Uint8Array | null,
  options: RequirementOptions,
): BooleanResult {
  const { index, analyzer } = options;
  const mask = filtered ?? new Uint8Array(index.size).fill(1);
  for (const filter of query.excludedFilters) exclude(mask, filterMask(index.documents, [filter], options.language));
  const notPhrases = [...query.excludedPhrases];
  for (const word of query.excludedWords) {
    const [term, ...more] = analyzer.terms(word);
    // A word that gives several terms is excluded as a phrase.
    if (more.length > 0) notPhrases.push(word);
    else if (term !== undefined) excludeWord(mask, [term, word], options);
  }
  const wanted = phraseCandidates(query.phrases, options);
  const unwanted = phraseCandidates(notPhrases, options);
  const allRequiredRead = requirePhrases(mask, wanted, options);
  const allExcludedRead = excludePhrases(mask, unwanted, options);
  return { mask, exact: allRequiredRead && allExcludedRead };
}

/** Returns the patterns of phrases; a phrase without a usable word has none. */
export function phrasePatterns(phrases: readonly string[], analyzer: Analyzer): PhrasePattern[] {
  return phrases
    .map((phrase) => parsePhrase(phrase, analyzer))
    .filter((pattern) => pattern.length > 0 && !pattern.some(isPartOfTerm));
}

function isPartOfTerm(way: PhrasePattern[number]): boolean {
  return way.length === 1 && [...(way[0] ?? [])].some((term) => PART_OF_TERM.test(term));
}

function phraseCandidates(
  phrases: readonly string[],
  { analyzer, phrases: matcher }: RequirementOptions,
): PhraseCandidates[] {
  return phrasePatterns(phrases, analyzer).map((pattern) => ({
    pattern,
    fields: matcher.candidates(pattern),
  }));
}

/** Whether a phrase has one word only, so that its postings are enough. */
function isOneWord({ pattern }: PhraseCandidates): boolean {
  return pattern.every((way) => way.length === 1);
}

function requirePhrases(mask: Uint8Array, wanted: readonly PhraseCandidates[], options: RequirementOptions): boolean {
  for (const { fields } of wanted)
    for (let document = 0; document < mask.length; document += 1) if (fields[document] === 0) mask[document] = 0;
  const read = wanted.filter((phrase) => !isOneWord(phrase));
  if (read.length === 0) return true;
  const { chosen, all } = documentsToRead(mask, options);
  const matches = mapCollectingMissing(chosen, (document) =>
    read.every((phrase) => matchesIn(phrase, document, options)),
  );
  const has = chosen.filter((_, at) => matches[at]);
  mask.fill(0);
  for (const document of has) mask[document] = 1;
  return all;
}

function excludePhrases(mask: Uint8Array, unwanted: readonly PhraseCandidates[], options: RequirementOptions): boolean {
  let exact = true;
  for (const phrase of unwanted) {
    const candidates = mask.map((kept, document) => (kept === 1 && phrase.fields[document] !== 0 ? 1 : 0));
    const oneWord = isOneWord(phrase);
    const { chosen, all } = oneWord
      ? { chosen: documentNumbers(candidates), all: true }
      : documentsToRead(candidates, options);
    exact &&= all;
    const matches = mapCollectingMissing(chosen, (document) => oneWord || matchesIn(phrase, document, options));
    const has = chosen.filter((_, at) => matches[at]);
    // A document that was not read may have the phrase, so it is no hit.
    if (!all)
      for (let document = 0; document < mask.length; document += 1) if (candidates[document] === 1) mask[document] = 0;
    if (!all) for (const document of chosen) mask[document] = 1;
    for (const document of has) mask[document] = 0;
  }
  return exact;
}

function documentsToRead(mask: Uint8Array, { best }: RequirementOptions): { chosen: readonly number[]; all: boolean } {
  const chosen = documentNumbers(mask);
  if (chosen.length <= READ_ALL) return { chosen, all: true };
  const ranked = best(mask);
  // If there are fewer, no other document has a word of the query.
  return { chosen: ranked, all: ranked.length < MAX_TEXTS_READ };
}

function matchesIn({ pattern, fields }: PhraseCandidates, document: number, { phrases }: RequirementOptions): boolean {
  return phrases.matches(document, fields[document] ?? 0, pattern);
}

function documentNumbers(mask: Uint8Array): number[] {
  const numbers: number[] = [];
  for (let document = 0; document < mask.length; document += 1) if (mask[document] === 1) numbers.push(document);
  return numbers;
}

/** Clears the documents that have a word or an inflection of it. */
function excludeWord(
  mask: Uint8Array,
  [term, written]: readonly [term: string, written: string],
  { index, analyzer }: RequirementOptions,
): void {
  const keys = new Set(analyzer.stemKeys(term, written));
  const words = wordsWithSameStem({ forms: new Set([term]), keys }, index, analyzer);
  eachDocument(index, words, (document) => {
    mask[document] = 0;
  });
}

function exclude(mask: Uint8Array, excluded: Uint8Array | null): void {
  for (let document = 0; document < mask.length; document += 1) if (excluded?.[document] === 1) mask[document] = 0;
}
