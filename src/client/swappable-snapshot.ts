import { AskdexError } from '../core/errors.js';
import type { DocumentView, RelatedHit, SearchResponse, Suggestion } from '../core/model/search-response.js';
import type { Searchable } from './types.js';
import type { SearchOptions } from './search-options.js';

/** Answers from what is open now, until another takes its place: whoever asked before keeps the one before. */
export abstract class SwappableSnapshot<S extends Searchable & { readonly manifest: unknown }> {
  #current: S | null;
  #manifest: S['manifest'];
  #updating: Promise<boolean> | null = null;

  constructor(opened: S) {
    this.#current = opened;
    this.#manifest = opened.manifest;
  }

  /** Also of a closed one: it tells what was searched. */
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

  /** Whoever asks while an update runs waits for that one. */
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

  /** Looks for a newer one and takes it; whether there was one. */
  protected abstract fetchNewer(): Promise<boolean>;

  /** Throws `index_not_ready` once it is closed. */
  protected requireOpen(): S {
    if (this.#current === null) throw snapshotClosedError();
    return this.#current;
  }

  protected get isClosed(): boolean {
    return this.#current === null;
  }

  /** Throws `index_not_ready` where it was closed meanwhile. */
  protected replace(opened: S): void {
    this.requireOpen();
    this.#current = opened;
    this.#manifest = opened.manifest;
  }
}

export function snapshotClosedError(): AskdexError {
  return new AskdexError('index_not_ready', 'The snapshot was closed.');
}
