import { createAnalyzer, type Analyzer } from '../core/analysis/analyzer.js';
import { AskdexError } from '../core/errors.js';
import type { DocumentView, SearchResponse } from '../core/model/search-response.js';
import type { Manifest } from '../core/model/generation-manifest.js';
import { openIndex } from '../core/index/index-reader.js';
import { IndexSearcher } from '../core/search/index-searcher.js';
import { DEFAULT_SETTINGS, type SearchSettings } from '../core/model/settings.js';
import { damagedSnapshotError, type SnapshotManifest, type TextMode } from '../core/model/snapshot-manifest.js';
import type { Searchable } from './types.js';
import { loadLanguage, loadStemmer } from './on-demand/languages.js';
import { loadSynonyms } from './on-demand/load-synonyms.js';
import { loadMiniSearchRanking } from './on-demand/load-minisearch-ranking.js';
import { validateLimit, validateText, toQuery } from './search-options.js';

export interface OpenSnapshotInput<M extends Manifest | SnapshotManifest> {
  readonly manifest: M;
  /** The index file. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly settings: Partial<SearchSettings>;
  /** `none`: the index has no answers. */
  readonly text: TextMode;
  /** The result of `createCheckedAnalyzer`, if it exists already. */
  readonly analyzer?: Analyzer;
  /**
   * Rejects if the bytes do not match the manifest. The searcher is prepared meanwhile. If absent, they were verified.
   */
  readonly checking?: Promise<void>;
}

/** A snapshot that is searched in this thread, with its index file. */
export interface OpenSnapshot<M extends Manifest | SnapshotManifest = SnapshotManifest> extends Searchable {
  readonly manifest: M;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * Creates the analyzer of settings.
 *
 * @throws {AskdexError} index_damaged: the snapshot was built with another analyzer
 */
export async function createCheckedAnalyzer(
  given: Partial<SearchSettings>,
  manifest: Pick<Manifest, 'analyzer'>,
): Promise<Analyzer> {
  const { language, ranking, stopWords, protectedWords } = { ...DEFAULT_SETTINGS, ...given };
  // The same as `analyzerFor`, which would add both analyzers to the bundle.
  const create =
    ranking === 'bm25' ? (await import('./on-demand/bm25-analyzer.js')).createLuceneAnalyzer : createAnalyzer;
  const stem = (await loadStemmer(language)) ?? ((word: string): string => word);
  const analyzer = create({ language, stem, stopWords, protectedWords, loadStem: loadStemmer });
  if (manifest.analyzer === analyzer.id) return analyzer;
  throw new AskdexError(
    'index_damaged',
    `The snapshot was built with the analyzer ${manifest.analyzer}, but these settings need ${analyzer.id}.`,
    { remedy: 'Give the settings that the index was built with.' },
  );
}

/**
 * Opens an index file for searching in this thread.
 *
 * @throws {AskdexError} index_damaged: it is invalid or does not match the manifest
 */
export async function openSnapshotIndex<M extends Manifest | SnapshotManifest>({
  manifest,
  bytes,
  settings: given,
  text,
  analyzer: made,
  checking,
}: OpenSnapshotInput<M>): Promise<OpenSnapshot<M>> {
  const settings = { ...DEFAULT_SETTINGS, ...given };
  const analyzer = made ?? (await createCheckedAnalyzer(given, manifest));
  const index = orDamaged(() => openIndex(bytes, { verify: false, decode: decodeUtf8 }));
  if (index.size !== manifest.documents || index.meta.analyzer !== manifest.analyzer)
    throw damagedSnapshotError(`it has ${index.size} documents, but its manifest says ${manifest.documents}`);
  await analyzer.loadLanguages(index.documents.languageTags());
  if (settings.ranking === 'minisearch') await loadMiniSearchRanking();
  await loadSynonyms(settings);
  const searcher = new IndexSearcher(index, { analyzer, settings, generation: manifest.generation });
  if (checking !== undefined) {
    orDamaged(() => searcher.prepare());
    await checking;
  }
  return {
    manifest,
    bytes,
    async search(q, options = {}) {
      const query = await toQuery(q, options);
      await loadLanguage(query.language);
      return searched(searcher.search(query), text);
    },
    suggest: (q, options = {}) => asPromise(() => searcher.suggest(validateText(q), validateLimit(options.limit))),
    document: (key) => asPromise(() => shownDocument(searcher.document(key), text)),
    related: (key, options = {}) => asPromise(() => searcher.related(key, validateLimit(options.limit))),
  };
}

/** Runs a synchronous function as a promise. */
function asPromise<T>(value: () => T): Promise<T> {
  return new Promise((resolve) => resolve(value()));
}

/** Without answers, phrases cannot be checked, so the response is marked as approximate. */
function searched(answer: SearchResponse, text: TextMode): SearchResponse {
  return text === 'full' ? answer : markApproximate(answer);
}

/** Marks a response that may differ from that of the whole index. */
export function markApproximate({ generation, ...rest }: SearchResponse): SearchResponse {
  return { ...rest, approximate: true, generation };
}

/** An answer that the index does not have is null, not empty. */
function shownDocument(document: DocumentView | null, text: TextMode): DocumentView | null {
  if (document === null || text === 'full') return document;
  return { ...document, answer: null, blocks: null, atoms: null };
}

// A byte order mark at the beginning is a character of the text.
const DECODER = new TextDecoder('utf-8', { ignoreBOM: true });

export function decodeUtf8(bytes: Uint8Array): string {
  return DECODER.decode(bytes);
}

/** Reports a file with a correct checksum and invalid contents as damaged, too. */
function orDamaged<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof AskdexError) throw error;
    throw damagedSnapshotError('its index cannot be read', error);
  }
}
