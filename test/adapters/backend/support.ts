import { createIndexWriter } from '../../../src/adapters/minisearch/index-writer.js';
import { openPackedBackend } from '../../../src/adapters/backend/index-backend.js';
import { hashDocument } from '../../../src/app/build/parsed-files.js';
import type { Analyzer } from '../../../src/core/analysis/analyzer.js';
import type { Document } from '../../../src/core/model/document.js';
import type { GenerationDraft } from '../../../src/core/model/generation-manifest.js';
import type { Backend } from '../../../src/core/model/ports.js';
import { DEFAULT_SETTINGS, type SearchSettings } from '../../../src/core/model/settings.js';
import { storedInMemory } from '../../support/generations.js';
import { englishAnalyzer } from '../../support/texts.js';

/** The analyzer of an English site with these settings. */
export function analyzerOf({ language, stopWords, protectedWords }: SearchSettings): Promise<Analyzer> {
  return englishAnalyzer({ language, stopWords, protectedWords });
}

/** The files of an index whose documents are distributed over this many segments. */
export function draftOf(documents: readonly Document[], analyzer: Analyzer, segments = 2): GenerationDraft {
  const writer = createIndexWriter(analyzer);
  const dealt = Array.from({ length: segments }, (_, segment) =>
    documents.filter((_document, at) => at % segments === segment),
  );
  const built = dealt
    .filter((part) => part.length > 0)
    .map((part) => ({
      bytes: writer.segment(part.map((document) => ({ document, hash: hashDocument(document) }))),
      live: null,
    }));
  const { analyzer: id, documents: count, files } = writer.merge(built, (subject) => subject);
  return { analyzer: id, documents: count, files };
}

/** Builds an index in memory and opens it. */
export async function openInMemory(
  documents: readonly Document[],
  settings: SearchSettings = DEFAULT_SETTINGS,
): Promise<Backend> {
  const analyzer = await analyzerOf(settings);
  return openPackedBackend(settings, analyzer)(storedInMemory(draftOf(documents, analyzer)));
}
