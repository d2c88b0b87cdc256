import type { DocumentView, RelatedHit, SearchAnswer, Suggestion } from '../core/model/search-response.js';
import type { SerializedError } from '../core/serialized-error.js';
import type { SnapshotManifest } from '../core/model/snapshot-manifest.js';
import type { Progress } from './download/snapshot-source.js';
import type { SnapshotOptions } from './types.js';
import type { SearchOptions } from './search-options.js';

/** What of the options can be sent: functions and the signal stay with the page. */
export type SentOptions = Omit<
  SnapshotOptions,
  'onProgress' | 'onUpdate' | 'onProblem' | 'signal' | 'worker'
>;

/** What a page asks its worker for. `open` comes first, once. */
export type Request =
  | {
      readonly ask: 'open';
      readonly url: string;
      readonly options: SentOptions;
      /** The manifest that the page read of the store meanwhile, whose index follows in parts; null: nothing was kept. */
      readonly kept: string | null;
    }
  | { readonly ask: 'search'; readonly q: string; readonly options: SearchOptions | undefined }
  | { readonly ask: 'suggest'; readonly q: string; readonly options: { readonly limit?: number } | undefined }
  | { readonly ask: 'document'; readonly key: string }
  | {
      readonly ask: 'related';
      readonly key: string;
      readonly options: { readonly limit?: number } | undefined;
    }
  | { readonly ask: 'update' };

export interface NumberedRequest {
  readonly id: number;
  readonly request: Request;
}

/** What a page sends after `open` of an index that it reads of the store, each as soon as it is there; null: it cannot be read. */
export interface KeptPart {
  readonly kept: 'bytes' | 'hashes';
  readonly data: Uint8Array<ArrayBuffer> | null;
}

/** What a worker answers: one member, by the kind of the request. */
export interface Reply {
  readonly manifest?: SnapshotManifest;
  readonly answer?: SearchAnswer;
  readonly suggestions?: readonly Suggestion[];
  /** In a list, so that none is something. */
  readonly document?: readonly [DocumentView | null];
  readonly related?: readonly [readonly RelatedHit[] | null];
  readonly updated?: boolean;
  readonly error?: SerializedError;
}

/** What a worker says: that it listens, the reply to a request, or what a callback of the options is to be told. */
export type Said =
  | { readonly say: 'ready' }
  | { readonly say: 'reply'; readonly id: number; readonly reply: Reply }
  | { readonly say: 'progress'; readonly progress: Progress }
  | { readonly say: 'update'; readonly manifest: SnapshotManifest }
  | { readonly say: 'problem'; readonly error: SerializedError };

/** The worker is our own: that it speaks at all is all that is asked. */
export function isSaid(data: unknown): data is Said {
  return typeof data === 'object' && data !== null && 'say' in data;
}
