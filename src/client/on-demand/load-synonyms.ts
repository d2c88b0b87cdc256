import type { Analyzer } from '../../core/analysis/analyzer.js';
import type { SearchSettings } from '../../core/model/settings.js';
import type { Synonyms as SynonymMatcher } from '../../core/search/query/synonyms.js';

let loaded: typeof SynonymMatcher | null = null;

/** Loads the synonym matcher if the settings name synonyms. Call it before the searcher is created. */
export async function loadSynonyms({ synonyms, oneWaySynonyms }: SearchSettings): Promise<void> {
  if (synonyms.length === 0 && Object.keys(oneWaySynonyms).length === 0) return;
  ({ Synonyms: loaded } = await import('./site-synonyms.js'));
}

/** The bundles for browsers use this in place of the class in `core/search/query/synonyms.ts`. */
export const Synonyms = {
  create: (settings: SearchSettings, analyzer: Analyzer): SynonymMatcher | null =>
    loaded?.create(settings, analyzer) ?? null,
};
