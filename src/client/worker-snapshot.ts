import { AskdexError, deserializeError } from '../core/errors.js';
import type { DocumentView, RelatedHit, SearchResponse, Suggestion } from '../core/model/search-response.js';
import type { SnapshotManifest } from '../core/model/snapshot-manifest.js';
import { snapshotClosedError } from './swappable-snapshot.js';
import type { Snapshot, SnapshotOptions } from './types.js';
import {
  isWorkerMessage,
  type StoredIndexPart,
  type Reply,
  type WorkerRequest,
  type WorkerMessage,
  type SerializableOptions,
} from './worker-protocol.js';
import type { WorkerLike } from './store/platform.js';
import type { SearchOptions } from './search-options.js';
import type { StoredIndex } from './store/stored-index.js';
import type { StoredSnapshot } from './store/snapshot-store.js';

interface Opening {
  readonly url: URL;
  readonly options: SnapshotOptions;
  /** The stored snapshot; never rejects. */
  readonly prefetched: Promise<StoredSnapshot | null>;
}

/** Opens a snapshot in a worker, which is terminated when the snapshot is closed or cannot be opened. */
export async function openWorkerSnapshot(thread: WorkerLike, opening: Opening): Promise<Snapshot> {
  const snapshot = new WorkerSnapshot(thread, opening.options);
  try {
    await snapshot.open(opening);
    return snapshot;
  } catch (error) {
    await snapshot.close();
    throw error;
  }
}

interface PendingRequest {
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: unknown) => void;
}

class WorkerSnapshot implements Snapshot {
  #manifest: SnapshotManifest | null = null;
  #last = 0;
  #ended: Error | null = null;
  readonly #pending = new Map<number, PendingRequest>();

  constructor(
    private readonly thread: WorkerLike,
    private readonly callbacks: Pick<SnapshotOptions, 'onProgress' | 'onUpdate' | 'onProblem'>,
  ) {
    thread.addEventListener('message', ({ data }) => {
      if (isWorkerMessage(data)) this.#onMessage(data);
    });
    thread.addEventListener('error', () => this.#end(new Error('The worker of the snapshot ended.')));
    thread.addEventListener('messageerror', () => this.#end(new Error('A reply of the worker was lost.')));
  }

  async open({ url, options, prefetched }: Opening): Promise<void> {
    const { signal } = options;
    const abort = (): void => this.#end(signal?.reason);
    signal?.throwIfAborted();
    signal?.addEventListener('abort', abort);
    try {
      const kept = await prefetched;
      const opening = this.#request({
        ...{ type: 'open', url: url.href, options: sentOptions(options) },
        kept: kept?.manifest ?? null,
      });
      if (kept !== null) this.#transfer(kept.index());
      this.#manifest = (await opening).manifest ?? null;
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  get manifest(): SnapshotManifest {
    if (this.#manifest === null) throw snapshotClosedError();
    return this.#manifest;
  }

  async search(q: string, options?: SearchOptions): Promise<SearchResponse> {
    return requireReply((await this.#request({ type: 'search', q, options })).answer);
  }

  async suggest(q: string, options?: { readonly limit?: number }): Promise<readonly Suggestion[]> {
    return requireReply((await this.#request({ type: 'suggest', q, options })).suggestions);
  }

  async document(key: string): Promise<DocumentView | null> {
    return requireReply((await this.#request({ type: 'document', key })).document)[0];
  }

  async related(key: string, options?: { readonly limit?: number }): Promise<readonly RelatedHit[] | null> {
    return requireReply((await this.#request({ type: 'related', key, options })).related)[0];
  }

  async update(): Promise<boolean> {
    return requireReply((await this.#request({ type: 'update' })).updated);
  }

  close(): Promise<void> {
    this.#end(snapshotClosedError());
    return Promise.resolve();
  }

  /** Transfers the parts of a stored index to the worker as they are read. */
  #transfer(index: StoredIndex): void {
    for (const kept of ['bytes', 'hashes'] as const) {
      const send = (data: StoredIndexPart['data']): void => {
        const part: StoredIndexPart = { kept, data };
        this.thread.postMessage(part, data === null ? [] : [data.buffer]);
      };
      index[kept].then(send, () => send(null));
    }
  }

  #request(request: WorkerRequest): Promise<Reply> {
    if (this.#ended !== null) return Promise.reject(this.#ended);
    this.#last += 1;
    const id = this.#last;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      try {
        this.thread.postMessage({ id, request });
      } catch (error) {
        // For example a function in the options.
        this.#pending.delete(id);
        reject(unsendable(error));
      }
    });
  }

  #onMessage(message: WorkerMessage): void {
    if (message.type === 'progress') this.callbacks.onProgress?.(message.progress);
    else if (message.type === 'problem') this.#problem(deserializeError(message.error));
    else if (message.type === 'update') {
      this.#manifest = message.manifest;
      this.callbacks.onUpdate?.(message.manifest);
    } else if (message.type === 'reply') {
      const waiting = this.#pending.get(message.id);
      this.#pending.delete(message.id);
      if (message.reply.error === undefined) waiting?.resolve(message.reply);
      else waiting?.reject(deserializeError(message.reply.error));
    }
  }

  #problem(error: Error): void {
    if (error instanceof AskdexError) this.callbacks.onProblem?.(error);
  }

  #end(reason: unknown): void {
    if (this.#ended !== null) return;
    this.#ended = reason instanceof Error ? reason : snapshotClosedError();
    this.thread.terminate();
    for (const { reject } of this.#pending.values()) reject(reason);
    this.#pending.clear();
  }
}

function sentOptions(options: SnapshotOptions): SerializableOptions {
  const { onProgress: _p, onUpdate: _u, onProblem: _o, signal: _s, worker: _w, ...sent } = options;
  return sent;
}

function requireReply<T>(member: T | undefined): T {
  if (member === undefined) throw new Error('The worker sent a reply of another type.');
  return member;
}

function unsendable(cause: unknown): AskdexError {
  return new AskdexError('invalid_parameter', 'The options contain a value that cannot be sent to a worker.', {
    parameter: 'options',
    remedy: 'Give plain values.',
    cause,
  });
}
