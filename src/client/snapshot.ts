import { loadStem, loadStemmer } from '../adapters/stemmers/stemmers.js';
import type { Analyzer } from '../core/analysis/analyzer.js';
import { analyzerFor } from '../core/analysis/of-settings.js';
import { AskdexError } from '../core/errors.js';
import type { DocumentView, SearchAnswer } from '../core/hit.js';
import type { Manifest } from '../core/manifest.js';
import { openPacked, type PackedIndex } from '../core/packed/packed-index.js';
import { PackedSearcher } from '../core/packed/searcher.js';
import { DEFAULT_SETTINGS, type SearchSettings } from '../core/settings.js';
import type { SnapshotManifest, TextMode } from '../core/snapshot.js';
import type { Snapshot } from './index.js';
import { damaged } from './manifest.js';
import { checkedLimit, checkedText, queryFrom } from './search-options.js';

export interface SnapshotParts {
  readonly manifest: Manifest | SnapshotManifest;
  /** Of the packed index, already checked against the manifest. */
  readonly bytes: Uint8Array;
  readonly settings: Partial<SearchSettings>;
  /** `none`: the index came without answers. */
  readonly text: TextMode;
}

/** The analyzer of settings. Throws `index_damaged` where it is not the one that a snapshot was written with. */
export async function analyzerFrom(
  given: Partial<SearchSettings>,
  manifest: Pick<Manifest, 'analyzer'>,
): Promise<Analyzer> {
  const settings = { ...DEFAULT_SETTINGS, ...given };
  const analyzer = analyzerFor(settings, await loadStem(settings.language), loadStemmer);
  if (manifest.analyzer === analyzer.id) return analyzer;
  throw new AskdexError(
    'index_damaged',
    `The snapshot was written with the analyzer ${manifest.analyzer}, these settings ask for ${analyzer.id}.`,
    { remedy: 'Give the settings that the index was built with.' },
  );
}

/** Searches a packed index in this process. Throws `index_damaged`. */
export async function snapshotOf({
  manifest,
  bytes,
  settings: given,
  text,
}: SnapshotParts): Promise<Snapshot> {
  const settings = { ...DEFAULT_SETTINGS, ...given };
  const analyzer = await analyzerFrom(given, manifest);
  const index = opened(bytes);
  if (index.size !== manifest.documents || index.meta.analyzer !== manifest.analyzer)
    throw damaged(`it holds ${index.size} documents, its manifest says ${manifest.documents}`);
  await analyzer.prepare(index.documents.languageTags());
  let searcher: PackedSearcher | null = new PackedSearcher(index, {
    analyzer,
    settings,
    generation: manifest.generation,
  });
  const answer = <T>(from: (searcher: PackedSearcher) => T): Promise<T> =>
    new Promise((resolve) => {
      if (searcher === null) throw new AskdexError('index_not_ready', 'The snapshot was closed.');
      resolve(from(searcher));
    });
  return {
    manifest,
    search: (q, options = {}) => answer((open) => searched(open.search(queryFrom(q, options)), text)),
    suggest: (q, options = {}) => answer((open) => open.suggest(checkedText(q), checkedLimit(options.limit))),
    document: (key) => answer((open) => shownDocument(open.document(key), text)),
    close() {
      searcher = null;
      return Promise.resolve();
    },
  };
}

/** Without answers, phrases and what else is read of them cannot be checked: the answer says so. */
function searched(answer: SearchAnswer, text: TextMode): SearchAnswer {
  if (text === 'full') return answer;
  const { generation, ...rest } = answer;
  return { ...rest, approximate: true, generation };
}

/** An answer that is not there is none, not an empty one. */
function shownDocument(document: DocumentView | null, text: TextMode): DocumentView | null {
  if (document === null || text === 'full') return document;
  return { ...document, answer: null, blocks: null, atoms: null };
}

// A mark at the beginning of a text is a character of it.
const DECODER = new TextDecoder('utf-8', { ignoreBOM: true });

/** What a file with the right checksum and wrong contents throws is damage, too. */
function opened(bytes: Uint8Array): PackedIndex {
  try {
    return openPacked(bytes, { verify: false, decode: (part) => DECODER.decode(part) });
  } catch (error) {
    if (error instanceof AskdexError) throw error;
    throw damaged('its index cannot be read', error);
  }
}
