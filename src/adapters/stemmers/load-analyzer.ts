import type { Analyzer } from '../../core/analysis/analyzer.js';
import { createAnalyzerForSettings } from '../../core/analysis/create-analyzer.js';
import type { SearchSettings } from '../../core/model/settings.js';
import { loadStem, loadStemmer } from './stemmers.js';

/** The analyzer that a site's settings ask for. */
export async function loadAnalyzer(settings: SearchSettings): Promise<Analyzer> {
  return createAnalyzerForSettings(settings, await loadStem(settings.language), loadStemmer);
}
