import type { Analyzer } from '../../core/analysis/analyzer.js';
import type { DocumentSource } from '../../core/model/ports.js';

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
