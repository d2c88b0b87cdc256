import { AskdexError } from '../core/errors.js';
import type { DocumentView, RelatedHit, SearchResponse, Suggestion } from '../core/model/search-response.js';
import type { Searchable } from './types.js';
import type { SearchOptions } from './search-options.js';

/** Answers from the open snapshot, which can be replaced. Running calls continue with the previous one. */
export abstract class SwappableSnapshot<S extends Searchable & { readonly manifest: unknown }> {
  #current: S | null;
  #manifest: S['manifest'];
  #updating: Promise<boolean> | null = null;

  constructor(opened: S) {
    this.#current = opened;
    this.#manifest = opened.manifest;
  }

  /** Remains available after `close`. */
  get manifest(): S['manifest'] {
    return this.#manifest;
  }

  async search(q: string, options?: SearchOptions): Promise<SearchResponse> {
    return this.requireOpen().search(q, options);
  }

  async suggest(q: string, options?: { readonly limit?: number }): Promise<readonly Suggestion[]> {
    return this.requireOpen().suggest(q, options);
  }

  async document(key: string): Promise<DocumentView | null> {
    return this.requireOpen().document(key);
  }

  async related(key: string, options?: { readonly limit?: number }): Promise<readonly RelatedHit[] | null> {
    return this.requireOpen().related(key, options);
  }

  /** Calls during a running update return the same promise. */
  update(): Promise<boolean> {
    this.#updating ??= this.fetchNewer().finally(() => {
      this.#updating = null;
    });
    return this.#updating;
  }

  close(): Promise<void> {
    this.#current = null;
    return Promise.resolve();
  }

  /** Looks for a newer snapshot and opens it. Returns whether there was one. */
  protected abstract fetchNewer(): Promise<boolean>;

  /** @throws {AskdexError} index_not_ready: the snapshot is closed */
  protected requireOpen(): S {
    if (this.#current === null) throw snapshotClosedError();
    return this.#current;
  }

  protected get isClosed(): boolean {
    return this.#current === null;
  }

  /** @throws {AskdexError} index_not_ready: the snapshot was closed meanwhile */
  protected replace(opened: S): void {
    this.requireOpen();
    this.#current = opened;
    this.#manifest = opened.manifest;
  }
}

export function snapshotClosedError(): AskdexError {
  return new AskdexError('index_not_ready', 'The snapshot was closed.');
}
