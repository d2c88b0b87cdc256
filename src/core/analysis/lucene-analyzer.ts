import { shortHash, type Analyzer, type AnalyzerOptions } from './analyzer.js';
import { stopWordsOf } from './stop-words.js';
import { truncateTerm, type TermSink } from './tokenizer.js';
import { lazy } from '../lazy.js';

/** Lucene's English stop words (`EnglishAnalyzer.ENGLISH_STOP_WORDS_SET`): 33. */
export const LUCENE_STOP_WORDS: readonly string[] = (
  'a an and are as at be but by for if in into is it no not of on or such that the their then there these they this ' +
  'to was will with'
).split(' ');

/** Increase it whenever the same text may give other terms. */
const VERSION = 1;

const RUN = lazy(() => /[\p{L}\p{N}]+/gu);
/** A character with its combining marks. */
const PIECE = lazy(() => /[^\p{M}]\p{M}*|\p{M}+/gu);
const MAX_MEMOIZED_STEMS = 200_000;

/**
 * Creates the analyzer of the ranking `bm25`, which follows Lucene's baselines: runs of letters and digits after NFKC
 * and lower case, without stop words. Its terms are stems, and all fields of a document are indexed as one.
 */
export function createLuceneAnalyzer(options: AnalyzerOptions): Analyzer {
  const { language } = options;
  const own = language.split('-')[0] === 'en' ? LUCENE_STOP_WORDS : stopWordsOf(language);
  const stopWords = new Set((options.stopWords ?? own).map(plain));
  const protectedWords = new Set(options.protectedWords.map(plain));
  const custom = JSON.stringify([options.stopWords, [...protectedWords].sort()]);
  let stems = new Map<string, string>();

  const stem = (word: string): string => {
    const known = stems.get(word);
    if (known !== undefined) return known;
    const found = protectedWords.has(word) ? word : options.stem(word) || word;
    // The limit keeps hostile queries from filling the memory.
    if (stems.size >= MAX_MEMOIZED_STEMS) stems = new Map();
    stems.set(word, found);
    return found;
  };

  const tokenize = (text: string, sink: TermSink): void => {
    const position = { position: 0, isCompound: false };
    eachRun(text, (run, start, end) => {
      if (stopWords.has(run)) return;
      sink(truncateTerm(stem(run)), start, end, position);
      position.position += 1;
    });
  };

  const analyzer: Analyzer = {
    id: `askdex-plain-${VERSION}-${language}-${shortHash(custom)}`,
    language,
    singleField: true,
    tokenize,
    terms(text) {
      const terms: string[] = [];
      tokenize(text, (term) => terms.push(term));
      return terms;
    },
    stem: (term) => term,
    stemKeys: (term) => [term],
    stemsTerms: true,
    isStopWord: () => false,
    // The baselines use one analyzer for all texts.
    inLanguage: () => analyzer,
    loadLanguages: () => Promise.resolve(),
    isProtected: (term) => protectedWords.has(term),
  };
  return analyzer;
}

function plain(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}

type RunSink = (run: string, start: number, end: number) => void;

/**
 * Calls `sink` with every run of the normalized text, and its offsets in `text`. NFKC changes nothing across white
 * space, so each piece between white space is normalized by itself.
 */
function eachRun(text: string, sink: RunSink): void {
  for (const found of text.matchAll(/\S+/g)) {
    const written = found[0];
    const normalized = plain(written);
    const offsets = isAscii(written) ? null : runOffsets(written, normalized);
    for (const { 0: run, index: at } of normalized.matchAll(RUN())) {
      const start = offsets === null ? at : (offsets.starts[at] ?? 0);
      const end = offsets === null ? at + run.length : (offsets.ends[at + run.length - 1] ?? written.length);
      sink(run, found.index + start, found.index + end);
    }
  }
}

function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) > 127) return false;
  return true;
}

interface RunOffsets {
  /** By unit of the normalized text: the start and end of the characters that it comes from. */
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

/** Maps offsets by character. If NFKC joined characters (into Korean syllables), every unit gets the whole piece. */
function runOffsets(written: string, normalized: string): RunOffsets {
  const starts: number[] = [];
  const ends: number[] = [];
  let joined = '';
  for (const { 0: piece, index } of written.matchAll(PIECE())) {
    const part = plain(piece);
    joined += part;
    for (let unit = 0; unit < part.length; unit += 1) {
      starts.push(index);
      ends.push(index + piece.length);
    }
  }
  if (joined.length === normalized.length) return { starts, ends };
  const units = { length: normalized.length };
  return { starts: Array.from(units, () => 0), ends: Array.from(units, () => written.length) };
}
