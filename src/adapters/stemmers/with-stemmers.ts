import type { Analyzer } from '../../core/analysis/analyzer.js';
import type { DocumentSource } from '../../core/model/ports.js';
import { createAnalyzerForSettings } from '../../core/analysis/create-analyzer.js';
import type { SearchSettings } from '../../core/model/settings.js';
import { loadStem, loadStemmer } from './stemmers.js';

/** A source before whose documents the stemmers of their languages are loaded. */
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

/** The analyzer that a site's settings ask for. */
export async function loadAnalyzer(settings: SearchSettings): Promise<Analyzer> {
  return createAnalyzerForSettings(settings, await loadStem(settings.language), loadStemmer);
}
