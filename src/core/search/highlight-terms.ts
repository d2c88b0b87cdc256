import type { Analyzer } from '../analysis/analyzer.js';
import type { Explained, Explanation } from './snippets/highlight.js';
import type { Findings } from './query-engine.js';
import type { PackedIndex } from '../index/index-reader.js';
import { findMarkedPattern, type Pattern } from './filters/phrase-pattern.js';
import type { Variant } from './query/query-expansion.js';
import { phrasePatterns } from './filters/boolean-filter.js';

type Refine = NonNullable<Explanation['refine']>;

export interface ExplainedTerms {
  /** By term: which word of the query it answers. */
  readonly terms: ReadonlyMap<string, Explained>;
  /** null: wherever the terms stand, they answer. */
  readonly refine: Refine | null;
}

/**
 * Which terms of texts answer which word of the query. Words that are asked for in a phrase alone, and those of a synonym of
 * several words, answer where they stand beside one another.
 */
export function explainedTerms(
  { clauses, parsed }: Pick<Findings, 'clauses' | 'parsed'>,
  index: PackedIndex,
  analyzer: Analyzer,
): ExplainedTerms {
  const patterns = phrasePatterns(parsed.phrases, analyzer);
  const free =
    patterns.length === 0 ? null : new Set(analyzer.terms(parsed.free).map((term) => analyzer.stem(term)));
  const terms = new Map<string, Explained>();
  const tied = new Map<string, Explained>();
  for (const [word, { term, variants }] of clauses.entries()) {
    const into = free === null || free.has(analyzer.stem(term)) ? terms : tied;
    for (const variant of variants) {
      if (variant.together !== undefined) {
        patterns.push(patternOfWords(variant.together, index));
        tie(tied, patterns.at(-1) ?? [], { word, weight: variant.weight });
      } else {
        const text = index.words.get(variant.word);
        if (!into.has(text)) into.set(text, { word, weight: variant.weight });
      }
    }
  }
  if (patterns.length === 0) return { terms, refine: null };
  // Words of a phrase that are no clause: stop words.
  for (const pattern of patterns) tie(tied, pattern, { word: clauses.length, weight: STOP_WORD_WEIGHT });
  for (const [term, { word, weight }] of tied) {
    // Told apart from the words that answer anywhere by their numbers.
    if (!terms.has(term)) terms.set(term, { word: word + TIED, weight });
  }
  return { terms, refine: refineBy(patterns, analyzer) };
}

/** Numbers of words that answer in a pattern alone begin here; a query has fewer words than that. */
const TIED = 1 << 16;
/** A stop word of a phrase says little about a passage. */
const STOP_WORD_WEIGHT = 0.1;

function tie(tied: Map<string, Explained>, pattern: Pattern, explained: Explained): void {
  for (const way of pattern)
    for (const slot of way) for (const term of slot) if (!tied.has(term)) tied.set(term, explained);
}

function patternOfWords(together: NonNullable<Variant['together']>, index: PackedIndex): Pattern {
  return [together.map((slot) => new Set(slot.map((word) => index.words.get(word))))];
}

function refineBy(patterns: readonly Pattern[], analyzer: Analyzer): Refine {
  return (text, marks) => {
    if (!marks.some(({ word }) => word >= TIED)) return marks;
    const ranges = patterns.flatMap((pattern) => findMarkedPattern(text, marks, { pattern, analyzer }));
    return marks.filter(
      ({ word, start, end }) => word < TIED || ranges.some(([from, to]) => from <= start && end <= to),
    );
  };
}
