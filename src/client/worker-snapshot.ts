import { deserializeError } from '../core/serialized-error.js';
import { AskdexError } from '../core/errors.js';
import type { DocumentView, RelatedHit, SearchAnswer, Suggestion } from '../core/model/search-response.js';
import type { SnapshotManifest } from '../core/model/snapshot-manifest.js';
import { closed } from './swappable-snapshot.js';
import type { Snapshot, SnapshotOptions } from './types.js';
import {
  isSaid,
  type KeptPart,
  type Reply,
  type Request,
  type Said,
  type SentOptions,
} from './worker-protocol.js';
import type { Thread } from './store/platform.js';
import type { SearchOptions } from './search-options.js';
import type { KeptIndex } from './store/stored-index.js';
import type { Kept } from './store/snapshot-store.js';

interface Opening {
  readonly url: URL;
  readonly options: SnapshotOptions;
  /** What was kept; never rejects. */
  readonly ahead: Promise<Kept | null>;
}

/** Opens a snapshot in a worker. The worker ends with the snapshot, or where it cannot be opened. */
export async function openThrough(thread: Thread, opening: Opening): Promise<Snapshot> {
  const snapshot = new WorkerSnapshot(thread, opening.options);
  try {
    await snapshot.open(opening);
    return snapshot;
  } catch (error) {
    await snapshot.close();
    throw error;
  }
}

interface Waiting {
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: unknown) => void;
}

class WorkerSnapshot implements Snapshot {
  #manifest: SnapshotManifest | null = null;
  #last = 0;
  #ended: Error | null = null;
  readonly #waiting = new Map<number, Waiting>();

  constructor(
    private readonly thread: Thread,
    private readonly told: Pick<SnapshotOptions, 'onProgress' | 'onUpdate' | 'onProblem'>,
  ) {
    thread.addEventListener('message', ({ data }) => {
      if (isSaid(data)) this.#hear(data);
    });
    thread.addEventListener('error', () => this.#end(new Error('The worker of the snapshot ended.')));
    thread.addEventListener('messageerror', () => this.#end(new Error('An answer of the worker was lost.')));
  }

  async open({ url, options, ahead }: Opening): Promise<void> {
    const { signal } = options;
    const abort = (): void => this.#end(signal?.reason);
    signal?.throwIfAborted();
    signal?.addEventListener('abort', abort);
    try {
      const kept = await ahead;
      const opening = this.#ask({
        ...{ ask: 'open', url: url.href, options: sentOptions(options) },
        kept: kept?.manifest ?? null,
      });
      if (kept !== null) this.#hand(kept.index());
      this.#manifest = (await opening).manifest ?? null;
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  get manifest(): SnapshotManifest {
    if (this.#manifest === null) throw closed();
    return this.#manifest;
  }

  async search(q: string, options?: SearchOptions): Promise<SearchAnswer> {
    return given((await this.#ask({ ask: 'search', q, options })).answer);
  }

  async suggest(q: string, options?: { readonly limit?: number }): Promise<readonly Suggestion[]> {
    return given((await this.#ask({ ask: 'suggest', q, options })).suggestions);
  }

  async document(key: string): Promise<DocumentView | null> {
    return given((await this.#ask({ ask: 'document', key })).document)[0];
  }

  async related(key: string, options?: { readonly limit?: number }): Promise<readonly RelatedHit[] | null> {
    return given((await this.#ask({ ask: 'related', key, options })).related)[0];
  }

  async update(): Promise<boolean> {
    return given((await this.#ask({ ask: 'update' })).updated);
  }

  close(): Promise<void> {
    this.#end(closed());
    return Promise.resolve();
  }

  /** Hands the worker an index as it is read. */
  #hand(index: KeptIndex): void {
    for (const kept of ['bytes', 'hashes'] as const) {
      const send = (data: KeptPart['data']): void => {
        const part: KeptPart = { kept, data };
        this.thread.postMessage(part, data === null ? [] : [data.buffer]);
      };
      index[kept].then(send, () => send(null));
    }
  }

  #ask(request: Request): Promise<Reply> {
    if (this.#ended !== null) return Promise.reject(this.#ended);
    this.#last += 1;
    const id = this.#last;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      try {
        this.thread.postMessage({ id, request });
      } catch (error) {
        // What cannot be sent, such as a function among the options.
        this.#waiting.delete(id);
        reject(unsendable(error));
      }
    });
  }

  #hear(said: Said): void {
    if (said.say === 'progress') this.told.onProgress?.(said.progress);
    else if (said.say === 'problem') this.#problem(deserializeError(said.error));
    else if (said.say === 'update') {
      this.#manifest = said.manifest;
      this.told.onUpdate?.(said.manifest);
    } else if (said.say === 'reply') {
      const waiting = this.#waiting.get(said.id);
      this.#waiting.delete(said.id);
      if (said.reply.error === undefined) waiting?.resolve(said.reply);
      else waiting?.reject(deserializeError(said.reply.error));
    }
  }

  #problem(error: Error): void {
    if (error instanceof AskdexError) this.told.onProblem?.(error);
  }

  #end(reason: unknown): void {
    if (this.#ended !== null) return;
    this.#ended = reason instanceof Error ? reason : closed();
    this.thread.terminate();
    for (const { reject } of this.#waiting.values()) reject(reason);
    this.#waiting.clear();
  }
}

function sentOptions(options: SnapshotOptions): SentOptions {
  const { onProgress: _p, onUpdate: _u, onProblem: _o, signal: _s, worker: _w, ...sent } = options;
  return sent;
}

function given<T>(member: T | undefined): T {
  if (member === undefined) throw new Error('The worker answered something else than it was asked.');
  return member;
}

function unsendable(cause: unknown): AskdexError {
  return new AskdexError('invalid_parameter', 'The options hold something that no worker can be sent.', {
    parameter: 'options',
    remedy: 'Give plain values.',
    cause,
  });
}
