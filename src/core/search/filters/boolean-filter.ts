import { wordsWithSameStem } from '../query/query-words.js';
import type { Analyzer } from '../../analysis/analyzer.js';
import type { ParsedQuery } from '../../parse/query-parser.js';
import { filterMask } from './filters-and-facets.js';
import type { PackedIndex } from '../../index/index-reader.js';
import { mapCollectingMissing } from '../../index/format/availability.js';
import { type PhraseMatcher, parsePhrase, type PhrasePattern } from './phrase-matcher.js';
import { eachDocument } from '../query/postings-intersection.js';

/** Documents whose texts are read for the phrases of a query, and for those that it leaves out, the best first. */
export const MAX_TEXTS_READ = 2000;
/** So few are read without asking which of them have words of the query. */
const READ_ALL = 64;
/** Of a script without spaces, less than an n-gram is no term by itself where others stand beside it: it is no phrase. */
const PART_OF_TERM =
  /^(?:[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}]|[\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}]{1,2})$/u;

export interface RequirementOptions {
  readonly index: PackedIndex;
  readonly analyzer: Analyzer;
  readonly phrases: PhraseMatcher;
  /** The site's language. */
  readonly language: string;
  /** The best `MOST_READ` documents of a mask. */
  readonly best: (mask: Uint8Array) => readonly number[];
}

export interface BooleanResult {
  /** 1 for each document that the query's operators keep. */
  readonly mask: Uint8Array;
  /** Whether every document was checked that had to be. */
  readonly exact: boolean;
}

/** A phrase with the fields of each document that may have it. */
interface PhraseCandidates {
  readonly pattern: PhrasePattern;
  readonly fields: Uint8Array;
}

/** What phrases and exclusions leave of the documents that `kept` (null: all) keeps. */
export function applyBooleanOperators(
  query: ParsedQuery,
  kept: Uint8Array | null,
  options: RequirementOptions,
): BooleanResult {
  const { index, analyzer } = options;
  const mask = kept ?? new Uint8Array(index.size).fill(1);
  for (const filter of query.excludedFilters) exclude(mask, filterMask(index.documents, [filter], options.language));
  const notPhrases = [...query.excludedPhrases];
  for (const word of query.excludedWords) {
    const [term, ...more] = analyzer.terms(word);
    // What gives several terms is left out as it is written.
    if (more.length > 0) notPhrases.push(word);
    else if (term !== undefined) withoutWord(mask, [term, word], options);
  }
  const wanted = phraseCandidates(query.phrases, options);
  const unwanted = phraseCandidates(notPhrases, options);
  const one = keepPhrases(mask, wanted, options);
  const other = leaveOutPhrases(mask, unwanted, options);
  return { mask, exact: one && other };
}

/** The phrases that a text must have, as they are told apart in it. */
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
  { analyzer, phrases: finder }: RequirementOptions,
): PhraseCandidates[] {
  return phrasePatterns(phrases, analyzer).map((pattern) => ({
    pattern,
    fields: finder.candidates(pattern),
  }));
}

/** Where a phrase has one word alone, its postings say all. */
function isOneWord({ pattern }: PhraseCandidates): boolean {
  return pattern.every((way) => way.length === 1);
}

function keepPhrases(mask: Uint8Array, wanted: readonly PhraseCandidates[], options: RequirementOptions): boolean {
  for (const { fields } of wanted)
    for (let document = 0; document < mask.length; document += 1) if (fields[document] === 0) mask[document] = 0;
  const read = wanted.filter((phrase) => !isOneWord(phrase));
  if (read.length === 0) return true;
  const { chosen, all } = documentsToRead(mask, options);
  const stand = mapCollectingMissing(chosen, (document) =>
    read.every((phrase) => matchesIn(phrase, document, options)),
  );
  const has = chosen.filter((_, at) => stand[at]);
  mask.fill(0);
  for (const document of has) mask[document] = 1;
  return all;
}

function leaveOutPhrases(
  mask: Uint8Array,
  unwanted: readonly PhraseCandidates[],
  options: RequirementOptions,
): boolean {
  let exact = true;
  for (const phrase of unwanted) {
    const candidates = mask.map((kept, document) => (kept === 1 && phrase.fields[document] !== 0 ? 1 : 0));
    const sure = isOneWord(phrase);
    const { chosen, all } = sure
      ? { chosen: documentNumbers(candidates), all: true }
      : documentsToRead(candidates, options);
    exact &&= all;
    const stand = mapCollectingMissing(chosen, (document) => sure || matchesIn(phrase, document, options));
    const has = chosen.filter((_, at) => stand[at]);
    // What was not read may have it: it is no hit.
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
  // Where there are fewer, no other document has a word of the query.
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

/** Leaves out the documents that have a word or an inflection of it. */
function withoutWord(
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

function exclude(mask: Uint8Array, left: Uint8Array | null): void {
  for (let document = 0; document < mask.length; document += 1) if (left?.[document] === 1) mask[document] = 0;
}
