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
  /** Of the packed index. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly settings: Partial<SearchSettings>;
  /** `none`: the index came without answers. */
  readonly text: TextMode;
  /** The one of `analyzerFrom`, where it was made already. */
  readonly analyzer?: Analyzer;
  /** Rejects where the bytes do not match the manifest; left out: they do. What the first query needs is made meanwhile. */
  readonly checking?: Promise<void>;
}

/** A snapshot that is searched in this thread, with the bytes that it is searched in. */
export interface OpenSnapshot<M extends Manifest | SnapshotManifest = SnapshotManifest> extends Searchable {
  readonly manifest: M;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** The analyzer of settings. Throws `index_damaged` where it is not the one that a snapshot was written with. */
export async function createCheckedAnalyzer(
  given: Partial<SearchSettings>,
  manifest: Pick<Manifest, 'analyzer'>,
): Promise<Analyzer> {
  const { language, ranking, stopWords, protectedWords } = { ...DEFAULT_SETTINGS, ...given };
  // As `analyzerFor` does, which would bring both analyzers along.
  const create =
    ranking === 'bm25' ? (await import('./on-demand/bm25-analyzer.js')).createLuceneAnalyzer : createAnalyzer;
  const stem = (await loadStemmer(language)) ?? ((word: string): string => word);
  const analyzer = create({ language, stem, stopWords, protectedWords, loadStem: loadStemmer });
  if (manifest.analyzer === analyzer.id) return analyzer;
  throw new AskdexError(
    'index_damaged',
    `The snapshot was written with the analyzer ${manifest.analyzer}, these settings ask for ${analyzer.id}.`,
    { remedy: 'Give the settings that the index was built with.' },
  );
}

/** Searches a packed index in this thread. Throws `index_damaged`. */
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
    throw damagedSnapshotError(`it holds ${index.size} documents, its manifest says ${manifest.documents}`);
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

/** What is known at once, as a promise: what it throws rejects. */
function asPromise<T>(value: () => T): Promise<T> {
  return new Promise((resolve) => resolve(value()));
}

/** Without answers, phrases and what else is read of them cannot be checked: the answer says so. */
function searched(answer: SearchResponse, text: TextMode): SearchResponse {
  return text === 'full' ? answer : markApproximate(answer);
}

/** An answer that says of itself that the whole index might have given another. */
export function markApproximate({ generation, ...rest }: SearchResponse): SearchResponse {
  return { ...rest, approximate: true, generation };
}

/** An answer that is not there is none, not an empty one. */
function shownDocument(document: DocumentView | null, text: TextMode): DocumentView | null {
  if (document === null || text === 'full') return document;
  return { ...document, answer: null, blocks: null, atoms: null };
}

// A mark at the beginning of a text is a character of it.
const DECODER = new TextDecoder('utf-8', { ignoreBOM: true });

export function decodeUtf8(bytes: Uint8Array): string {
  return DECODER.decode(bytes);
}

/** What a file with the right checksum and wrong contents throws is damage, too. */
function orDamaged<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof AskdexError) throw error;
    throw damagedSnapshotError('its index cannot be read', error);
  }
}
