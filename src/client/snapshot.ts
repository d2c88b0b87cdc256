import { loadStem, loadStemmer } from '../adapters/stemmers/stemmers.js';
import { analyzerFor } from '../core/analysis/of-settings.js';
import { AskdexError } from '../core/errors.js';
import type { Manifest } from '../core/manifest.js';
import { openPacked, type PackedIndex } from '../core/packed/packed-index.js';
import { PackedSearcher } from '../core/packed/searcher.js';
import { DEFAULT_SETTINGS, type SearchSettings } from '../core/settings.js';
import type { Snapshot } from './index.js';
import { damaged } from './manifest.js';
import { checkedLimit, checkedText, queryFrom } from './search-options.js';

export interface SnapshotParts {
  readonly manifest: Manifest;
  /** Of the packed index, already checked against the manifest. */
  readonly bytes: Uint8Array;
  readonly settings: Partial<SearchSettings>;
}

/** Searches a packed index in this process. Throws `index_damaged`. */
export async function snapshotOf({ manifest, bytes, settings: given }: SnapshotParts): Promise<Snapshot> {
  const settings = { ...DEFAULT_SETTINGS, ...given };
  const analyzer = analyzerFor(settings, await loadStem(settings.language), loadStemmer);
  if (manifest.analyzer !== analyzer.id) {
    throw new AskdexError(
      'index_damaged',
      `The snapshot was written with the analyzer ${manifest.analyzer}, these settings ask for ${analyzer.id}.`,
      { remedy: 'Give the settings that the index was built with.' },
    );
  }
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
    search: (q, options = {}) => answer((open) => open.search(queryFrom(q, options))),
    suggest: (q, options = {}) => answer((open) => open.suggest(checkedText(q), checkedLimit(options.limit))),
    document: (key) => answer((open) => open.document(key)),
    close() {
      searcher = null;
      return Promise.resolve();
    },
  };
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
