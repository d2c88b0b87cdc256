import type { DocumentView, RelatedHit, SearchResponse, Suggestion } from '../core/model/search-response.js';
import type { SerializedError } from '../core/serialized-error.js';
import type { SnapshotManifest } from '../core/model/snapshot-manifest.js';
import type { DownloadProgress } from './download/snapshot-source.js';
import type { SnapshotOptions } from './types.js';
import type { SearchOptions } from './search-options.js';

/** What of the options can be sent: functions and the signal stay with the page. */
export type SerializableOptions = Omit<SnapshotOptions, 'onProgress' | 'onUpdate' | 'onProblem' | 'signal' | 'worker'>;

/** What a page asks its worker for. `open` comes first, once. */
export type WorkerRequest =
  | {
      readonly type: 'open';
      readonly url: string;
      readonly options: SerializableOptions;
      /** The manifest that the page read of the store meanwhile, whose index follows in parts; null: nothing was kept. */
      readonly kept: string | null;
    }
  | { readonly type: 'search'; readonly q: string; readonly options: SearchOptions | undefined }
  | {
      readonly type: 'suggest';
      readonly q: string;
      readonly options: { readonly limit?: number } | undefined;
    }
  | { readonly type: 'document'; readonly key: string }
  | {
      readonly type: 'related';
      readonly key: string;
      readonly options: { readonly limit?: number } | undefined;
    }
  | { readonly type: 'update' };

export interface RequestEnvelope {
  readonly id: number;
  readonly request: WorkerRequest;
}

/** What a page sends after `open` of an index that it reads of the store, each as soon as it is there; null: it cannot be read. */
export interface StoredIndexPart {
  readonly kept: 'bytes' | 'hashes';
  readonly data: Uint8Array<ArrayBuffer> | null;
}

/** What a worker answers: one member, by the kind of the request. */
export interface Reply {
  readonly manifest?: SnapshotManifest;
  readonly answer?: SearchResponse;
  readonly suggestions?: readonly Suggestion[];
  /** In a list, so that none is something. */
  readonly document?: readonly [DocumentView | null];
  readonly related?: readonly [readonly RelatedHit[] | null];
  readonly updated?: boolean;
  readonly error?: SerializedError;
}

/** What a worker says: that it listens, the reply to a request, or what a callback of the options is to be told. */
export type WorkerMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'reply'; readonly id: number; readonly reply: Reply }
  | { readonly type: 'progress'; readonly progress: DownloadProgress }
  | { readonly type: 'update'; readonly manifest: SnapshotManifest }
  | { readonly type: 'problem'; readonly error: SerializedError };

/** The worker is our own: that it speaks at all is all that is asked. */
export function isWorkerMessage(data: unknown): data is WorkerMessage {
  return typeof data === 'object' && data !== null && 'type' in data;
}
