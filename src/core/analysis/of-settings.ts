import type { SearchSettings } from '../settings.js';
import { createAnalyzer, type Analyzer, type Stem } from './analyzer.js';
import { createPlainAnalyzer } from './plain.js';

/** The analyzer that settings ask for: `bm25` has its own, so that an index of one is never searched as the other. */
export function analyzerFor(
  { language, ranking, stopWords, protectedWords }: SearchSettings,
  stem: Stem,
): Analyzer {
  const create = ranking === 'bm25' ? createPlainAnalyzer : createAnalyzer;
  return create({ language, stem, stopWords, protectedWords });
}
