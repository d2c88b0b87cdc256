import type { SerializedError } from '../core/errors.js';
import type { DocumentView, RelatedHit, SearchResponse, Suggestion } from '../core/model/search-response.js';
import type { SnapshotManifest } from '../core/model/snapshot-manifest.js';
import type { DownloadProgress } from './download/snapshot-source.js';
import type { SnapshotOptions } from './types.js';
import type { SearchOptions } from './search-options.js';

/** The options that can be sent to a worker. Functions and the signal remain in the page. */
export type SerializableOptions = Omit<SnapshotOptions, 'onProgress' | 'onUpdate' | 'onProblem' | 'signal' | 'worker'>;

/** A request of a page to its worker. `open` is the first one and is sent once. */
export type WorkerRequest =
  | {
      readonly type: 'open';
      readonly url: string;
      readonly options: SerializableOptions;
      /** The stored manifest that the page has read; its index follows in parts. null: none is stored. */
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

/** A part of the stored index, sent after `open` as soon as the page has read it. null: it cannot be read. */
export interface StoredIndexPart {
  readonly kept: 'bytes' | 'hashes';
  readonly data: Uint8Array<ArrayBuffer> | null;
}

/** The reply of a worker. It has one member, depending on the type of the request. */
export interface Reply {
  readonly manifest?: SnapshotManifest;
  readonly answer?: SearchResponse;
  readonly suggestions?: readonly Suggestion[];
  /** Wrapped in an array so that "no such document" (null) differs from "no reply" (undefined). */
  readonly document?: readonly [DocumentView | null];
  readonly related?: readonly [readonly RelatedHit[] | null];
  readonly updated?: boolean;
  readonly error?: SerializedError;
}

/** A message of a worker: it is ready, a reply, or a call of one of the option's callbacks. */
export type WorkerMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'reply'; readonly id: number; readonly reply: Reply }
  | { readonly type: 'progress'; readonly progress: DownloadProgress }
  | { readonly type: 'update'; readonly manifest: SnapshotManifest }
  | { readonly type: 'problem'; readonly error: SerializedError };

/** Checks little, since the worker is our own. */
export function isWorkerMessage(data: unknown): data is WorkerMessage {
  return typeof data === 'object' && data !== null && 'type' in data;
}
