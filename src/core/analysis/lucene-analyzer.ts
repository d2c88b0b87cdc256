import { shortHash, type Analyzer, type AnalyzerOptions } from './analyzer.js';
import { stopWordsOf } from './stop-words.js';
import { truncateTerm, type TermSink } from './tokenizer.js';
import { lazy } from '../lazy.js';

/** Lucene's English stop words (`EnglishAnalyzer.ENGLISH_STOP_WORDS_SET`): 33. */
export const LUCENE_STOP_WORDS: readonly string[] = (
  'a an and are as at be but by for if in into is it no not of on or such that the their then there these they this ' +
  'to was will with'
).split(' ');

/** Raise it whenever the same text may give other terms. */
const VERSION = 1;

const RUN = lazy(() => /[\p{L}\p{N}]+/gu);
/** A character with the marks that may be composed with it. */
const PIECE = lazy(() => /[^\p{M}]\p{M}*|\p{M}+/gu);
const MAX_MEMOIZED_STEMS = 200_000;

/**
 * The analyzer of the ranking `bm25`, as Lucene's baselines have it: runs of letters and digits after NFKC and lower case,
 * without stop words, stemmed. Its terms are the stems themselves, and it asks that a document's fields are indexed as one.
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
    // As in `createAnalyzer`: hostile queries must not fill the memory.
    if (stems.size >= MAX_MEMOIZED_STEMS) stems = new Map();
    stems.set(word, found);
    return found;
  };

  const tokenize = (text: string, sink: TermSink): void => {
    const place = { position: 0, isCompound: false };
    eachRun(text, (run, start, end) => {
      if (stopWords.has(run)) return;
      sink(truncateTerm(stem(run)), start, end, place);
      place.position += 1;
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
    // One analyzer for all texts, as the baselines have it.
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
 * Every run of the plain text, with the offsets of what it stands for in `text`. NFKC joins and splits nothing across
 * white space, so the text is taken in pieces between which offsets cannot shift.
 */
function eachRun(text: string, sink: RunSink): void {
  for (const found of text.matchAll(/\S+/g)) {
    const written = found[0];
    const made = plain(written);
    const place = isAscii(written) ? null : runOffsets(written, made);
    for (const { 0: run, index: at } of made.matchAll(RUN())) {
      const start = place === null ? at : (place.starts[at] ?? 0);
      const end = place === null ? at + run.length : (place.ends[at + run.length - 1] ?? written.length);
      sink(run, found.index + start, found.index + end);
    }
  }
}

function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) > 127) return false;
  return true;
}

interface RunOffsets {
  /** For each unit of the plain text: where what it was made of starts and ends. */
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

/** Places by character; where characters were joined (letters of Korean syllables), all are the whole piece. */
function runOffsets(written: string, made: string): RunOffsets {
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
  if (joined.length === made.length) return { starts, ends };
  const units = { length: made.length };
  return { starts: Array.from(units, () => 0), ends: Array.from(units, () => written.length) };
}
