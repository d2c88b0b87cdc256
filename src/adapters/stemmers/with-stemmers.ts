import type { Analyzer } from '../../core/analysis/analyzer.js';
import type { DocumentSource } from '../../core/model/ports.js';
import { createAnalyzerForSettings } from '../../core/analysis/create-analyzer.js';
import type { SearchSettings } from '../../core/model/settings.js';
import { loadStem, loadStemmer } from './stemmers.js';

/** Wraps a source so that the stemmer of each document's language is loaded before the document is returned. */
export function withStemmers(source: DocumentSource, analyzer: Analyzer): DocumentSource {
  const known = new Set<string>();
  return {
    id: source.id,
    scan: (signal) => source.scan(signal),
    async *read(entry) {
      for await (const item of source.read(entry)) {
        const language = item.kind === 'document' ? item.document.language : null;
        if (language !== null && !known.has(language)) {
          known.add(language);
          await analyzer.loadLanguages([language]);
        }
        yield item;
      }
    },
  };
}

/** Loads the analyzer for a site's settings. */
export async function loadAnalyzer(settings: SearchSettings): Promise<Analyzer> {
  return createAnalyzerForSettings(settings, await loadStem(settings.language), loadStemmer);
}
