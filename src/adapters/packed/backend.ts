import type { Analyzer } from '../../core/analysis/analyzer.js';
import { AskdexError } from '../../core/errors.js';
import type { DocumentView, RelatedHit, SearchAnswer, Suggestion } from '../../core/hit.js';
import type { Manifest } from '../../core/manifest.js';
import { INDEX_FILE } from '../../core/packed/layout.js';
import { openPacked } from '../../core/packed/packed-index.js';
import { PackedSearcher } from '../../core/packed/searcher.js';
import type { Backend, OpenBackend } from '../../core/ports.js';
import type { Query } from '../../core/query.js';
import type { SearchSettings } from '../../core/settings.js';

/** Opens generations that hold a packed index. */
export function openPackedBackend(settings: SearchSettings, analyzer: Analyzer): OpenBackend {
  return async (generation) => {
    const { manifest } = generation;
    if (manifest.analyzer !== analyzer.id) {
      throw new AskdexError(
        'index_damaged',
        `Generation ${manifest.generation} was written with the analyzer ${manifest.analyzer}, this configuration asks for ${analyzer.id}.`,
        { remedy: 'Build the index again with `askdex index`.' },
      );
    }
    // The store has checked the file against its sha256.
    const index = openPacked(await generation.read(INDEX_FILE), { verify: false, decode });
    if (index.size !== manifest.documents || index.meta.analyzer !== manifest.analyzer) {
      const message = `Generation ${manifest.generation} holds ${index.size} documents, its manifest says ${manifest.documents}.`;
      throw new AskdexError('index_damaged', message);
    }
    return new PackedBackend(
      manifest,
      new PackedSearcher(index, { analyzer, settings, generation: manifest.generation }),
    );
  };
}

class PackedBackend implements Backend {
  readonly name = 'packed';

  constructor(
    readonly manifest: Manifest,
    private readonly searcher: PackedSearcher,
  ) {}

  search(query: Query): Promise<SearchAnswer> {
    return answered(() => this.searcher.search(query));
  }

  suggest(text: string, limit: number): Promise<readonly Suggestion[]> {
    return answered(() => this.searcher.suggest(text, limit));
  }

  document(key: string): Promise<DocumentView | null> {
    return answered(() => this.searcher.document(key));
  }

  related(key: string, limit: number): Promise<readonly RelatedHit[] | null> {
    return answered(() => this.searcher.related(key, limit));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** What throws while answering rejects, as the port promises. */
function answered<T>(answer: () => T): Promise<T> {
  return new Promise((resolve) => resolve(answer()));
}

function decode(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}
