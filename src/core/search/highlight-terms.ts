import { findPhraseNearMarks, type PhrasePattern } from './filters/phrase-matcher.js';
import type { Variant } from './scoring/clause.js';
import type { Analyzer } from '../analysis/analyzer.js';
import type { QueryTermMatch, HighlightQuery } from './snippets/highlight.js';
import type { QueryResult } from './query-engine.js';
import type { PackedIndex } from '../index/index-reader.js';
import { phrasePatterns } from './filters/boolean-filter.js';

type Refine = NonNullable<HighlightQuery['filter']>;

export interface HighlightTerms {
  /** By term: which word of the query it answers. */
  readonly terms: ReadonlyMap<string, QueryTermMatch>;
  /** null: wherever the terms stand, they answer. */
  readonly filterMarks: Refine | null;
}

/**
 * Which terms of texts answer which word of the query. Words that are asked for in a phrase alone, and those of a synonym of
 * several words, answer where they stand beside one another.
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
  const tied = new Map<string, QueryTermMatch>();
  for (const [word, { term, variants }] of clauses.entries()) {
    const into = free === null || free.has(analyzer.stem(term)) ? terms : tied;
    for (const variant of variants) {
      if (variant.phrase !== undefined) {
        patterns.push(patternOfWords(variant.phrase, index));
        addPhraseOnlyTerm(tied, patterns.at(-1) ?? [], { word, weight: variant.weight });
      } else {
        const text = index.words.get(variant.word);
        if (!into.has(text)) into.set(text, { word, weight: variant.weight });
      }
    }
  }
  if (patterns.length === 0) return { terms, filterMarks: null };
  // Words of a phrase that are no clause: stop words.
  for (const pattern of patterns) addPhraseOnlyTerm(tied, pattern, { word: clauses.length, weight: STOP_WORD_WEIGHT });
  for (const [term, { word, weight }] of tied) {
    // Told apart from the words that answer anywhere by their numbers.
    if (!terms.has(term)) terms.set(term, { word: word + PHRASE_ONLY, weight });
  }
  return { terms, filterMarks: refineBy(patterns, analyzer) };
}

/** Numbers of words that answer in a pattern alone begin here; a query has fewer words than that. */
const PHRASE_ONLY = 1 << 16;
/** A stop word of a phrase says little about a passage. */
const STOP_WORD_WEIGHT = 0.1;

function addPhraseOnlyTerm(tied: Map<string, QueryTermMatch>, pattern: PhrasePattern, explained: QueryTermMatch): void {
  for (const way of pattern)
    for (const slot of way) for (const term of slot) if (!tied.has(term)) tied.set(term, explained);
}

function patternOfWords(together: NonNullable<Variant['phrase']>, index: PackedIndex): PhrasePattern {
  return [together.map((slot) => new Set(slot.map((word) => index.words.get(word))))];
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
