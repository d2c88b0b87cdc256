import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Analyzer } from '../../core/analysis/analyzer.js';
import { AskdexError, quoteForMessage } from '../../core/errors.js';
import type { DocumentView, RelatedHit, SearchResponse, Suggestion } from '../../core/model/search-response.js';
import { requireAnalyzer, type Manifest } from '../../core/model/generation-manifest.js';
import { INDEX_FILE } from '../../core/index/format/container.js';
import { openIndex } from '../../core/index/index-reader.js';
import { IndexSearcher } from '../../core/search/index-searcher.js';
import type { Backend, OpenBackend } from '../../core/model/ports.js';
import { QUERY_LIMITS, queryOf, type Query } from '../../core/model/query.js';
import type { SearchSettings } from '../../core/model/settings.js';

/**
 * Returns the function that opens a generation for searching. `warmUp` (default true) runs some complete searches, so
 * that the first visitor's search is fast.
 */
export function openPackedBackend(
  settings: SearchSettings,
  analyzer: Analyzer,
  { warmUp = true }: { readonly warmUp?: boolean } = {},
): OpenBackend {
  return async (generation) => {
    const { manifest } = generation;
    requireAnalyzer(manifest, analyzer);
    // The store has verified the file's sha256.
    const index = openIndex(await generation.read(INDEX_FILE), { verify: false, decode });
    if (index.size !== manifest.documents || index.meta.analyzer !== manifest.analyzer) {
      const counts = `has ${index.size} documents, its manifest lists ${manifest.documents}`;
      throw new AskdexError('index_damaged', `Generation ${manifest.generation} ${counts}.`);
    }
    await analyzer.loadLanguages(index.documents.languageTags());
    const searcher = new IndexSearcher(index, { analyzer, settings, generation: manifest.generation });
    await selfCheck(searcher, analyzer, warmUp ? WARM_UP : SELF_CHECK);
    return new PackedBackend(manifest, searcher);
  };
}

/** How many titles are searched for, and with how many hits. */
const SELF_CHECK = { titles: 3, limit: 1 };
const WARM_UP = { titles: 8, limit: 10 };

/**
 * Searches for some titles: an index that does not find its own documents must not be served. Other requests can run
 * between two searches.
 */
async function selfCheck(
  searcher: IndexSearcher,
  analyzer: Analyzer,
  { titles, limit }: typeof SELF_CHECK,
): Promise<void> {
  const { documents, size } = searcher.index;
  for (let trial = 0; trial < Math.min(titles, size); trial += 1) {
    const title = documents.title(Math.floor((trial * size) / titles)).slice(0, QUERY_LIMITS.textLength);
    const { totalHits } = searcher.search(queryOf(title, { limit, similar: true }));
    if (totalHits === 0 && analyzer.terms(title).length > 0) {
      throw new AskdexError('index_damaged', `The index does not find its document ${quoteForMessage(title)}.`);
    }
    await nextTurn();
  }
}

class PackedBackend implements Backend {
  readonly name = 'packed';

  constructor(
    readonly manifest: Manifest,
    private readonly searcher: IndexSearcher,
  ) {}

  search(query: Query): Promise<SearchResponse> {
    return asPromise(() => this.searcher.search(query));
  }

  suggest(text: string, limit: number): Promise<readonly Suggestion[]> {
    return asPromise(() => this.searcher.suggest(text, limit));
  }

  document(key: string): Promise<DocumentView | null> {
    return asPromise(() => this.searcher.document(key));
  }

  related(key: string, limit: number): Promise<readonly RelatedHit[] | null> {
    return asPromise(() => this.searcher.related(key, limit));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** Turns a thrown error into a rejection, as the `Backend` port requires. */
function asPromise<T>(answer: () => T): Promise<T> {
  return new Promise((resolve) => resolve(answer()));
}

function decode(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}
