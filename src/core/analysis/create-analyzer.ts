import type { SearchSettings } from '../model/settings.js';
import { createAnalyzer, type Analyzer, type LoadStem } from './analyzer.js';
import type { Stem } from './stemming.js';
import { createLuceneAnalyzer } from './lucene-analyzer.js';

/**
 * Creates the analyzer for settings. The ranking `bm25` has its own. `stem` is the stemmer of the settings' language,
 * `loadStem` loads those of other languages.
 */
export function createAnalyzerForSettings(
  { language, ranking, stopWords, protectedWords }: SearchSettings,
  stem: Stem,
  loadStem?: LoadStem,
): Analyzer {
  const create = ranking === 'bm25' ? createLuceneAnalyzer : createAnalyzer;
  const others = loadStem === undefined ? {} : { loadStem };
  return create({ language, stem, stopWords, protectedWords, ...others });
}
