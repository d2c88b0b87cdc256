import { serializeError } from '../../core/errors.js';
import type { Snapshot, SnapshotOptions } from '../types.js';
import type { StoredIndexPart, RequestEnvelope, Reply, WorkerRequest, WorkerMessage } from '../worker-protocol.js';
import { openRemote } from '../open-remote.js';
import type { StoredIndex } from '../store/stored-index.js';

// The worker's side: it opens the snapshot and replies to the page's messages.
// Imported directly, not by `openSnapshot`, which imports it on demand.

declare const postMessage: (message: WorkerMessage) => void;

let opened: Promise<Snapshot> | null = null;
/** The stored index that the page is reading. Only set while opening, so that its bytes are freed afterwards. */
let transferred: TransferredIndex | null = null;

/** Handles a message of the page. */
export function handleMessage(data: unknown): void {
  if (isRequest(data)) void answer(data);
  else if (isKeptPart(data)) transferred?.receive(data);
}

async function answer({ id, request }: RequestEnvelope): Promise<void> {
  const reply = await replyTo(request).catch((error: unknown) => ({ error: serializeError(error) }));
  postMessage({ type: 'reply', id, reply });
}

async function replyTo(request: WorkerRequest): Promise<Reply> {
  if (request.type === 'open') opened = open(request);
  if (opened === null) throw new Error('Nothing was opened yet.');
  const snapshot = await opened;
  switch (request.type) {
    case 'open':
      return 'snapshot' in snapshot.manifest ? { manifest: snapshot.manifest } : {};
    case 'search':
      return { answer: await snapshot.search(request.q, request.options) };
    case 'suggest':
      return { suggestions: await snapshot.suggest(request.q, request.options) };
    case 'document':
      return { document: [await snapshot.document(request.key)] };
    case 'related':
      return { related: [await snapshot.related(request.key, request.options)] };
    case 'update':
      return { updated: await snapshot.update() };
  }
}

async function open({ url, options, kept }: Extract<WorkerRequest, { type: 'open' }>): Promise<Snapshot> {
  const withCallbacks: SnapshotOptions = {
    ...options,
    worker: false,
    onProgress: (progress) => postMessage({ type: 'progress', progress }),
    onUpdate: (manifest) => postMessage({ type: 'update', manifest }),
    onProblem: (problem) => postMessage({ type: 'problem', error: serializeError(problem) }),
  };
  const index = new TransferredIndex();
  transferred = index;
  try {
    return await openRemote(new URL(url), withCallbacks, kept === null ? null : { manifest: kept, index: () => index });
  } finally {
    transferred = null;
  }
}

/** Checks little, since only the page that started this worker can send messages. */
function isKeptPart(data: unknown): data is StoredIndexPart {
  return typeof data === 'object' && data !== null && 'kept' in data;
}

function isRequest(data: unknown): data is RequestEnvelope {
  return typeof data === 'object' && data !== null && 'id' in data && 'request' in data;
}

type Bytes = Uint8Array<ArrayBuffer>;

/** A stored index that the page reads and transfers to this worker. Both promises reject if the page cannot read it. */
export class TransferredIndex implements StoredIndex {
  readonly bytes: Promise<Bytes>;
  readonly hashes: Promise<Bytes>;
  readonly #takers: Record<StoredIndexPart['kept'], (data: StoredIndexPart['data']) => void>;

  constructor() {
    const [bytes, takeBytes] = deferred();
    const [hashes, takeHashes] = deferred();
    this.bytes = bytes;
    this.hashes = hashes;
    this.#takers = { bytes: takeBytes, hashes: takeHashes };
  }

  receive({ kept, data }: StoredIndexPart): void {
    this.#takers[kept](data);
  }
}

function deferred(): readonly [Promise<Bytes>, (data: StoredIndexPart['data']) => void] {
  let take: (data: StoredIndexPart['data']) => void = () => undefined;
  const promise = new Promise<Bytes>((resolve, reject) => {
    take = (data) => (data === null ? reject(new Error('The page could not read it.')) : resolve(data));
  });
  // The page may report a failure before anything awaits the promise.
  promise.catch(() => undefined);
  return [promise, take];
}
