import { AskdexError } from '../core/errors.js';
import type { DocumentView, RelatedHit, SearchAnswer, Suggestion } from '../core/model/search-response.js';
import type { Searchable } from './types.js';
import type { SearchOptions } from './search-options.js';

/** Answers from what is open now, until another takes its place: whoever asked before keeps the one before. */
export abstract class CurrentSnapshot<S extends Searchable & { readonly manifest: unknown }> {
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

  async search(q: string, options?: SearchOptions): Promise<SearchAnswer> {
    return this.opened().search(q, options);
  }

  async suggest(q: string, options?: { readonly limit?: number }): Promise<readonly Suggestion[]> {
    return this.opened().suggest(q, options);
  }

  async document(key: string): Promise<DocumentView | null> {
    return this.opened().document(key);
  }

  async related(key: string, options?: { readonly limit?: number }): Promise<readonly RelatedHit[] | null> {
    return this.opened().related(key, options);
  }

  /** Whoever asks while an update runs waits for that one. */
  update(): Promise<boolean> {
    this.#updating ??= this.newer().finally(() => {
      this.#updating = null;
    });
    return this.#updating;
  }

  close(): Promise<void> {
    this.#current = null;
    return Promise.resolve();
  }

  /** Looks for a newer one and takes it; whether there was one. */
  protected abstract newer(): Promise<boolean>;

  /** Throws `index_not_ready` once it is closed. */
  protected opened(): S {
    if (this.#current === null) throw closed();
    return this.#current;
  }

  protected get isClosed(): boolean {
    return this.#current === null;
  }

  /** Throws `index_not_ready` where it was closed meanwhile. */
  protected swap(opened: S): void {
    this.opened();
    this.#current = opened;
    this.#manifest = opened.manifest;
  }
}

export function closed(): AskdexError {
  return new AskdexError('index_not_ready', 'The snapshot was closed.');
}
