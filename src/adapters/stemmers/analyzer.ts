import { createAnalyzer, type Analyzer } from '../../core/analysis/analyzer.js';
import type { SearchSettings } from '../../core/settings.js';
import { loadStem } from './stemmers.js';

/** The analyzer that a site's settings ask for. */
export async function loadAnalyzer({
  language,
  stopWords,
  protectedWords,
}: Pick<SearchSettings, 'language' | 'stopWords' | 'protectedWords'>): Promise<Analyzer> {
  return createAnalyzer({ language, stem: await loadStem(language), stopWords, protectedWords });
}
