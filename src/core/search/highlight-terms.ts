import { findPhraseNearMarks, type PhrasePattern } from './filters/phrase-matcher.js';
import type { Variant } from './scoring/clause.js';
import type { Analyzer } from '../analysis/analyzer.js';
import type { QueryTermMatch, HighlightQuery } from './snippets/highlight.js';
import type { QueryResult } from './query-engine.js';
import type { PackedIndex } from '../index/index-reader.js';
import { phrasePatterns } from './filters/boolean-filter.js';

type Refine = NonNullable<HighlightQuery['filter']>;

export interface HighlightTerms {
  /** By term: the word of the query that it matches. */
  readonly terms: ReadonlyMap<string, QueryTermMatch>;
  /** Removes the marks that lie outside the query's phrases. null: every mark counts. */
  readonly filterMarks: Refine | null;
}

/**
 * Returns the terms to highlight. A word that the query has only inside a phrase, and a word of a synonym of several
 * words, is highlighted only as part of the whole phrase.
 */
export function highlightTerms(
  { clauses, parsed }: Pick<QueryResult, 'clauses' | 'parsed'>,
  index: PackedIndex,
  analyzer: Analyzer,
): HighlightTerms {
  const patterns = phrasePatterns(parsed.phrases, analyzer);
  const free =
    patterns.length === 0 ? null : new Set(analyzer.terms(parsed.unquotedText).map((term) => analyzer.stem(term)));
  const terms = new Map<string, QueryTermMatch>();
  const phraseTerms = new Map<string, QueryTermMatch>();
  for (const [word, { term, variants }] of clauses.entries()) {
    const target = free === null || free.has(analyzer.stem(term)) ? terms : phraseTerms;
    for (const variant of variants) {
      if (variant.phrase !== undefined) {
        patterns.push(patternOfWords(variant.phrase, index));
        addPhraseOnlyTerm(phraseTerms, patterns.at(-1) ?? [], { word, weight: variant.weight });
      } else {
        const text = index.words.get(variant.word);
        if (!target.has(text)) target.set(text, { word, weight: variant.weight });
      }
    }
  }
  if (patterns.length === 0) return { terms, filterMarks: null };
  // Words of a phrase that are no clause: stop words.
  for (const pattern of patterns)
    addPhraseOnlyTerm(phraseTerms, pattern, { word: clauses.length, weight: STOP_WORD_WEIGHT });
  for (const [term, { word, weight }] of phraseTerms) {
    // The number tells these terms from those that match anywhere.
    if (!terms.has(term)) terms.set(term, { word: word + PHRASE_ONLY, weight });
  }
  return { terms, filterMarks: refineBy(patterns, analyzer) };
}

/** Added to the number of a word that matches only inside a phrase. A query has fewer words than this. */
const PHRASE_ONLY = 1 << 16;
/** Low, because a phrase's stop word says little about a passage. */
const STOP_WORD_WEIGHT = 0.1;

function addPhraseOnlyTerm(
  phraseTerms: Map<string, QueryTermMatch>,
  pattern: PhrasePattern,
  match: QueryTermMatch,
): void {
  for (const variant of pattern)
    for (const slot of variant) for (const term of slot) if (!phraseTerms.has(term)) phraseTerms.set(term, match);
}

function patternOfWords(slots: NonNullable<Variant['phrase']>, index: PackedIndex): PhrasePattern {
  return [slots.map((slot) => new Set(slot.map((word) => index.words.get(word))))];
}

function refineBy(patterns: readonly PhrasePattern[], analyzer: Analyzer): Refine {
  return (text, marks) => {
    if (!marks.some(({ word }) => word >= PHRASE_ONLY)) return marks;
    const ranges = patterns.flatMap((pattern) => findPhraseNearMarks(text, marks, { pattern, analyzer }));
    return marks.filter(
      ({ word, start, end }) => word < PHRASE_ONLY || ranges.some(([from, to]) => from <= start && end <= to),
    );
  };
}
