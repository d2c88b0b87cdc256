import type { Analyzer } from '../../analysis/analyzer.js';
import type { ParsedQuery } from '../../parse/query-parser.js';
import { filterMask } from './filters-and-facets.js';
import type { PackedIndex } from '../../index/index-reader.js';
import { gather } from '../../index/format/availability.js';
import { sameStem } from '../query/same-stem.js';
import { patternOf, type Pattern } from './phrase-pattern.js';
import type { PhraseFinder } from './phrase-matcher.js';
import { eachDocument } from '../query/postings-intersection.js';

/** Documents whose texts are read for the phrases of a query, and for those that it leaves out, the best first. */
export const MOST_READ = 2000;
/** So few are read without asking which of them have words of the query. */
const READ_ALL = 64;
/** Of a script without spaces, less than an n-gram is no term by itself where others stand beside it: it is no phrase. */
const PART_OF_TERM =
  /^(?:[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}]|[\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}]{1,2})$/u;

export interface RequirementOptions {
  readonly index: PackedIndex;
  readonly analyzer: Analyzer;
  readonly phrases: PhraseFinder;
  /** The site's language. */
  readonly language: string;
  /** The best `MOST_READ` documents of a mask. */
  readonly best: (mask: Uint8Array) => readonly number[];
}

export interface Required {
  /** 1 for each document that the query's operators keep. */
  readonly mask: Uint8Array;
  /** Whether every document was checked that had to be. */
  readonly exact: boolean;
}

/** A phrase with the fields of each document that may have it. */
interface Sought {
  readonly pattern: Pattern;
  readonly fields: Uint8Array;
}

/** What phrases and exclusions leave of the documents that `kept` (null: all) keeps. */
export function required(query: ParsedQuery, kept: Uint8Array | null, options: RequirementOptions): Required {
  const { index, analyzer } = options;
  const mask = kept ?? new Uint8Array(index.size).fill(1);
  for (const filter of query.notFilters)
    without(mask, filterMask(index.documents, [filter], options.language));
  const notPhrases = [...query.notPhrases];
  for (const word of query.notWords) {
    const [term, ...more] = analyzer.terms(word);
    // What gives several terms is left out as it is written.
    if (more.length > 0) notPhrases.push(word);
    else if (term !== undefined) withoutWord(mask, [term, word], options);
  }
  const wanted = soughtOf(query.phrases, options);
  const unwanted = soughtOf(notPhrases, options);
  const one = keepPhrases(mask, wanted, options);
  const other = leaveOutPhrases(mask, unwanted, options);
  return { mask, exact: one && other };
}

/** The phrases that a text must have, as they are told apart in it. */
export function phrasePatterns(phrases: readonly string[], analyzer: Analyzer): Pattern[] {
  return phrases
    .map((phrase) => patternOf(phrase, analyzer))
    .filter((pattern) => pattern.length > 0 && !pattern.some(isPartOfTerm));
}

function isPartOfTerm(way: Pattern[number]): boolean {
  return way.length === 1 && [...(way[0] ?? [])].some((term) => PART_OF_TERM.test(term));
}

function soughtOf(phrases: readonly string[], { analyzer, phrases: finder }: RequirementOptions): Sought[] {
  return phrasePatterns(phrases, analyzer).map((pattern) => ({
    pattern,
    fields: finder.candidates(pattern),
  }));
}

/** Where a phrase has one word alone, its postings say all. */
function isOneWord({ pattern }: Sought): boolean {
  return pattern.every((way) => way.length === 1);
}

function keepPhrases(mask: Uint8Array, wanted: readonly Sought[], options: RequirementOptions): boolean {
  for (const { fields } of wanted)
    for (let document = 0; document < mask.length; document += 1)
      if (fields[document] === 0) mask[document] = 0;
  const read = wanted.filter((phrase) => !isOneWord(phrase));
  if (read.length === 0) return true;
  const { chosen, all } = toRead(mask, options);
  const stand = gather(chosen, (document) => read.every((phrase) => standsIn(phrase, document, options)));
  const has = chosen.filter((_, at) => stand[at]);
  mask.fill(0);
  for (const document of has) mask[document] = 1;
  return all;
}

function leaveOutPhrases(
  mask: Uint8Array,
  unwanted: readonly Sought[],
  options: RequirementOptions,
): boolean {
  let exact = true;
  for (const phrase of unwanted) {
    const candidates = mask.map((kept, document) => (kept === 1 && phrase.fields[document] !== 0 ? 1 : 0));
    const sure = isOneWord(phrase);
    const { chosen, all } = sure ? { chosen: numbersOf(candidates), all: true } : toRead(candidates, options);
    exact &&= all;
    const stand = gather(chosen, (document) => sure || standsIn(phrase, document, options));
    const has = chosen.filter((_, at) => stand[at]);
    // What was not read may have it: it is no hit.
    if (!all)
      for (let document = 0; document < mask.length; document += 1)
        if (candidates[document] === 1) mask[document] = 0;
    if (!all) for (const document of chosen) mask[document] = 1;
    for (const document of has) mask[document] = 0;
  }
  return exact;
}

function toRead(mask: Uint8Array, { best }: RequirementOptions): { chosen: readonly number[]; all: boolean } {
  const chosen = numbersOf(mask);
  if (chosen.length <= READ_ALL) return { chosen, all: true };
  const ranked = best(mask);
  // Where there are fewer, no other document has a word of the query.
  return { chosen: ranked, all: ranked.length < MOST_READ };
}

function standsIn({ pattern, fields }: Sought, document: number, { phrases }: RequirementOptions): boolean {
  return phrases.stands(document, fields[document] ?? 0, pattern);
}

function numbersOf(mask: Uint8Array): number[] {
  const numbers: number[] = [];
  for (let document = 0; document < mask.length; document += 1)
    if (mask[document] === 1) numbers.push(document);
  return numbers;
}

/** Leaves out the documents that have a word or an inflection of it. */
function withoutWord(
  mask: Uint8Array,
  [term, written]: readonly [term: string, written: string],
  { index, analyzer }: RequirementOptions,
): void {
  const keys = new Set(analyzer.stemKeys(term, written));
  const words = sameStem({ forms: new Set([term]), keys }, index, analyzer);
  eachDocument(index, words, (document) => {
    mask[document] = 0;
  });
}

function without(mask: Uint8Array, left: Uint8Array | null): void {
  for (let document = 0; document < mask.length; document += 1)
    if (left?.[document] === 1) mask[document] = 0;
}
