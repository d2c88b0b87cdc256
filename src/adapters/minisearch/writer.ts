import MiniSearch from 'minisearch';
import { createAnalyzer, type Analyzer } from '../../core/analysis/analyzer.js';
import type { Document } from '../../core/document.js';
import type { Draft } from '../../core/manifest.js';
import type { IndexWriter } from '../../core/ports.js';
import type { SearchSettings } from '../../core/settings.js';
import type { Stem } from '../../core/analysis/analyzer.js';
import { stemmedOptions } from './options.js';

export const DOCUMENTS_FILE = 'documents.json';
export const INDEX_FILE = 'minisearch.json';

/** The analyzer that a site's settings ask for. */
export function analyzerOf(settings: SearchSettings, stem: Stem): Analyzer {
  const { language, stopWords, protectedWords } = settings;
  return createAnalyzer({ language, stem, stopWords, protectedWords });
}

/** Documents handed to MiniSearch between two reports of progress. */
const BATCH = 200;

/** Writes documents as a MiniSearch index and a file of the documents themselves, both in order of key. */
export function createIndexWriter(settings: SearchSettings, stem: Stem): IndexWriter {
  const analyzer = analyzerOf(settings, stem);
  return {
    write(documents, onProgress): Promise<Draft> {
      const sorted = [...documents].sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
      const index = new MiniSearch<Document>(stemmedOptions(analyzer));
      for (const [done, document] of sorted.entries()) {
        index.add(document);
        if (done % BATCH === 0) onProgress?.(done, sorted.length);
      }
      onProgress?.(sorted.length, sorted.length);
      const encode = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
      const files = [
        { name: DOCUMENTS_FILE, bytes: encode(sorted) },
        { name: INDEX_FILE, bytes: encode(index) },
      ];
      return Promise.resolve({ analyzer: analyzer.id, documents: sorted.length, files });
    },
  };
}
